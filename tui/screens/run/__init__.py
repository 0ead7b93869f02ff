"""Run: choose an operation, fill in its input, run it, and look at what came."""

from .screen import RunScreen

__all__ = ["RunScreen"]
