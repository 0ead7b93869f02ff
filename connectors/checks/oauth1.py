"""Check the methods that sign as OAuth 1.0a: the addresses of a sign-in, and what is captured."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..explain import Finding
from ..format.auth import AuthMethod, OAuth1Auth
from ..format.auth.oauth1 import usual_inputs
from ..words import listed
from ..yaml12 import TreePath
from .oauth2 import check_fact, secret_names

# What templates see under `auth` once somebody signed in.
TOKENS: Final = ("token", "token_secret")
_ADDRESSES: Final = ("request_token_url", "authorize_url", "access_token_url")
_SOURCES: Final = ("token", "callback")


def check_oauth1(method: AuthMethod, path: TreePath) -> Iterator[Finding]:
    """Yield what does not fit in a method of kind oauth1."""
    if not isinstance(method, OAuth1Auth):
        return
    said = [name for name in _ADDRESSES if getattr(method, name) is not None]
    missing = [f"`{name}`" for name in _ADDRESSES if name not in said]
    if said and missing:
        yield Finding((*path, said[0]), f"a sign-in needs {listed(missing, 'and')} as well")
    if said and method.token is None:
        yield Finding((*path, "token"), "a sign-in brings a token, and null says that there is none")
    if method.captured and not said:
        yield Finding((*path, "captured"), "nothing is captured without a sign-in: name its addresses")
    taken = {one.key for one in method.inputs} | set(TOKENS)
    for number, one in enumerate(method.captured):
        where = (*path, "captured", number)
        yield from check_fact(one, where, taken)
        taken.add(one.key)
        if one.from_ not in _SOURCES:
            yield Finding((*where, "from"), f"OAuth 1.0a has no {one.from_}, only `token` and `callback`")


def oauth1_names(method: Mapping[str, Any]) -> list[str]:
    """Give the names that a method of a document adds to ``auth`` beside its inputs."""
    return [*TOKENS, *secret_names(method)] if _is_attended(method) else []


def oauth1_inputs(method: Mapping[str, Any]) -> list[str]:
    """Give what a method of a document asks for when it does not say it."""
    has_token = method.get("token", "") is not None and not _is_attended(method)
    signature = str(method.get("signature", "HMAC-SHA1"))
    return [one.key for one in usual_inputs(signature, has_token=has_token)]


def _is_attended(method: Mapping[str, Any]) -> bool:
    return method.get("request_token_url") is not None
