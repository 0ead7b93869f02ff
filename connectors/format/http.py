"""Where the requests of a connector go, and what they all share."""

from typing import Annotated, Any, Literal

from pydantic import Field

from .part import BASE_PATTERN, HOST_PATTERN, SERVER_PATTERN, Handle, HeaderName, Part, Seconds


class Server(Part):
    """An address that the vendor offers."""

    url: Annotated[str, Field(pattern=SERVER_PATTERN)] = Field(
        description="The base address; never a template."
    )
    title: str = Field("", description="What it is for, as in `Europe` or `Sandbox`.")


class Timeout(Part):
    """How long to wait, in seconds."""

    connect: Seconds = Field(10.0, description="For the connection, TLS included.")
    read: Seconds = Field(30.0, description="For the next bytes of an answer.")
    total: Seconds | None = Field(
        None,
        description="For one exchange; when left out 300, and a download is ended only by silence.",
    )


class Tls(Part):
    """How the server's certificate is checked."""

    verify: bool | str = Field(
        True, description="Whether the certificate must be trusted; a template may ask a variable."
    )
    ca: str | None = Field(None, description="A file with the authorities to trust instead of the system's.")
    min_version: Literal["1.2", "1.3"] = Field("1.2", description="The oldest TLS version to accept.")


class Http(Part):
    """What all HTTP requests of the connector share."""

    base_url: Annotated[str, Field(pattern=BASE_PATTERN)] = Field(
        description="What paths are appended to, as in https://api.acme.example or '{{ var.base_url }}'."
    )
    servers: tuple[Server, ...] = Field(
        (),
        description="The addresses the vendor offers, for people to choose; requests may go to these hosts.",
    )
    headers: dict[HeaderName, str] = Field(
        {}, description="Headers of every request; the values are templates."
    )
    query: dict[str, Any] = Field(
        {}, description="Query parameters of every request; a list repeats the name, null leaves it out."
    )
    user_agent: str | None = Field(None, description="The User-Agent header, where the vendor asks for one.")
    timeout: Timeout = Field(Timeout(), description="How long to wait, in seconds.")
    redirects: Literal["none", "same-host", "any"] = Field(
        "same-host", description="Which redirects are followed; credentials never go to another host."
    )
    tls: Tls = Field(Tls(), description="How the server's certificate is checked.")
    hosts: dict[Handle, Annotated[str, Field(pattern=HOST_PATTERN)]] = Field(
        {},
        description="Other hosts that requests may go to on any port, by alias, as in `*.cdn.acme.example`.",
    )
