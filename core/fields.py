"""Check what was given for an authentication or a connection, before anything is kept."""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from connectors import AuthMethod, Input, check_inputs

from .catalog import CatalogConnector
from .errors import ConfigError, ConnectError, InputError, NotKnownError

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


def check_fields(
    inputs: Iterable[Input], values: Mapping[str, Any], secrets: Mapping[str, str]
) -> dict[str, Any]:
    """Give the values with defaults, read as their inputs' types; ``secrets`` only says which are there.

    Raises:
        InputError: names every field that is missing, unknown, wrong, or secret and given in the open.
    """
    fields = tuple(inputs)
    secret = {item.key for item in fields if item.secret}
    shown = sorted(key for key in values if key in secret)
    if shown:
        raise InputError(
            f"{', '.join(shown)} is secret",
            "give it with --secret, from a file, a variable, a command or a reference",
        )
    checked, problems = check_inputs(fields, values, have_secrets=frozenset(secrets))
    unknown = sorted(set(secrets) - {item.key for item in fields})
    problems = [*problems, *((key, "there is no such field") for key in unknown)]
    if problems:
        raise InputError("; ".join(f"{key}: {text}" for key, text in problems))
    return dict(checked)


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
