"""A value that a signing kind puts on a request."""

from typing import Literal

from pydantic import Field

from ..part import Part


class AddedValue(Part):
    """One place that a value is put, in place of one of the same name."""

    in_: Literal["header", "query", "cookie", "body"] = Field(
        alias="in", description="Where it goes; body is for JSON and form bodies."
    )
    name: str = Field(min_length=1, description="The name of the header, parameter, cookie or field.")
    format: str = Field(description="What is put there (a template).")


class AddedSignature(AddedValue):
    """One place that the signature is put, or what belongs to it."""

    format: str = Field("{{ signing.signature }}", description="What is put there (a template).")


class AddedToken(AddedValue):
    """One place that the token is put."""

    format: str = Field("Bearer {{ signing.token }}", description="What is put there (a template).")
