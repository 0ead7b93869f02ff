"""A key that goes into a header, the query, a cookie or the body."""

from typing import Annotated, Literal

from pydantic import Field

from ..inputs import Input
from ..part import Part
from .kind import AuthKind


class Placement(Part):
    """One place a credential is put."""

    in_: Literal["header", "query", "cookie", "body"] = Field(
        alias="in", description="Where it goes; body is for JSON and form bodies."
    )
    name: str = Field(min_length=1, description="The name of the header, parameter, cookie or field.")
    format: str = Field("{{ auth.api_key }}", description="What is put there (a template).")


class ApiKeyAuth(AuthKind):
    """A key, or several values, put where the vendor wants them."""

    kind: Literal["api_key"] = Field(description="api_key: a key in a header, query, cookie or body.")
    apply: Annotated[tuple[Placement, ...], Field(min_length=1)] = Field(description="Where the key goes.")
    inputs: tuple[Input, ...] = Field(
        (Input(key="api_key", label="API key", type="secret", required=True),),
        description="What is asked for; a secret `api_key` unless said.",
    )
