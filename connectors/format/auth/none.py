"""No authentication at all."""

from typing import Literal

from pydantic import Field

from .kind import AuthKind


class NoAuth(AuthKind):
    """The system asks for no credentials."""

    kind: Literal["none"] = Field(description="none: no credentials.")
