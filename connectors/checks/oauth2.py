"""Check the methods that get tokens from a provider: addresses, grants, and what is captured."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from ..explain import Finding
from ..format.auth import AuthMethod, OAuth2Auth
from ..format.auth.oauth2 import ATTENDED
from ..format.auth.oauth2_inputs import usual_inputs
from ..format.auth.oauth2_token import Captured
from ..words import listed
from ..yaml12 import TreePath

# What templates see under `auth` once somebody signed in.
TOKENS: Final = ("access_token", "refresh_token", "id_token")
_OURS: Final = frozenset({*TOKENS, "dpop_key", "begun_with"})
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "authorization_code": ("authorize_url", "token_url"),
    "device_code": ("device_url", "token_url"),
}


def check_oauth2(method: AuthMethod, path: TreePath) -> Iterator[Finding]:
    """Yield what does not fit in a method of kind oauth2."""
    if not isinstance(method, OAuth2Auth):
        return
    yield from _check_addresses(method, path)
    yield from _check_grants(method, path)
    yield from _check_captured(method, path)


def _check_addresses(method: OAuth2Auth, path: TreePath) -> Iterator[Finding]:
    if method.discovery is not None or (method.issuer is not None and method.token_url is None):
        return
    for grant in method.grants:
        needed = _NEEDED.get(grant, ("token_url",))
        missing = [name for name in needed if getattr(method, name) is None]
        if missing:
            yield Finding(
                (*path, "grants"),
                f"{grant} needs {listed([f'`{name}`' for name in missing], 'and')}; or name the `issuer` "
                "alone, and its metadata says them",
            )


def _check_grants(method: OAuth2Auth, path: TreePath) -> Iterator[Finding]:
    grants = [grant for grant in dict.fromkeys(method.grants) if grant != "refresh_token"]
    alone = [grant for grant in grants if grant not in ATTENDED]
    if len(alone) > 1 or (alone and len(grants) > 1):
        yield Finding(
            (*path, "grants"),
            f"{listed(grants, 'and')} ask for different things; make a method of each (only "
            "authorization_code and device_code go together)",
        )


def _check_captured(method: OAuth2Auth, path: TreePath) -> Iterator[Finding]:
    taken = {one.key for one in method.inputs} | _OURS
    for number, one in enumerate(method.captured):
        where = (*path, "captured", number)
        yield from check_fact(one, where, taken)
        taken.add(one.key)
        if one.from_ == "userinfo" and not (method.userinfo_url or method.issuer or method.discovery):
            yield Finding((*where, "from"), "nothing says the `userinfo_url`")
        if one.from_ == "callback" and "authorization_code" not in method.grants:
            yield Finding((*where, "from"), "only authorization_code leads back to us with parameters")


def check_fact(one: Captured, where: TreePath, taken: Collection[str]) -> Iterator[Finding]:
    """Yield what is wrong with a fact that is captured, beside the names that are ``taken``."""
    if one.key in taken or one.key.startswith("_"):
        yield Finding((*where, "key"), f"'{one.key}' is the name of something else already")
    if one.regex is not None and not _is_pattern(one.regex):
        yield Finding((*where, "regex"), "this is not a regular expression")


def _is_pattern(regex: str) -> bool:
    try:
        re.compile(regex)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def oauth2_names(method: Mapping[str, Any]) -> list[str]:
    """Give the names that a method of a document adds to ``auth`` beside its inputs."""
    return [*TOKENS, *secret_names(method)]


def oauth2_inputs(method: Mapping[str, Any]) -> list[str]:
    """Give what a method of a document asks for when it does not say it, however broken it is."""
    grants = method.get("grants")
    assertion, scopes = method.get("assertion"), method.get("scopes")
    optional = scopes.get("optional") if isinstance(scopes, dict) else None
    usual = usual_inputs(
        [str(grant) for grant in grants] if isinstance(grants, list) else [],
        str(method.get("client_auth", "basic")),
        has_key_file=isinstance(assertion, dict) and "key_file" in assertion,
        has_key=isinstance(assertion, dict) and "key" in assertion,
        optional={"": ""} if optional else {},
    )
    return [one.key for one in usual]


def secret_names(method: Mapping[str, Any]) -> list[str]:
    """Give the names of the secret facts that a method of a document captures."""
    return [str(one.get("key")) for one in _captured(method) if one.get("secret") is True]


def captured_names(method: Mapping[str, Any]) -> list[str]:
    """Give the names that a method of a document adds to ``captured``."""
    return [str(one.get("key")) for one in _captured(method) if one.get("secret") is not True]


def _captured(method: Mapping[str, Any]) -> list[dict[str, Any]]:
    captured = method.get("captured")
    return [one for one in captured if isinstance(one, dict)] if isinstance(captured, list) else []
