"""The list of authentications, and what can be done with one."""

from .screen import AuthenticationsScreen

__all__ = ["AuthenticationsScreen"]
