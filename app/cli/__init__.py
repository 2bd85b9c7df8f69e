"""The command line: what can be asked without a window, and how the window is started.

Every command is a module with `add` (its arguments) and `run`; `run` returns the exit code and raises
AppError for the rest. Heavy imports belong inside `run`, so that `--help` and small commands start at once.
"""
