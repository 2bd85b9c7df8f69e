"""Pitwall: a workstation on which a trader of NQ futures options watches the market and its feeds."""

__version__ = "0.2.0"
