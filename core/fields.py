"""Check what was given for an authentication or a connection, before anything is kept."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from connectors import AuthMethod, Input, check_inputs
from storage.vault import is_reference

from .catalog import CatalogConnector
from .errors import ConfigError, ConnectError, InputError, NotKnownError

T = TypeVar("T")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_SETTINGS = frozenset(
    {"time_zone", "date_format", "rate_limit_calls", "rate_limit_unit", "rate_limit_duration", "pool",
     "log_level", "wizard_page", "name"}
)  # fmt: skip


def check_name(name: str) -> None:
    """Refuse a name that could not be typed in a shell.

    Raises:
        InputError: says what a name may hold.
    """
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r} cannot be a name", "use letters, digits, dots, dashes and underscores, at most 63"
        )


def method_of(connector: CatalogConnector, method: str) -> AuthMethod:
    """Give an authentication method of a connector.

    Raises:
        NotKnownError: names the methods it has.
    """
    methods = connector.definition.auth
    if method not in methods:
        has = ", ".join(methods) or "none, it needs no authentication"
        raise NotKnownError(
            f"{connector.definition.handle} has no authentication method {method!r}", f"it has {has}"
        )
    return methods[method]


def by_key(inputs: Iterable[Input], given: Mapping[str, T]) -> dict[str, T]:
    """Give what was given under an alias under its key."""
    keys = {item.alias: item.key for item in inputs if item.alias}
    return {keys.get(name, name): value for name, value in given.items()}


def check_fields(
    inputs: Iterable[Input],
    values: Mapping[str, Any],
    secrets: Mapping[str, str],
    kept: Collection[str] = (),
) -> dict[str, Any]:
    """Give the values with defaults, read as their inputs' types, without the secrets.

    ``secrets`` are the new ones, checked like values unless they are references; ``kept`` are the keys of
    those that are there already.

    Raises:
        InputError: names every field that is missing, unknown, wrong, or secret and given in the open.
    """
    fields = tuple(inputs)
    secret = {item.key for item in fields if item.secret}
    shown = sorted(secret & set(by_key(fields, values)))
    if shown:
        raise InputError(
            f"{', '.join(shown)} is secret",
            "give it with --secret, from a file, a variable, a command or a reference",
        )
    plain = {key: value for key, value in secrets.items() if key in secret and not is_reference(value)}
    there = (set(secrets) | set(kept)) & secret
    checked, problems = check_inputs(fields, {**values, **plain}, have_secrets=frozenset(there))
    for key in sorted(set(secrets) - secret):
        known = any(item.key == key for item in fields)
        problems.append((key, "it is not secret; give it with --set" if known else "there is no such field"))
    if problems:
        raise InputError("; ".join(f"{key}: {text}" for key, text in problems))
    return {key: value for key, value in checked.items() if key not in secret}


def check_configurable(
    inputs: Iterable[Input],
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    secrets: Mapping[str, str],
) -> None:
    """Refuse a change of a field that stays as it was when the connection was made.

    Raises:
        InputError: names the fields.
    """
    fixed = [item.key for item in inputs if not item.configurable]
    changed = [key for key in fixed if key in secrets or now.get(key) != before.get(key)]
    if changed:
        raise InputError(f"{', '.join(changed)} cannot be changed later", "make a new connection instead")


def check_settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Give the settings of a connection that are not variables.

    Raises:
        ConfigError: a connection has no such setting.
        InputError: the time zone is none.
    """
    unknown = sorted(set(given) - _SETTINGS)
    if unknown:
        raise ConfigError(f"a connection has no setting {', '.join(unknown)}")
    if zone := given.get("time_zone"):
        _check_zone(zone)
    return dict(given)


def _check_zone(name: str) -> None:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(f"{name!r} is not a time zone", "use a name such as Europe/Berlin") from None


def unknown(what: str, name: str, known: Iterable[str]) -> ConnectError:
    """Build the error about a name that is not there, with the nearest ones that are."""
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    remedy = f"did you mean {' or '.join(near)}?" if near else ""
    return NotKnownError(f"there is no {what} called {name!r}", remedy)
