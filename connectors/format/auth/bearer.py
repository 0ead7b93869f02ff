"""A token in the Authorization header (RFC 6750)."""

from typing import Literal

from pydantic import Field

from ..inputs import Input
from ..part import HeaderName
from .kind import AuthKind


class BearerAuth(AuthKind):
    """A token that is sent with every request."""

    kind: Literal["bearer"] = Field(description="bearer: a token in the Authorization header.")
    header: HeaderName = Field("Authorization", description="The header it goes into.")
    format: str = Field("Bearer {{ auth.token }}", description="What the header says (a template).")
    inputs: tuple[Input, ...] = Field(
        (Input(key="token", label="Token", type="secret", required=True),),
        description="What is asked for; a secret `token` unless said.",
    )
