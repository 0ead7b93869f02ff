"""What every kind of authentication shares."""

from typing import Any, Literal

from pydantic import Field

from ..inputs import Input
from ..part import Handle, Part, Seconds, WebAddress
from ..request import Request
from ..rules import Expect
from .certificate import ClientCertificate


class AuthTest(Part):
    """A harmless call that shows whether it works; the first of a method is the authentication stage."""

    name: Handle = Field(description="Its name; a later test is shown as probe:NAME.")
    title: str = Field("", description="What it finds out, for people.")
    request: Request | None = Field(None, description="The request to send; this or `operation`.")
    operation: str | None = Field(None, description="The operation to run; this or `request`.")
    input: dict[str, Any] = Field({}, description="The input of that operation.")
    expect: Expect = Field(Expect(), description="What the answer must look like.")
    show: str | None = Field(
        None, description="The evidence to show, as in 'accepted as {{ response.body.name }}'."
    )
    level: Literal["required", "optional"] = Field(
        "required", description="Whether the connection fails with it, or is only warned about."
    )
    needs_scope: str | None = Field(
        None,
        description="The permission it needs: a hint for people when the vendor refuses; never checked.",
    )
    timeout: Seconds | None = Field(None, description="How long it may take, in seconds.")


class AuthKind(Part):
    """What every kind of authentication has."""

    title: str = Field("", description="The name people read; the method's name when empty.")
    help: str = Field("", description="Where a person finds these credentials.")
    docs: WebAddress | None = Field(None, description="The vendor's page about it.")
    inputs: tuple[Input, ...] = Field((), description="What is asked for, instead of what the kind asks for.")
    certificate: ClientCertificate | None = Field(
        None, description="A client certificate that is shown in TLS beside the credentials."
    )
    test: tuple[AuthTest, ...] = Field(
        (), description="Calls that show whether it works: first the authentication, then probes."
    )
