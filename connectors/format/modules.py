"""Sub-products of a vendor: the same way to sign in, an address of their own."""

from typing import Annotated, Any

from pydantic import Field

from .part import BASE_PATTERN, HeaderName, Part, WebAddress
from .rules import ErrorRule


class Module(Part):
    """One sub-product; in the file its operations stand below it, as `operations`."""

    title: str = Field("", description="The name people read; the module's name when empty.")
    summary: str = Field("", max_length=200, description="One line that says what it is.")
    docs: WebAddress | None = Field(None, description="The vendor's page about it.")
    base_url: Annotated[str, Field(pattern=BASE_PATTERN)] = Field(
        description="What the paths of its operations are appended to (a template)."
    )
    headers: dict[HeaderName, str] = Field(
        {}, description="Headers of its requests, beside those of all; the values are templates."
    )
    query: dict[str, Any] = Field({}, description="Query parameters of its requests, beside those of all.")
    errors: tuple[ErrorRule, ...] = Field((), description="Rules that come before the connector's own.")
