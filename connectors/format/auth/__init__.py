"""The ways a connector can be authenticated, one module for each kind."""

from typing import Annotated

from pydantic import Field

from .added import AddedValue
from .api_key import ApiKeyAuth
from .app_installation import AppInstallationAuth
from .aws_sigv4 import AssumeRole, AwsSigV4Auth
from .basic import BasicAuth
from .bearer import BearerAuth
from .certificate import ClientCertificate
from .digest import DigestAuth
from .hmac import HmacAuth
from .jwt import JwtAuth
from .mtls import MtlsAuth
from .none import NoAuth
from .oauth1 import OAuth1Auth
from .oauth2 import OAuth2Auth
from .session import Extract, LoginStep, SessionAuth, SessionEnd

AuthMethod = Annotated[
    NoAuth
    | ApiKeyAuth
    | BearerAuth
    | BasicAuth
    | AwsSigV4Auth
    | DigestAuth
    | HmacAuth
    | JwtAuth
    | OAuth1Auth
    | OAuth2Auth
    | SessionAuth
    | AppInstallationAuth
    | MtlsAuth,
    Field(discriminator="kind"),
]

__all__ = [
    "AddedValue",
    "ApiKeyAuth",
    "AppInstallationAuth",
    "AssumeRole",
    "AuthMethod",
    "AwsSigV4Auth",
    "BasicAuth",
    "BearerAuth",
    "ClientCertificate",
    "DigestAuth",
    "Extract",
    "HmacAuth",
    "JwtAuth",
    "LoginStep",
    "MtlsAuth",
    "NoAuth",
    "OAuth1Auth",
    "OAuth2Auth",
    "SessionAuth",
    "SessionEnd",
]
