"""A client certificate and nothing else (mutual TLS)."""

from typing import Literal

from pydantic import Field

from ..inputs import Input
from .certificate import ClientCertificate
from .kind import AuthKind


class MtlsAuth(AuthKind):
    """A certificate by which the server knows the connection."""

    kind: Literal["mtls"] = Field(description="mtls: a client certificate.")
    certificate: ClientCertificate = Field(
        ClientCertificate(
            cert="{{ auth.certificate }}",
            key="{{ auth.private_key }}",
            password="{{ auth.key_password }}",  # noqa: S106 - a template
        ),
        description="Where the certificate and its key come from.",
    )
    inputs: tuple[Input, ...] = Field(
        (
            Input(
                key="certificate",
                label="Certificate",
                type="secret",
                required=True,
                help="PEM, PKCS#12 in base64, or the path of such a file on this machine.",
            ),
            Input(
                key="private_key",
                label="Private key",
                type="secret",
                help="PEM, or the path of such a file; empty where it is beside the certificate.",
            ),
            Input(
                key="key_password",
                label="Password of the key",
                type="secret",
                help="Only where the private key or the PKCS#12 file is encrypted.",
            ),
        ),
        description="What is asked for; `certificate`, `private_key` and `key_password` unless said.",
    )
