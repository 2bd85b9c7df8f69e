"""Widgets of our own that several panels share; they know colours and text, never updates."""
