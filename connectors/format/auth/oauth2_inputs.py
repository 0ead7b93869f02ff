"""What is asked for when a method of kind oauth2 does not say it."""

from collections.abc import Collection, Mapping
from typing import Final

from ..inputs import Input, Option
from .mtls import MtlsAuth

CLIENT_ID: Final = Input(
    key="client_id", label="Client ID", required=True, help="The provider gives it to the app you register."
)
CLIENT_SECRET: Final = Input(key="client_secret", label="Client secret", type="secret", required=True)
_PRIVATE_KEY: Final = Input(
    key="private_key", label="Private key", type="secret", required=True, help="As PEM or as a JWK."
)
_KEY_FILE: Final = Input(
    key="key_file", label="Key file", type="secret", required=True, help="The whole JSON file, as its text."
)
# Later tokens stand under `auth.refresh_token`; this one is what they began with.
_REFRESH_TOKEN: Final = Input(
    key="first_refresh_token", alias="refresh_token", label="Refresh token", type="secret", required=True
)
_USER: Final = (
    Input(key="username", label="User name", required=True),
    Input(key="password", label="Password", type="secret", required=True),
)
_KEYS: Final = {
    "basic": (CLIENT_SECRET,),
    "post": (CLIENT_SECRET,),
    "client_secret_jwt": (CLIENT_SECRET,),
    "private_key_jwt": (_PRIVATE_KEY,),
    "tls": tuple(MtlsAuth.model_fields["inputs"].default),
}


def usual_inputs(
    grants: Collection[str],
    client_auth: str,
    *,
    has_key_file: bool = False,
    has_key: bool = False,
    optional: Mapping[str, str] | None = None,
) -> tuple[Input, ...]:
    """Give what is asked for: the client's credentials, then what the grants need.

    ``has_key_file`` and ``has_key`` say that an assertion is signed with a provider's file, or another key.
    """
    signs = "jwt_bearer" in grants
    # Who has the provider's file needs no client.
    asked = [] if signs and has_key_file and client_auth == "none" else [CLIENT_ID]
    asked += _KEYS.get(client_auth, ())
    if signs and has_key_file:
        asked.append(_KEY_FILE)
    elif signs and not has_key and all(one.key != _PRIVATE_KEY.key for one in asked):
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
