"""The list of connections, and what can be done with one."""

from .screen import ConnectionsScreen

__all__ = ["ConnectionsScreen"]
