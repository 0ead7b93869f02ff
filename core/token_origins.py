"""Where an authentication gets its tokens: once one of its connections chose a place, at no other.

Only the addresses that are asked for tokens are looked at; where a token is shown afterwards, as to an
operation, userinfo or introspection, is a matter of the hosts that a connection may reach.

A connection may choose the host of its token endpoint. An authentication that several connections use would
else give what is secret to whichever host the last of them was pointed at.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from connectors import AppInstallationAuth, AwsSigV4Auth, SessionAuth
from connectors.templates import MISSING, TemplateError, mentions_of
from storage.records import Authentication

from .auth.login import login_origin
from .errors import PolicyError
from .hosts import origin_of
from .oauth2.endpoints import is_web
from .obtain import token_urls
from .redirects import keeps_credentials
from .resolve import Target
from .tokens import gets_new_tokens
from .unseal import Unsealed

ORIGINS: Final = "origins of the token endpoint"
_CHOSEN: Final = frozenset({"var", "connection"})
_USUAL: Final = {"http": 80, "https": 443}


def chosen_origins(target: Target, fill: Callable[[str], Any]) -> tuple[str, ...]:
    """Give the origins of the addresses that get credentials, as far as the connection chooses their host."""
    found = (_filled(template, fill) for template in _addresses(target) if _is_chosen(template))
    return tuple(dict.fromkeys(_origin(url) for url in found if is_web(url)))


def check_origins(target: Target, unsealed: Unsealed) -> None:
    """Refuse a connection that leads the credentials of its authentication to another place than before.

    What would be kept with the tokens is in ``unsealed.memory`` then.

    Raises:
        PolicyError: names both places, and what helps.
    """
    origins = chosen_origins(target, unsealed.fill)
    if origins:
        unsealed.memory[ORIGINS] = " ".join(origins)
    row = target.authentication
    if row is not None and not fits(row, origins):
        used, meant = str(row.origins).replace(" ", " and "), " and ".join(origins)
        raise PolicyError(
            f"the credentials of {row.name} are for {used}, and this connection would give them to {meant}",
            f"give the connection an authentication of its own; if the provider moved, {_anew(target, row)}",
        )


def fits(row: Authentication, origins: Iterable[str]) -> bool:
    """Tell whether credentials may go to these places: to those where they went before, or to any first."""
    if row.origins is None:
        return True
    known = row.origins.split(" ")
    return all(any(keeps_credentials(one, origin) for one in known) for origin in origins)


def _anew(target: Target, row: Authentication) -> str:
    if gets_new_tokens(target.method):
        return f"`connect-tui auth edit {row.name}` with its secrets again"
    return f"`connect-tui auth revoke {row.name}`, then sign in there"


def _addresses(target: Target) -> tuple[str, ...]:
    named, base = token_urls(target.method), (target.definition.http.base_url,)
    match target.method:
        case SessionAuth() as method:
            return named + (
                base if any(login_origin(step.request.path) is None for step in method.steps) else ()
            )
        case AppInstallationAuth() as method:
            return named + (base if login_origin(method.request.path) is None else ())
        case AwsSigV4Auth():
            # The secret key itself goes nowhere, and each region has an endpoint of its own.
            return ()
        case _:
            return named


def _is_chosen(template: str) -> bool:
    scheme, mark, rest = template.partition("://")
    authority = rest.partition("/")[0] if mark and "{{" not in scheme else template
    return not _CHOSEN.isdisjoint(root for root, *_ in mentions_of(authority))


def _filled(template: str, fill: Callable[[str], Any]) -> str:
    try:
        value = fill(template)
    except TemplateError:
        return ""
    return "" if value is None or value is MISSING else str(value)


def _origin(url: str) -> str:
    scheme, host, port = origin_of(url)
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}" if _USUAL[scheme] == port else f"{scheme}://{name}:{port}"
