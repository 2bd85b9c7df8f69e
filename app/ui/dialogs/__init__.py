"""Dialogs: opened, never executed, because a nested loop would stop every coroutine of the window."""
