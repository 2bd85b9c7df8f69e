"""The keys that the simulators accept. Each says what it is, and none has ever opened a real door."""

from typing import Final

# "db-" and 29 characters, the form that vendors' own clients check.
DATABENTO: Final = "db-SimulatedKeyOpensNoRealDoor00"
MASSIVE: Final = "simulated-massive-key-opens-no-real-door"
TRADOVATE_USER: Final = "simulated-trader"
TRADOVATE_PASSWORD: Final = "simulated-password"  # noqa: S105 - opens the simulator only
TRADOVATE_APP: Final = "simulated-app"
TRADOVATE_CLIENT: Final = "8"
TRADOVATE_SECRET: Final = "simulated-secret"  # noqa: S105 - opens the simulator only
BARCHART_EMAIL: Final = "simulated-reader@example.invalid"
BARCHART_PASSWORD: Final = "simulated-reader-password"  # noqa: S105 - opens the simulator only
