"""Requests signed with AWS Signature Version 4, with keys of one's own or those of a role."""

from typing import Annotated, Literal

from pydantic import Field

from ..inputs import Input
from ..part import BASE_PATTERN, Part
from .kind import AuthKind


class AssumeRole(Part):
    """A role whose short-lived keys sign, fetched from STS with the keys that a person gave."""

    role_arn: str = Field(
        "{{ auth.role_arn }}",
        description="The role (a template); when it gives nothing, the person's own keys sign.",
    )
    session_name: Annotated[str, Field(min_length=2)] = Field(
        "connect-tui", description="The name under which AWS logs what is done with the role (a template)."
    )
    external_id: str | None = Field(
        None, description="What the role's owner wants to see from third parties (a template)."
    )
    duration: Annotated[int, Field(ge=900, le=43_200)] = Field(
        3600, description="How long the keys are good, in seconds; the role may allow less."
    )
    url: Annotated[str, Field(pattern=BASE_PATTERN)] | None = Field(
        None, description="Where STS answers (a template); the regional address of AWS unless said."
    )


class AwsSigV4Auth(AuthKind):
    """A signature over each request, made with an access key."""

    kind: Literal["aws_sigv4"] = Field(description="aws_sigv4: each request is signed with an AWS key.")
    service: Annotated[str, Field(min_length=1)] = Field(
        description="The signing name of the service, as in `s3`, `execute-api` or '{{ var.service }}'."
    )
    region: Annotated[str, Field(min_length=1)] = Field(
        description="The region, as in `us-east-1` or '{{ var.region }}'."
    )
    access_key_id: str = Field("{{ auth.access_key_id }}", description="The access key's id (a template).")
    secret_access_key: str = Field(
        "{{ auth.secret_access_key }}", description="The secret access key (a template)."
    )
    session_token: str = Field(
        "{{ auth.session_token }}",
        description="The token of temporary keys (a template); nothing where the keys are permanent.",
    )
    place: Literal["header", "query"] = Field(
        "header", description="Where the signature goes; query makes a presigned address."
    )
    expires: Annotated[int, Field(ge=1, le=604_800)] = Field(
        300, description="How long a presigned address is good, in seconds."
    )
    payload: Literal["auto", "signed", "unsigned"] = Field(
        "auto", description="Whether the body is signed; auto signs all but files that go to S3."
    )
    assume_role: AssumeRole | None = Field(None, description="A role to take on before anything is signed.")
    inputs: tuple[Input, ...] = Field(
        (
            Input(key="access_key_id", label="Access key ID", required=True),
            Input(key="secret_access_key", label="Secret access key", type="secret", required=True),
            Input(
                key="session_token",
                label="Session token",
                type="secret",
                help="Only where the keys are temporary.",
                advanced=True,
            ),
        ),
        description="What is asked for; `access_key_id`, `secret_access_key`, `session_token` unless said.",
    )
