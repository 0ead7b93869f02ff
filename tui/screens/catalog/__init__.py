"""The screen of the catalog."""

from .screen import CatalogScreen

__all__ = ["CatalogScreen"]
