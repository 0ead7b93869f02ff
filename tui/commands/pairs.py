"""Read the ``key=value`` pairs of ``--set``, ``--secret``, ``--query`` and ``--header``."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from core.errors import InputError

from .json_text import read_json

if TYPE_CHECKING:
    from .call import Call

_SOURCES = ("@", "env:", "cmd:", "ref:")
_HOW = (
    "give where it is instead: @FILE, env:NAME, cmd:COMMAND, - (standard input), or a reference that is kept "
    "as such, like ref:env:NAME"
)


def read_values(pairs: Iterable[str] | None) -> dict[str, Any]:
    """Read ``--set``: ``key=text``, or ``key:=JSON``; dots lead into objects (``a.b=1``)."""
    values: dict[str, Any] = {}
    for pair in pairs or ():
        key, value = _split("--set", pair)
        if key.endswith(":"):
            key = key[:-1]
            _place(values, key, _json(key, value))
        else:
            _place(values, key, value)
    return values


def read_secrets(call: "Call", pairs: Iterable[str] | None) -> dict[str, str]:
    """Read ``--secret``: each value is fetched from its source, a reference is kept as it is."""
    secrets: dict[str, str] = {}
    waiting_for_input = 0
    for pair in pairs or ():
        key, source = _split_secret(call, pair)
        waiting_for_input += source == "-"
        if waiting_for_input > 1:
            raise InputError(
                "standard input can be only one secret", "give the others from files or variables"
            )
        secrets[key] = _fetch(call, source)
    return secrets


def read_pairs(option: str, pairs: Iterable[str] | None) -> tuple[tuple[str, str], ...]:
    """Read pairs that may repeat and keep their order."""
    return tuple(_split(option, pair) for pair in pairs or ())


def _split(option: str, pair: str) -> tuple[str, str]:
    key, equals, value = pair.partition("=")
    if not equals or not key.strip(":"):
        raise InputError(f"{option} takes KEY=VALUE, not {pair!r}", f"for example {option} limit=10")
    return key, value


def _split_secret(call: "Call", pair: str) -> tuple[str, str]:
    """Split one pair without ever repeating it in a message: what is wrong with it may be the secret."""
    key, equals, source = pair.partition("=")
    if not equals or not key:
        call.hide(pair)
        raise InputError("--secret takes KEY=SOURCE", _HOW)
    if source != "-" and not source.startswith(_SOURCES):
        call.hide(source)
        raise InputError(f"the secret {key} cannot be given on the command line: others would see it", _HOW)
    return key, source


def _fetch(call: "Call", source: str) -> str:
    import sys

    if source == "-" and sys.stdin.isatty():
        from getpass import getpass

        value = getpass("Secret: ", stream=sys.stderr)
    else:
        value = _read(source)
    if not value.startswith("ref:"):
        call.hide(value)
    return value


def _read(source: str) -> str:
    """Read a source; one with nothing in it is wrong use of the command, not a failure of the vault."""
    import sys

    from core import failure_of, read_source

    try:
        return read_source(source, sys.stdin)
    except Exception as error:
        failure = failure_of(error)
        if failure.error_class != "vault":
            raise
        raise InputError(failure.message, failure.remedy) from error


def _json(key: str, text: str) -> Any:
    try:
        return read_json(text)
    except ValueError as error:
        raise InputError(
            f"{key} is not JSON: {error}", f"plain text is given as {key}=…, JSON as {key}:=…"
        ) from error


def _place(values: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    place = values
    for name in parents:
        inner = place.setdefault(name, {})
        if not isinstance(inner, dict):
            raise InputError(f"--set gives {name} a value and fields below it", "give one or the other")
        place = inner
    place[last] = value
