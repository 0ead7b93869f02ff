"""New connection: from a connector to a tested, saved connection, a page at a time."""

from .screen import NewConnectionScreen

__all__ = ["NewConnectionScreen"]
