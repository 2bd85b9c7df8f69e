"""Adapters to the machine: clock, network, keyring, files, logs, children. They fill the engine's ports."""
