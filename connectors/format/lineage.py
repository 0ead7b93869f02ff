"""Which connectors a connector was derived from."""

from pydantic import Field

from .part import Handle, Part, Revision


class Ancestor(Part):
    """A revision that a connector extends, as it was when the connector was read."""

    handle: Handle = Field(description="Its handle.")
    revision: Revision = Field(description="Its revision.")
    hash: str = Field(description="The content hash of its definition.")

    @property
    def name(self) -> str:
        """``HANDLE@REVISION``."""
        return f"{self.handle}@{self.revision}"
