"""See which facts that a provider tells decide about a host, and which hosts they may be."""

import re
from typing import Final

from .format.auth import AppInstallationAuth, AuthMethod, Extract, OAuth2Auth, SessionAuth
from .format.auth.oauth2_token import Captured
from .templates import mentions_of

# What stands behind the last template of a host, with at least two names in it.
_REST: Final = re.compile(r"(\.[a-z0-9-]+){2,}(:\d+)?", re.IGNORECASE)


def told_keys(template: str) -> frozenset[str]:
    """Give the names of the captured facts that an address holds before its path, as far as it is written."""
    return frozenset(
        path[1] for path in mentions_of(authority_of(template)) if len(path) > 1 and path[0] == "captured"
    )


def authority_of(template: str) -> str:
    """Give the part of an address before its path; all of it where a template stands for more."""
    scheme, mark, rest = template.partition("://")
    if not mark or "{{" in scheme:
        return template
    outside = re.sub(r"\{\{.*?\}\}", lambda found: "x" * len(found[0]), rest, flags=re.DOTALL)
    return rest[: len(re.split(r"[/?#]", outside, maxsplit=1)[0])]


def implied_hosts(template: str) -> tuple[str, ...]:
    """Give the pattern of the hosts that the text of an address itself allows, as all below a domain."""
    if template == (authority := authority_of(template)):
        return ()
    behind = authority.rpartition("}}")[2]
    return (f"*{behind.partition(':')[0].lower()}",) if _REST.fullmatch(behind) else ()


def facts_of(method: AuthMethod | None) -> tuple[Captured | Extract, ...]:
    """Give what a method keeps as ``captured`` of what a provider tells."""
    match method:
        case OAuth2Auth():
            found: tuple[Captured | Extract, ...] = method.captured
        case SessionAuth():
            found = tuple(one for step in method.steps for one in step.extract)
        case AppInstallationAuth():
            found = method.extract
        case _:
            # OAuth 1.0a captures like its successor.
            found = getattr(method, "captured", ())
    return tuple(one for one in found if not one.secret)
