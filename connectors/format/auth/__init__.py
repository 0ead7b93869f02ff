"""The ways a connector can be authenticated, one module for each kind."""

from typing import Annotated

from pydantic import Field

from .api_key import ApiKeyAuth
from .basic import BasicAuth
from .bearer import BearerAuth
from .none import NoAuth

AuthMethod = Annotated[NoAuth | ApiKeyAuth | BearerAuth | BasicAuth, Field(discriminator="kind")]

__all__ = ["ApiKeyAuth", "AuthMethod", "BasicAuth", "BearerAuth", "NoAuth"]
