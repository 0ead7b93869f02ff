"""The keys of the filter language for connectors: ``type:api can:write -auth:basic op:ticket``."""

from typing import Final

from ..catalog.documents import CAPABILITIES
from .fields import Field, FieldTable, Flag, text_fields

FACETS: Final = ("type", "category", "auth", "can", "source", "status", "tag")
"""The keys whose values a list can be narrowed by, with a count beside each."""


def connector_fields() -> FieldTable:
    """Give the keys for connectors; bare words and ``op:`` are looked for in the full text."""
    return FieldTable(
        (
            *text_fields(
                connector="handle", handle="handle", name="name", type="type", category="category",
                auth="auth",
            ),
            Field("can", "choice", "can", values=CAPABILITIES, aliases=_ALIASES),
            *text_fields(tag="tag", source="source", status="status", op="op"),
            Field("operations", "number", "operations"),
            Field("revision", "number", "revision"),
            Field("since", "since", "updated_us"),
            Field("until", "until", "updated_us"),
            Field("is", "flag", ""),
        ),
        ("label",),
        {
            "broken": Flag("", "status", lambda status: status == "broken"),
            "deprecated": Flag("", "status", lambda status: status == "deprecated"),
            "own": Flag("", "source", lambda source: source == "user"),
        },
    )  # fmt: skip


_ALIASES = {
    "reads": "read", "writes": "write", "deletes": "delete", "uploads": "upload", "downloads": "download",
    "tests": "test", "paging": "page", "pages": "page", "files": "download",
}  # fmt: skip
