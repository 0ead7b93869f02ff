"""A client certificate, with which a connection says in TLS who it is."""

from typing import Annotated

from pydantic import Field

from ..part import TEMPLATE_PATTERN, Part

Given = Annotated[str, Field(pattern=TEMPLATE_PATTERN)]


class ClientCertificate(Part):
    """Where the certificate and its private key come from: PEM, PKCS#12 as base64, or the path of a file."""

    cert: Given | None = Field(
        None, description="The certificate (a template), alone or with the certificates that issued it."
    )
    key: Given | None = Field(
        None, description="The private key (a template); nothing where it stands beside the certificate."
    )
    pkcs12: Given | None = Field(
        None, description="Certificate and key in one PKCS#12 file (a template), instead of `cert`."
    )
    password: Given | None = Field(
        None, description="What opens the private key or the PKCS#12 file (a template)."
    )
