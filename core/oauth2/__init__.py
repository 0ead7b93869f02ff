"""OAuth 2.0 as generators without I/O: they yield requests, receive each answer, and give what they are for.

Every flow takes a `Client`: the method of a connector, the unsealed values, and the authentication's name.
Whoever drives a flow sends each `Request` and gives its `Response` back; what is secret is known to the
redactor before the flow yields again, returns or raises.

    authorize_url(client, redirect_uri, scopes=None, state=None)   -> Authorization: .url to open, .state …
    exchange_code(client, authorization, code, parameters)         -> TokenSet; checks iss (RFC 9207), nonce
    start_device(client)                              -> DeviceCode      .user_code, .url, .interval_s …
    poll_device(client, device)                       -> TokenSet, or the DeviceCode to ask with again
    client_credentials(client, held) · password(client, held) · jwt_bearer(client, held)  -> TokenSet
    refresh(client, refresh_token, held)              -> TokenSet
    ask_who(client, tokens)                           -> TokenSet        with what userinfo says
    revoke(client, tokens)                            -> None
    introspect(client, tokens, kind="access_token")   -> dict with ``active``
    register(client, redirect_uris, more=None)        -> Registered      .id, .secret
    unregister(client, url, access_token)             -> bool            whether it was there
    find_endpoints(client, held)                      -> Endpoints       said by the connector, or discovered

They raise `SignInNeededError` where only a person helps, and other `ConnectError`s where a later try may do.
"""

from .authorization_code import (
    Authorization,
    authorize_url,
    exchange_code,
)
from .client import Asking, Client
from .client_credentials import client_credentials
from .device_code import DeviceCode, expired, poll_device, start_device
from .endpoints import Endpoints, find_endpoints
from .introspection import introspect
from .jwt_bearer import jwt_bearer
from .password import password
from .refresh_token import refresh
from .registration import Registered, register, unregister
from .revocation import revoke
from .userinfo import ask_who, of_userinfo

__all__ = [
    "Asking",
    "Authorization",
    "Client",
    "DeviceCode",
    "Endpoints",
    "Registered",
    "ask_who",
    "authorize_url",
    "client_credentials",
    "exchange_code",
    "expired",
    "find_endpoints",
    "introspect",
    "jwt_bearer",
    "of_userinfo",
    "password",
    "poll_device",
    "refresh",
    "register",
    "revoke",
    "start_device",
    "unregister",
]
