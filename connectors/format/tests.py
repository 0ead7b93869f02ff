"""Tests that stand in a connector file and run against recorded answers, with nothing leaving the machine."""

from typing import Annotated, Any, Literal

from pydantic import Field

from .part import FILE_PATTERN, SENT_PATTERN, ErrorClass, HeaderName, Part

FileName = Annotated[str, Field(pattern=FILE_PATTERN)]
EndState = Literal["success", "failed"]


class RecordedResponse(Part):
    """An answer as the vendor gave it once."""

    status: int = Field(200, ge=100, le=599, description="The status.")
    headers: dict[HeaderName, str] = Field(
        {},
        description="The headers; Content-Type is application/json unless said when the body is a mapping "
        "or a list, else text/plain.",
    )
    body: Any = Field(
        None, description="The body: text is sent as it is, anything else as JSON, nothing when left out."
    )
    exception: Literal["network", "timeout", "tls"] | None = Field(
        None, description="There was no answer, for this reason; in place of everything else."
    )


class Given(Part):
    """What a test starts from."""

    variables: dict[str, Any] = Field(
        {},
        description="Variables of the connection; the others have their defaults, else their examples, and a "
        "secret `key` is test-key. null leaves an example out.",
    )
    input: dict[str, Any] = Field({}, description="The input of the operation.")
    files: dict[FileName, str] = Field(
        {}, description="Files with this text, for inputs that name them: {file: report.csv}."
    )
    responses: tuple[RecordedResponse, ...] = Field(
        (), description="The recorded answers, in the order in which they are asked for."
    )


class ExpectedRequest(Part):
    """A request that must have been sent; what is named must be so, more may be there."""

    method: str | None = Field(None, description="The HTTP method.")
    path: Annotated[str, Field(pattern=SENT_PATTERN)] | None = Field(
        None, description="The path as it is sent after the host, percent-encoded and without the query."
    )
    query: dict[str, str | tuple[str, ...] | None] = Field(
        {}, description="Query parameters as text, a list where a name repeats; null: it must not be there."
    )
    headers: dict[HeaderName, str | None] = Field(
        {}, description="Headers, their names in any case; null: it must not be there."
    )
    body: Any = Field(
        None,
        description="The body: a mapping or a list is compared with the decoded JSON or form, each named key "
        "must be so; of a multipart form the text of each part, or {filename, type, content}; text is "
        "compared with the whole body as it is sent.",
    )


class ExpectedError(Part):
    """The failure that must come; what is named must be so."""

    class_: ErrorClass | None = Field(None, alias="class", description="The class of the failure.")
    message: str | None = Field(None, description="The whole sentence for people.")
    remedy: str | None = Field(None, description="What a person is told to do about it.")
    retryable: bool | None = Field(None, description="Whether trying again can help.")
    status: int | None = Field(None, description="The status it came with.")


def _state(fields: dict[str, Any]) -> EndState:
    return "success" if fields.get("error") is None else "failed"


class Expectation(Part):
    """What must come of it."""

    requests: tuple[ExpectedRequest, ...] = Field(
        (), description="What must have been asked, in this order; redirects count."
    )
    error: ExpectedError | None = Field(None, description="The failure that must come.")
    state: EndState = Field(
        default_factory=_state, description="success or failed; failed when `error` is named unless said."
    )
    count: int | None = Field(None, ge=0, description="How many records there are.")
    records: tuple[Any, ...] = Field(
        (), description="The first records; each named key must be so, more may be there."
    )
    result: str | None = Field(None, description="The whole line for people.")


class OfflineTest(Part):
    """One run of an operation against recorded answers."""

    name: str = Field(min_length=1, max_length=200, description="What it shows, in a few words.")
    operation: str = Field(description="The operation that runs.")
    auth: str | None = Field(
        None,
        description="The authentication method that signs, the first one unless said; an input `key` of it "
        "without a default is test-key.",
    )
    given: Given = Field(Given(), description="What it starts from.")
    expect: Expectation = Field(Expectation(), description="What must come of it; success when left out.")
