"""What every test gets without asking: Qt without a screen, and the guards."""

import os

from hypothesis import settings

# before anything imports Qt
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_API"] = os.environ["PYTEST_QT_API"] = "pyside6"
# no accessibility bus, no portal: a test must not talk to the desktop it happens to run on
os.environ.pop("DBUS_SESSION_BUS_ADDRESS", None)
os.environ.pop("DISPLAY", None)
os.environ.pop("WAYLAND_DISPLAY", None)

# Everybody's run tries the same examples, whatever else the machine is doing; HYPOTHESIS_PROFILE=explore goes
# looking for new ones.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

pytest_plugins = [
    "tests.guards.logs",
    "tests.guards.loopback",
    "tests.guards.keys",
    "tests.guards.threads",
    "tests.guards.coroutines",
    "tests.guards.desktop",
    "tests.guards.garbage",
    "tests.guards.pace",
]
