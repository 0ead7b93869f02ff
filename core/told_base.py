"""Let an address that a provider told lead to the hosts that its connector names, and nowhere else.

A provider, or whoever answers in its place, could else send requests and tokens to a machine inside the
network (guard against server-side request forgery).
"""

import fnmatch
from collections.abc import Iterable
from typing import Final

from connectors import AuthMethod, facts_of, implied_hosts, told_keys
from connectors.templates import MISSING, TemplateError

from .errors import ConfigError, PolicyError
from .hosts import host_of
from .unseal import Unsealed

_STAND_IN: Final = "x-stand-in"


def check_told_address(template: str, filled: str, method: AuthMethod | None, unsealed: Unsealed) -> bool:
    """Refuse an address whose host the provider told and the connector does not name.

    Gives whether it may be a private address: what a person chose may, what a provider told may where the
    provider itself is there.

    Raises:
        PolicyError: names the host, and those that it may be.
    """
    keys = told_keys(template)
    if not keys or not _is_told(template, filled, unsealed):
        return True
    host = _host(filled)
    if host in _provider_hosts(method, unsealed, filled):
        return True
    named = [text for one in facts_of(method) if one.key in keys for text in one.hosts]
    hosts = [*_patterns(named, unsealed), *implied_hosts(template)]
    if not any(fnmatch.fnmatchcase(host, pattern) for pattern in hosts):
        may_be = " or ".join(hosts) or "the provider's own host"
        raise PolicyError(
            f"the provider says that the address is {host or filled!r}, where {may_be} is expected",
            f"if that is meant, the connector names it under `hosts` of {' or '.join(sorted(keys))}",
        )
    if filled.lower().startswith("http:"):
        raise PolicyError(
            f"the provider says that the address is {filled}, which is without TLS",
            "tell those who run the provider",
        )
    return False


def _is_told(template: str, filled: str, unsealed: Unsealed) -> bool:
    """Tell whether another answer of the provider had given another host."""
    captured = dict.fromkeys(unsealed.scope["captured"], _STAND_IN)
    try:
        other = unsealed.fill(template, {"captured": captured, "input": {}})
    except TemplateError:
        return True
    return other is MISSING or other is None or _host(str(other)) != _host(filled)


def _provider_hosts(method: AuthMethod | None, unsealed: Unsealed, filled: str) -> frozenset[str]:
    """Give the hosts where tokens are fetched, by TLS unless the address has none either."""
    from .oauth2.endpoints import is_web
    from .obtain import token_urls

    with_tls = filled.lower().startswith("https:")
    found = (str(unsealed.fill(template)) for template in token_urls(method))
    return frozenset(
        host_of(url) for url in found if is_web(url) and (with_tls or url.lower().startswith("http:"))
    )


def _patterns(named: Iterable[str], unsealed: Unsealed) -> list[str]:
    try:
        filled = [str(unsealed.fill(text)) for text in named]
    except TemplateError as error:
        raise ConfigError(f"the hosts that the provider may name cannot be told: {error}") from None
    return [_host(text) for text in filled if text]


def _host(text: str) -> str:
    try:
        return host_of(text) if "://" in text else text.lower()
    except ValueError:
        return ""
