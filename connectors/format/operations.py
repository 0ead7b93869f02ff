"""What a connector can do."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from .part import Handle, Part, Seconds
from .request import Request, Response
from .rules import ErrorRule
from .shorthand import is_secret, schema_of

Danger = Literal["none", "write", "delete", "bulk"]


def _reads_only(fields: dict[str, Any]) -> bool:
    request = fields.get("request")
    return isinstance(request, Request) and request.method in {"GET", "HEAD", "OPTIONS"}


def _idempotent(fields: dict[str, Any]) -> bool:
    request = fields.get("request")
    return isinstance(request, Request) and request.method not in {"POST", "PATCH"}


def _danger(fields: dict[str, Any]) -> Danger:
    request = fields.get("request")
    if fields.get("read_only") or not isinstance(request, Request):
        return "none"
    return "delete" if request.method == "DELETE" else "write"


def _irreversible(fields: dict[str, Any]) -> bool:
    return fields.get("danger") in {"delete", "bulk"}


class Example(Part):
    """An input to begin with."""

    name: str = Field(min_length=1, description="What it shows.")
    summary: str = Field("", description="One sentence about it.")
    input: dict[str, Any] = Field({}, description="The input as it is given.")


class Operation(Part):
    """One function of the connector, with typed input and output."""

    title: str = Field("", description="The name people read; made from the operation's name when empty.")
    summary: str = Field("", max_length=200, description="One line that says what it does.")
    description: str = Field("", description="What a person needs to know to use it well (Markdown).")
    tags: tuple[str, ...] = Field((), description="Words by which it is found.")
    deprecated: bool = Field(False, description="Whether it should not be used any more.")
    scopes: tuple[str, ...] = Field(
        (), description="The permissions the vendor asks for, for people; nothing checks them."
    )
    module: Handle | None = Field(None, description="The module below which it stands in the file.")
    request: Request = Field(description="The request that does it.")
    read_only: bool = Field(
        default_factory=_reads_only,
        description="Whether it changes nothing at the vendor; so for GET, HEAD and OPTIONS unless said.",
    )
    idempotent: bool = Field(
        default_factory=_idempotent,
        description="Whether doing it twice is the same as once; not so for POST and PATCH unless said.",
    )
    danger: Danger = Field(
        default_factory=_danger,
        description="How careful to be: none, write, delete or bulk; by the method unless said.",
    )
    irreversible: bool = Field(
        default_factory=_irreversible,
        description="Whether it cannot be undone, so that the connection's name has to be typed before it is "
        "sent by hand; so for delete and bulk unless said.",
    )
    input: dict[str, Any] = Field(
        {},
        description="What it takes: a JSON Schema with `type: object`, or the shorthand "
        "{subject: string!, limit: 'integer = 25', priority: low|normal|high, pin: secret}.",
    )
    output: dict[str, Any] | None = Field(
        None, description="What one record of its answer looks like, written like `input`."
    )
    response: Response = Field(Response(), description="How the answer is read.")
    records: str | None = Field(
        None, description="Where the records are in the decoded body (JMESPath), as in data.items or @."
    )
    result: str | None = Field(None, description="The line for people when it is done (a template).")
    errors: tuple[ErrorRule, ...] = Field((), description="Rules that come before the connector's own.")
    timeout: Seconds | None = Field(None, description="How long the whole operation may take, in seconds.")
    examples: tuple[Example, ...] = Field((), description="Inputs to begin with.")

    def input_schema(self) -> Mapping[str, Any]:
        """Give the whole JSON Schema of the input."""
        return self._whole_input

    def secret_inputs(self) -> frozenset[str]:
        """Give the names of the inputs that no log, event or screen may show."""
        return self._secret_inputs

    @cached_property
    def _whole_input(self) -> Mapping[str, Any]:
        return schema_of(self.input)

    @cached_property
    def _secret_inputs(self) -> frozenset[str]:
        fields = self._whole_input.get("properties", {})
        return frozenset(key for key, field in fields.items() if is_secret(field))

    def output_schema(self) -> Mapping[str, Any] | None:
        """Give the whole JSON Schema of one record, where it is described."""
        return None if self.output is None else schema_of(self.output, closed=False)
