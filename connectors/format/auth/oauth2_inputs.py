"""What is asked for when a method of kind oauth2 does not say it."""

from collections.abc import Collection, Mapping
from typing import Final

from ..inputs import Input, Option
from .oauth2_request import Assertion

CLIENT_ID: Final = Input(
    key="client_id", label="Client ID", required=True, help="The provider gives it to the app you register."
)
CLIENT_SECRET: Final = Input(key="client_secret", label="Client secret", type="secret", required=True)
_PRIVATE_KEY: Final = Input(
    key="private_key", label="Private key", type="secret", required=True, help="As PEM or as a JWK."
)
_REFRESH_TOKEN: Final = Input(key="refresh_token", label="Refresh token", type="secret", required=True)
_USER: Final = (
    Input(key="username", label="User name", required=True),
    Input(key="password", label="Password", type="secret", required=True),
)
_KEYS: Final = {
    "basic": (CLIENT_SECRET,),
    "post": (CLIENT_SECRET,),
    "client_secret_jwt": (CLIENT_SECRET,),
    "private_key_jwt": (_PRIVATE_KEY,),
}


def usual_inputs(
    grants: Collection[str],
    client_auth: str,
    *,
    assertion: Assertion | None = None,
    optional: Mapping[str, str] | None = None,
) -> tuple[Input, ...]:
    """Give what is asked for: the client's credentials, then what the grants need."""
    asked = [CLIENT_ID, *_KEYS.get(client_auth, ())]
    if "jwt_bearer" in grants and _PRIVATE_KEY not in asked:
        assertion = assertion or Assertion()
        usual = Assertion().key
        if assertion.key_file is None and assertion.key == usual:
            asked.append(_PRIVATE_KEY)
    if "password" in grants:
        asked += _USER
    if set(grants) == {"refresh_token"}:
        asked.append(_REFRESH_TOKEN)
    if optional:
        asked.append(_scopes(optional))
    return tuple(asked)


def _scopes(optional: Mapping[str, str]) -> Input:
    return Input(
        key="scopes",
        label="More permissions",
        type="multi-enum",
        options=tuple(Option(value=scope, help=why) for scope, why in optional.items()),
    )
