"""User name and password in answer to the server's challenge (RFC 7616)."""

from typing import Literal

from pydantic import Field

from ..inputs import Input
from .kind import AuthKind


class DigestAuth(AuthKind):
    """A user name and a password that never travel; each request proves that the password is known."""

    kind: Literal["digest"] = Field(description="digest: user name and password, proven by a hash.")
    username: str = Field("{{ auth.username }}", description="The user name (a template).")
    password: str = Field("{{ auth.password }}", description="The password (a template).")
    inputs: tuple[Input, ...] = Field(
        (
            Input(key="username", label="User name", required=True),
            Input(key="password", label="Password", type="secret", required=True),
        ),
        description="What is asked for; `username` and a secret `password` unless said.",
    )
