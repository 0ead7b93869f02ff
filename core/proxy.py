"""Plan a request that a person wrote: any method and path, with the connection's authentication."""

from .decide import named_rules
from .errors import InputError
from .prepare import prepare_proxy
from .resolve import Target
from .run import Plan

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

Pairs = tuple[tuple[str, str], ...]


def plan_proxy(
    target: Target, method: str, path: str, query: Pairs, headers: Pairs, body: bytes | None
) -> Plan:
    """Plan a request to a path below the base URL, or to a URL on an allowed host.

    Raises:
        InputError: the method is none of HTTP's, or a header is not one line.
    """
    verb = method.upper()
    if verb not in METHODS:
        raise InputError(f"{method!r} is not a method", f"use {', '.join(METHODS)}")
    for name, value in headers:
        if not name or any(char in name + value for char in "\r\n\0") or not name.isascii():
            raise InputError(f"the header {name!r} cannot be sent", "a header is one line: NAME=VALUE")
    return Plan(
        target=target,
        name=f"{verb} {path.split('?', maxsplit=1)[0]}",
        kind="proxy",
        given={"method": verb, "path": path, "query": [list(pair) for pair in query]},
        build=lambda unsealed: prepare_proxy(target.definition, unsealed, verb, path, query, headers, body),
        rules=named_rules(("errors", target.definition.errors)),
        read_only=verb in {"GET", "HEAD", "OPTIONS"},
    )
