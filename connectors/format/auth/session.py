"""A login in one or several steps, whose tokens and cookies go with every request until it ends."""

from typing import Annotated, Literal

from pydantic import Field

from ..inputs import Input
from ..part import Key, Part
from ..request import Request, Response
from ..rules import Expect, Statuses, covers_status
from .added import AddedValue
from .kind import AuthKind
from .oauth2_token import ToldHosts

Lifetime = Annotated[float, Field(gt=0, le=31_536_000)]


class Extract(Part):
    """One value that is read from an answer."""

    key: Key = Field(description="Its name: {{ auth.KEY }}, or {{ captured.KEY }} when it is no secret.")
    from_: Literal["body", "header", "cookie"] = Field(
        "body", alias="from", description="Where it is; body is the decoded one for `path`, else its text."
    )
    path: str | None = Field(None, description="Where it is in the body (a JMESPath expression).")
    name: str | None = Field(None, min_length=1, description="The name of the header or of the cookie.")
    regex: str | None = Field(
        None,
        description="A regular expression that is searched in it; its first group counts, else all of it.",
    )
    decode: Literal["percent"] | None = Field(
        None, description="percent: what is percent-encoded, as many cookies are, is decoded."
    )
    secret: bool = Field(True, description="Whether it is kept in the vault and never shown.")
    required: bool = Field(True, description="Whether the answer must have it.")
    hosts: ToldHosts = Field(
        (),
        description="Where it may lead, as ['*.acme.example'] (templates); asked for where it decides about "
        "the host of the base URL.",
    )


class LoginStep(Part):
    """One request of a login; redirects are not followed, so that a step can ask for them."""

    name: str = Field("", description="Its name for people; its number when empty.")
    request: Request = Field(description="What is sent; it can use what the steps before it extracted.")
    response: Response = Field(Response(), description="How the answer is read.")
    expect: Expect = Field(Expect(), description="What the answer looks like when the login is accepted.")
    extract: tuple[Extract, ...] = Field((), description="What is read from the answer.")


class SessionPlacement(AddedValue):
    """One place that a value of the session is put."""

    format: str = Field("{{ auth.token }}", description="What is put there (a template).")


class SessionEnd(Part):
    """When there is a new login: before the end, and after answers that say that the session is over."""

    before: Annotated[float, Field(ge=0, le=86_400)] | None = Field(
        None,
        description="Seconds before the end; 900 or a fifth of the lifetime unless said, the smaller.",
    )
    on_status: Statuses = Field((401,), description="Statuses: 401, 4xx, 400-499, or a list of them.")
    cooldown: Annotated[float, Field(ge=0, le=3_600)] = Field(
        30,
        description="Seconds for which a new session in place of a refused one is not replaced, though it is "
        "refused as well.",
    )
    when: str | None = Field(
        None, description="A condition over `response` that says so too, whatever the status is."
    )

    def covers(self, status: int) -> bool:
        """Tell whether a status says that the session is over."""
        return covers_status(self.on_status, status)


class SessionAuth(AuthKind):
    """A login that is made before the first request, and made again when it ends or is refused."""

    kind: Literal["session"] = Field(description="session: a login whose tokens or cookies are sent along.")
    steps: Annotated[tuple[LoginStep, ...], Field(min_length=1)] = Field(
        description="The requests of the login, in order."
    )
    cookies: bool = Field(False, description="Whether the cookies of the login go with every request.")
    apply: tuple[SessionPlacement, ...] = Field((), description="What goes with every request, and where.")
    expires_in: str | None = Field(
        None,
        description="The seconds until it ends: an expression over `response` of the last "
        "step, `auth` and `captured`.",
    )
    expires_at: str | None = Field(
        None,
        description="When it ends, as a date or as seconds or milliseconds since 1970: an expression over "
        "`response` of the last step, `auth` and `captured`.",
    )
    lifetime: Lifetime | None = Field(
        None, description="Seconds until it ends, where the answer does not say it."
    )
    refresh: SessionEnd = Field(SessionEnd(), description="When there is a new login.")
    logout: Request | None = Field(None, description="What ends the session at the vendor.")
    inputs: tuple[Input, ...] = Field(
        (
            Input(key="username", label="User name", required=True),
            Input(key="password", label="Password", type="secret", required=True),
        ),
        description="What is asked for; `username` and a secret `password` unless said.",
    )
