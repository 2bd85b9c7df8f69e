"""What every test gets without asking: Qt without a screen, and the guards."""

import os

# before anything imports Qt
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_API"] = os.environ["PYTEST_QT_API"] = "pyside6"
# no accessibility bus, no portal: a test must not talk to the desktop it happens to run on
os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
os.environ.pop("DISPLAY", None)
os.environ.pop("WAYLAND_DISPLAY", None)

pytest_plugins = [
    "tests.guards.logs",
    "tests.guards.loopback",
    "tests.guards.keys",
    "tests.guards.threads",
    "tests.guards.coroutines",
    "tests.guards.desktop",
]
