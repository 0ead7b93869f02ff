"""Which answers are failures, and what they mean."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from .part import STATUS_PATTERN, ErrorClass, HeaderName, Part, WebAddress

OneStatus = Annotated[int, Field(ge=100, le=599)] | Annotated[str, Field(pattern=STATUS_PATTERN)]


def _as_tuple(value: Any) -> Any:
    if isinstance(value, str | int):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


Statuses = Annotated[
    tuple[OneStatus, ...],
    BeforeValidator(_as_tuple, json_schema_input_type=OneStatus | tuple[OneStatus, ...]),
]


def covers_status(statuses: tuple[int | str, ...], status: int) -> bool:
    """Tell whether a status is one of 404, ``5xx`` or ``400-499``."""
    return any(_covers(one, status) for one in statuses)


def _covers(one: int | str, status: int) -> bool:
    if isinstance(one, int):
        return one == status
    if one.endswith("xx"):
        return status // 100 == int(one[0])
    first, last = one.split("-")
    return int(first) <= status <= int(last)


class Expect(Part):
    """What an answer must look like."""

    status: Statuses = Field(("2xx",), description="The statuses that pass: 200, 2xx, 200-204, or a list.")
    when: str | None = Field(None, description="A condition over `response` that must hold as well.")

    def covers(self, status: int) -> bool:
        """Tell whether this status passes."""
        return covers_status(self.status, status)


class ErrorMatch(Part):
    """The answers a rule is about; everything named must hold."""

    status: Statuses = Field((), description="Statuses: 404, 5xx, 400-499, or a list of them.")
    header: dict[HeaderName, str] = Field(
        {}, description="Headers, each with a regular expression that is searched in its value."
    )
    body: str | None = Field(
        None, description="A JMESPath expression over the decoded body that must give something true."
    )
    exception: Literal["network", "timeout", "tls"] | None = Field(
        None, description="A failure without an answer."
    )

    def covers(self, status: int) -> bool:
        """Tell whether this status matches; a rule that names none matches every one."""
        return not self.status or covers_status(self.status, status)


class ErrorRule(Part):
    """What one kind of answer means; the first rule that matches decides."""

    match: ErrorMatch = Field(ErrorMatch(), description="The answers it is about.")
    when: str | None = Field(None, description="A condition over `response`, `request` and `input`.")
    do: Literal["ok", "ignore", "fail", "reauthorize"] = Field(
        "fail",
        description="ok: take it as success; ignore: success without records; fail; "
        "reauthorize: fail and mark the connection as needing new credentials.",
    )
    class_: ErrorClass | None = Field(
        None, alias="class", description="The class of the failure; by its status when left out."
    )
    message: str | None = Field(None, description="One sentence for people (a template over `response`).")
    remedy: str | None = Field(None, description="What a person can do about it (a template).")
    docs: WebAddress | None = Field(None, description="The vendor's page about this error.")
    retryable: bool | None = Field(
        None, description="Whether trying again can help; by its class when left out."
    )
