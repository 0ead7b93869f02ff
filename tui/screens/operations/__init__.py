"""The log of operations."""

from .screen import OperationsScreen

__all__ = ["OperationsScreen"]
