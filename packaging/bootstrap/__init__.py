"""What stands between a fresh copy of the project and its running: standard library only."""
