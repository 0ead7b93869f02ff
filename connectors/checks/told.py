"""Check that a base URL which only the provider tells is bound to hosts that the file names."""

import fnmatch
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from ..errors import TemplateError
from ..explain import Finding
from ..format.auth import AuthMethod, Extract
from ..format.auth.oauth2_token import Captured
from ..format.connector import Connector
from ..templates import fill
from ..told_hosts import facts_of, implied_hosts, told_keys
from ..yaml12 import TreePath

_ANY: Final = re.compile(r"[*?\[\]]")


def check_told(definition: Connector) -> Iterator[Finding]:
    """Yield the facts that decide about a host and may be any, and the patterns that allow too much."""
    addresses = (
        definition.http.base_url,
        *definition.http.hosts.values(),
        *(module.base_url for module in definition.modules.values()),
    )
    for name, method in definition.auth.items():
        for where, one in _placed(method, ("auth", name)):
            yield from _check_patterns(one, where)
            if not one.hosts and any(_is_steered(text, one, definition, method) for text in addresses):
                yield Finding(
                    where,
                    f"the provider could lead anywhere with `{one.key}`, which stands in the host of an "
                    "address: name its `hosts`, as ['*.acme.example']",
                )


def _placed(method: AuthMethod, path: TreePath) -> Iterator[tuple[TreePath, Captured | Extract]]:
    """Yield each fact with its place in the file."""
    for field in ("captured", "extract"):
        for number, one in enumerate(getattr(method, field, ())):
            yield (*path, field, number), one
    for step, login in enumerate(getattr(method, "steps", ())):
        for number, one in enumerate(login.extract):
            yield (*path, "steps", step, "extract", number), one


def _is_steered(text: str, one: Captured | Extract, definition: Connector, method: AuthMethod) -> bool:
    """Tell whether another value of a fact gives another host."""
    if one.secret or one.key not in told_keys(text) or implied_hosts(text):
        return False
    others = {fact.key: getattr(fact, "example", None) for fact in facts_of(method)}
    for only_required in (True, False):
        variables = _variables(definition, only_required=only_required)
        hosts = [
            _host(text, {"var": variables, "captured": {**others, one.key: value}, "connection": {}})
            for value in ("first", "second")
        ]
        if hosts[0] is None or hosts[0] != hosts[1]:
            return True
    return False


def _variables(definition: Connector, *, only_required: bool) -> dict[str, Any]:
    """Give values as a person could set them, of all variables or of those that must be set."""
    found: dict[str, Any] = {}
    for item in definition.inputs:
        stand_in = "https://stand-in.example" if item.type == "url" else "stand-in"
        found[item.key] = stand_in if item.required or not only_required else item.default
    return found


def _host(text: str, scope: Mapping[str, Any]) -> str | None:
    try:
        return urlsplit(str(fill(text, scope))).hostname
    except (TemplateError, ValueError):
        return None


def _check_patterns(one: Captured | Extract, where: TreePath) -> Iterator[Finding]:
    fixed = [pattern for pattern in one.hosts if "{{" not in pattern]
    for number, pattern in enumerate(one.hosts):
        behind = _ANY.split(pattern)[-1]
        if pattern in fixed and behind != pattern and behind.strip(".").count(".") < 1:
            message = f"'{pattern}' allows too much; name a domain, as '*.acme.example'"
            yield Finding((*where, "hosts", number), message)
        if "/" in pattern and "{{" not in pattern:
            yield Finding((*where, "hosts", number), f"'{pattern}' is no host; write it as '*.acme.example'")
    example = getattr(one, "example", None)
    if isinstance(example, str) and fixed and len(fixed) == len(one.hosts):
        host = _host(example, {}) if "://" in example else example.lower()
        if host is not None and not any(fnmatch.fnmatchcase(host, pattern.lower()) for pattern in fixed):
            yield Finding((*where, "example"), f"'{host}' is none of the `hosts`")
