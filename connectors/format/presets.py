"""Named pieces that operations, requests and lists of error rules take in with `use`."""

from typing import Any

from pydantic import Field

from .part import Handle, Part
from .rules import ErrorRule


class Presets(Part):
    """Pieces that are written once; what takes one in may change any of it."""

    operations: dict[Handle, dict[str, Any]] = Field(
        {}, description="Pieces of operations, for `use` in an operation."
    )
    requests: dict[Handle, dict[str, Any]] = Field(
        {}, description="Pieces of requests, for `use` in a request."
    )
    errors: dict[Handle, tuple[ErrorRule, ...]] = Field(
        {}, description="Lists of rules, for an item `use` in a list of error rules."
    )
