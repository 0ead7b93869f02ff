"""What every part of the format shares: frozen, no unknown keys, no silent conversions."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

HANDLE_PATTERN: Final = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
METHOD_PATTERN: Final = r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$"
KEY_PATTERN: Final = r"^[A-Za-z_][A-Za-z0-9_]*$"
HEADER_PATTERN: Final = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"
DATE_PATTERN: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
COLOUR_PATTERN: Final = r"^#[0-9a-fA-F]{6}$"
WEB_PATTERN: Final = r"^(https?://|mailto:)\S+$"
SERVER_PATTERN: Final = r"^https?://[^\s{}]+$"
HOST_PATTERN: Final = (
    r"^(\{\{.*\}\}|(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)$"
)
BASE_PATTERN: Final = r"^(https?://|\{\{)"
DELIMITER_PATTERN: Final = r"^[^\"\r\n]$"
TEMPLATE_PATTERN: Final = r"\{\{"
PATH_PATTERN: Final = r"^(/|https?://|\{\{)"
EXTENDS_PATTERN: Final = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*@[1-9][0-9]{0,8}$"
FILE_PATTERN: Final = r"^[A-Za-z0-9_][A-Za-z0-9._-]*$"
SENT_PATTERN: Final = r"^/[^?#]*$"
STATUS_PATTERN: Final = r"^([1-5]xx|[1-5][0-9]{2}-[1-5][0-9]{2})$"

PATTERN_WORDS: Final = {
    HANDLE_PATTERN: "lower-case letters and digits in words joined by single dashes, as in `acme-desk`",
    METHOD_PATTERN: "lower-case letters and digits in words joined by single dashes or underscores",
    KEY_PATTERN: "letters, digits and underscores that do not begin with a digit, as in `base_url`",
    HEADER_PATTERN: "a header name without spaces, as in `X-Api-Key`",
    DATE_PATTERN: "a date as 2026-11-01",
    COLOUR_PATTERN: "a colour as #1e90ff",
    WEB_PATTERN: "an address that begins with http:// or https://",
    SERVER_PATTERN: "an address that begins with http:// or https:// and holds no template",
    HOST_PATTERN: "a host name without a port, `*.` and a host name, an IPv6 address without brackets, "
    "or one template",
    BASE_PATTERN: "an address that begins with http:// or https://, or a template",
    DELIMITER_PATTERN: "one character that is neither a quote nor a line break",
    TEMPLATE_PATTERN: "a template, as in '{{ auth.certificate }}': it is a person's, never the connector's",
    PATH_PATTERN: "a path that begins with /, a whole address, or a template",
    EXTENDS_PATTERN: "the handle and the revision of a connector, as in `acme-desk@3`",
    FILE_PATTERN: "a file name of letters, digits, dots, dashes and underscores",
    SENT_PATTERN: "a path that begins with / and has no query; the query stands under `query`",
    STATUS_PATTERN: "a status as 404, a class as 5xx, or a range as 400-499",
}

Handle = Annotated[str, Field(pattern=HANDLE_PATTERN)]
MethodName = Annotated[str, Field(pattern=METHOD_PATTERN)]
Key = Annotated[str, Field(pattern=KEY_PATTERN)]
HeaderName = Annotated[str, Field(pattern=HEADER_PATTERN)]
Date = Annotated[str, Field(pattern=DATE_PATTERN)]
WebAddress = Annotated[str, Field(pattern=WEB_PATTERN)]
Revision = Annotated[int, Field(ge=1, le=999_999_999)]
Scalar = str | int | float | bool
Seconds = Annotated[float, Field(gt=0, le=86_400)]

ErrorClass = Literal[
    "config", "input", "auth", "permission", "not_found", "conflict", "limit", "vendor",
    "network", "timeout", "tls", "policy", "storage", "vault", "bug",
]  # fmt: skip


class Part(BaseModel):
    """A piece of a connector file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
