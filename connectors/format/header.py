"""What a connector is: its names, its author, its history."""

from typing import Annotated, Literal

from pydantic import Field

from .part import COLOUR_PATTERN, Date, Handle, Part, Revision, WebAddress

ConnectorType = Literal["api", "table", "file-store", "messaging", "device", "other"]


class Logo(Part):
    """How the connector is recognised at a glance."""

    url: WebAddress | None = Field(None, description="Where a picture of the logo is.")
    glyph: Annotated[str, Field(max_length=8)] | None = Field(
        None, description="One character (or emoji) that stands for it in a terminal."
    )
    colour: Annotated[str, Field(pattern=COLOUR_PATTERN)] | None = Field(
        None, description="Its colour as #rrggbb."
    )


class Author(Part):
    """Who made the connector."""

    person: str | None = Field(None, description="The person to ask.")
    company: str | None = Field(None, description="The company or team behind it.")
    url: WebAddress | None = Field(None, description="Where to find them.")


class Links(Part):
    """Where to read more."""

    home: WebAddress | None = Field(None, description="The vendor's home page.")
    docs: WebAddress | None = Field(None, description="The vendor's documentation of this interface.")
    status: WebAddress | None = Field(None, description="The vendor's status page.")
    support: WebAddress | None = Field(None, description="Where to ask for help.")
    changelog: WebAddress | None = Field(None, description="Where the vendor announces changes.")


class Deprecation(Part):
    """Why the connector should not be used any more."""

    message: str = Field(description="One sentence that says why.")
    replacement: Handle | None = Field(None, description="The handle of the connector to use instead.")
    sunset: Date | None = Field(None, description="The day it stops working, as 2026-11-01.")


class Change(Part):
    """What one revision changed."""

    revision: Revision = Field(description="The revision that brought the change.")
    date: Date | None = Field(None, description="The day of the change, as 2026-11-01.")
    breaking: bool = Field(False, description="Whether what used the revision before may have to change.")
    notes: str = Field(description="What changed, for the people who use it.")


class Header(Part):
    """The top of a connector file."""

    schema_: Literal["connect/1"] = Field(
        alias="schema", description="The format of this file: connect/1, nothing else yet."
    )
    revision: Revision = Field(description="A whole number from 1, raised by every published change.")
    handle: Handle = Field(
        description="The url-safe name that commands and connections use: lower case, digits, dashes."
    )
    name: str = Field(min_length=1, description="The name people read.")
    summary: str = Field("", max_length=200, description="One line that says what it connects to.")
    description: str = Field("", description="As much as a person needs to know before using it (Markdown).")
    logo: Logo | None = Field(None, description="How it is recognised at a glance.")
    type: ConnectorType = Field("api", description="What kind of system is behind it.")
    categories: tuple[str, ...] = Field((), description="Where it is listed in the catalog.")
    tags: tuple[str, ...] = Field((), description="Words by which it is found.")
    labels: dict[str, str] = Field({}, description="Names and values for your own filters.")
    author: Author | None = Field(None, description="Who made it.")
    license: str | None = Field(None, description="The licence of this file, as an SPDX name.")
    links: Links | None = Field(None, description="Where to read more.")
    stage: Literal["planned", "alpha", "beta", "stable"] = Field(
        "stable", description="How far it can be relied on."
    )
    deprecation: Deprecation | None = Field(None, description="Why it should not be used any more.")
    changelog: tuple[Change, ...] = Field((), description="What each revision changed.")
