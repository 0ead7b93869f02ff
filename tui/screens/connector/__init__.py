"""The screen of one connector."""

from .screen import ConnectorScreen

__all__ = ["ConnectorScreen"]
