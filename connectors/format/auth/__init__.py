"""The ways a connector can be authenticated, one module for each kind."""

from typing import Annotated

from pydantic import Field

from .added import AddedValue
from .api_key import ApiKeyAuth
from .aws_sigv4 import AssumeRole, AwsSigV4Auth
from .basic import BasicAuth
from .bearer import BearerAuth
from .digest import DigestAuth
from .hmac import HmacAuth
from .jwt import JwtAuth
from .none import NoAuth
from .oauth1 import OAuth1Auth

AuthMethod = Annotated[
    NoAuth
    | ApiKeyAuth
    | BearerAuth
    | BasicAuth
    | AwsSigV4Auth
    | DigestAuth
    | HmacAuth
    | JwtAuth
    | OAuth1Auth,
    Field(discriminator="kind"),
]

__all__ = [
    "AddedValue",
    "ApiKeyAuth",
    "AssumeRole",
    "AuthMethod",
    "AwsSigV4Auth",
    "BasicAuth",
    "BearerAuth",
    "DigestAuth",
    "HmacAuth",
    "JwtAuth",
    "NoAuth",
    "OAuth1Auth",
]
