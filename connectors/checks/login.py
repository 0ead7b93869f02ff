"""Check the kinds that log in: what each step extracts, and whether what goes along is there."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..explain import Finding
from ..format.auth import AppInstallationAuth, AuthMethod, Extract, SessionAuth
from ..yaml12 import TreePath
from .operations import check_request

_APP_TOKEN: Final = "jwt"  # noqa: S105 - the name under which templates see it
_OURS: Final = frozenset({"cookies", _APP_TOKEN})


def check_login(method: AuthMethod, path: TreePath) -> Iterator[Finding]:
    """Yield what does not fit in a method that logs in."""
    match method:
        case SessionAuth():
            yield from _check_session(method, path)
        case AppInstallationAuth():
            yield from check_request(method.request, (*path, "request"))
            yield from _check_extracts(method.extract, _input_keys(method), (*path, "extract"))
        case _:
            pass


def extracted(method: Mapping[str, Any], *, secret: bool = True) -> list[str]:
    """Give the names that a method of a document adds to ``auth``, or to ``captured``."""
    match method.get("kind"):
        case "session":
            steps = method.get("steps")
            parts = [step.get("extract") for step in _mappings(steps)]
        case "app_installation":
            parts = [method.get("extract", [{"key": "token"}]), [{"key": _APP_TOKEN}]]
        case _:
            parts = []
    return [
        str(one.get("key"))
        for part in parts
        for one in _mappings(part)
        if (one.get("secret") is not False) is secret
    ]


def _mappings(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _check_session(method: SessionAuth, path: TreePath) -> Iterator[Finding]:
    if not method.cookies and not method.apply:
        yield Finding(path, "nothing of the login goes with a request: say `cookies: true`, or `apply`")
    taken = _input_keys(method)
    for number, step in enumerate(method.steps):
        where = (*path, "steps", number)
        yield from check_request(step.request, (*where, "request"))
        yield from _check_extracts(step.extract, taken, (*where, "extract"))
        taken = taken | {one.key for one in step.extract}
    if method.logout is not None:
        yield from check_request(method.logout, (*path, "logout"))
    for number, place in enumerate(method.apply):
        if "token" not in taken and place.format == "{{ auth.token }}":
            message = "`format` is '{{ auth.token }}' unless said, but no step extracts `token`"
            yield Finding((*path, "apply", number), message)


def _input_keys(method: SessionAuth | AppInstallationAuth) -> frozenset[str]:
    return frozenset(one.key for one in method.inputs)


def _check_extracts(
    extracts: tuple[Extract, ...], taken: frozenset[str], path: TreePath
) -> Iterator[Finding]:
    for number, one in enumerate(extracts):
        where = (*path, number)
        if one.key in taken or one.key in _OURS:
            yield Finding((*where, "key"), f"'{one.key}' is the name of something else already")
        taken = taken | {one.key}
        if (one.from_ == "body") == (one.name is not None):
            needs = "has no `name`" if one.from_ == "body" else "needs its `name`"
            yield Finding(where, f"what is read from the {one.from_} {needs}")
        if one.from_ != "body" and one.path is not None:
            yield Finding(
                (*where, "path"), f"a path leads into the body, and this is read from the {one.from_}"
            )
        if one.regex is not None and (problem := _regex_problem(one.regex)):
            yield Finding((*where, "regex"), problem)


def _regex_problem(regex: str) -> str | None:
    try:
        re.compile(regex)
    except (re.error, RecursionError, OverflowError):
        return "this is not a regular expression"
    return None
