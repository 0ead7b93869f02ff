"""User name and password in the Authorization header (RFC 7617)."""

from typing import Literal

from pydantic import Field

from ..inputs import Input
from .kind import AuthKind


class BasicAuth(AuthKind):
    """A user name and a password that are sent with every request."""

    kind: Literal["basic"] = Field(description="basic: user name and password.")
    username: str = Field("{{ auth.username }}", description="The user name (a template).")
    password: str = Field(
        "{{ auth.password }}", description="The password (a template); may be empty where a key is the user."
    )
    inputs: tuple[Input, ...] = Field(
        (
            Input(key="username", label="User name", required=True),
            Input(key="password", label="Password", type="secret", required=True),
        ),
        description="What is asked for; `username` and a secret `password` unless said.",
    )
