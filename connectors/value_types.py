"""Convert one entered value to the type of its input, and check its limits."""

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from .format.inputs import Input
from .words import found, listed, nearest

_TRUE: Final = frozenset({"true", "yes", "on", "1"})
_FALSE: Final = frozenset({"false", "no", "off", "0"})
_HOST: Final = re.compile(
    r"(?:\[[0-9A-Fa-f:.]+\]|(?=.{1,253}(?::|$))[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
    r"(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?)(?::(?P<port>[0-9]{1,5}))?"
)
_DURATION: Final = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h|d))+")
_DURATION_PART: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")
_UNITS: Final = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_LAST_PORT: Final = 65_535


class NotOfTypeError(ValueError):
    """A value that cannot be used, with a sentence that holds no secret."""


def read_value(one: Input, value: Any) -> Any:
    """Give the value converted to the input's type.

    Raises:
        NotOfTypeError: when it is not of that type, or not within the pattern and limits.
    """
    if one.pattern is not None and isinstance(value, str) and not _pattern(one.pattern).fullmatch(value):
        hint = f", for example {one.example}" if one.example is not None and not one.secret else ""
        raise NotOfTypeError(f"{_said(one, value)} does not have the form {one.pattern}{hint}")
    converted = _READERS[one.type](one, value)
    _check_limits(one, converted)
    return converted


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _said(one: Input, value: Any) -> str:
    return "the value" if one.secret else found(value)


def _wrong(one: Input, value: Any, wanted: str) -> NotOfTypeError:
    return NotOfTypeError(f"{_said(one, value)} is not {wanted}")


def _text(one: Input, value: Any) -> str:
    if isinstance(value, str):
        return value
    raise _wrong(one, value, "text")


def _int(one: Input, value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"[-+]?[0-9]{1,300}", value.strip()):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _wrong(one, value, "a whole number")


def _number(one: Input, value: Any) -> float:
    number = _parsed_number(value) if isinstance(value, str) else value
    if isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number):
        return number
    raise _wrong(one, value, "a number")


def _parsed_number(text: str) -> float | None:
    try:
        return int(text) if re.fullmatch(r"\s*[-+]?[0-9]{1,300}\s*", text) else float(text)
    except ValueError:
        return None


def _bool(one: Input, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise _wrong(one, value, "true or false")


def _enum(one: Input, value: Any) -> Any:
    for option in one.options:
        if value == option.value or str(value) == _as_typed(option.value):
            return option.value
    choices = [_as_typed(option.value) for option in one.options]
    close = nearest(str(value), choices)
    hint = close if "did you mean" in close and not one.secret else f"; choose {listed(choices)}"
    raise NotOfTypeError(f"{_said(one, value)} is not one of the choices{hint}")


def _as_typed(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _multi_enum(one: Input, value: Any) -> list[Any]:
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, list | tuple):
        raise _wrong(one, value, "a list of choices")
    return list(dict.fromkeys(_enum(one, item) for item in value))


def _url(one: Input, value: Any) -> str:
    text = one.prefix + _text(one, value).strip() + one.suffix
    try:
        parts = urlsplit(text)
        whole = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1) <= _LAST_PORT
    except ValueError:
        whole = False
    if not whole or re.search(r"[\s\x00-\x1f]", text):
        raise _wrong(one, value, "an address that begins with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise NotOfTypeError(
            "an address must not hold a user name or a password; they go into an authentication"
        )
    return _text(one, value).strip()


def _host(one: Input, value: Any) -> str:
    text = _text(one, value).strip()
    match = _HOST.fullmatch(one.prefix + text + one.suffix) or (_is_ipv6(text) and re.match("", text))
    if not match or int(match.groupdict().get("port") or 1) > _LAST_PORT:
        raise _wrong(one, value, "a host name or an IP address")
    return text


def _is_ipv6(text: str) -> bool:
    from ipaddress import IPv6Address

    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _duration(one: Input, value: Any) -> float:
    if isinstance(value, str) and _DURATION.fullmatch(value.strip()):
        parts = _DURATION_PART.findall(value)
        seconds = sum(float(amount) * _UNITS[unit] for amount, unit in parts)
    else:
        plain = _parsed_number(value) if isinstance(value, str) else value
        if not isinstance(plain, int | float) or isinstance(plain, bool) or not 0 <= plain < math.inf:
            raise _wrong(one, value, "a duration as 90, 90s, 5m, 1h30m or 2d")
        seconds = plain
    return int(seconds) if seconds == int(seconds) else seconds


def _date(one: Input, value: Any) -> str:
    try:
        return date.fromisoformat(_text(one, value).strip()).isoformat()
    except ValueError:
        raise _wrong(one, value, "a date as 2026-11-01") from None


def _json(one: Input, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise _wrong(one, value, "JSON") from None


def _file(one: Input, value: Any) -> str:
    text = _text(one, value)
    if not Path(text).expanduser().is_file():
        raise NotOfTypeError(f"{_said(one, text)} is not a file that is there")
    return text


def _timezone(one: Input, value: Any) -> str:
    from zoneinfo import ZoneInfo, available_timezones

    text = _text(one, value).strip()
    try:
        ZoneInfo(text)
    except (ValueError, OSError, KeyError):
        close = nearest(text, sorted(available_timezones()))
        hint = close if "did you mean" in close else "; as in Europe/Berlin or UTC"
        raise NotOfTypeError(f"{_said(one, value)} is not a time zone{hint}") from None
    return text


_READERS: Final[Mapping[str, Callable[[Input, Any], Any]]] = {
    "string": _text,
    "secret": _text,
    "int": _int,
    "number": _number,
    "bool": _bool,
    "enum": _enum,
    "multi-enum": _multi_enum,
    "url": _url,
    "host": _host,
    "duration": _duration,
    "date": _date,
    "json": _json,
    "file": _file,
    "timezone": _timezone,
}


def _check_limits(one: Input, value: Any) -> None:
    size, unit = _size(one, value)
    if size is None:
        return
    if one.min is not None and size < one.min:
        raise NotOfTypeError(f"at least {one.min}{unit}{_found_size(one, size)}")
    if one.max is not None and size > one.max:
        raise NotOfTypeError(f"at most {one.max}{unit}{_found_size(one, size)}")


def _size(one: Input, value: Any) -> tuple[float | None, str]:
    if one.type in {"int", "number"}:
        return value, ""
    if one.type == "duration":
        return value, " seconds"
    if one.type in {"string", "secret", "url", "host"}:
        return len(value), " characters"
    return (len(value), " choices") if one.type == "multi-enum" else (None, "")


def _found_size(one: Input, size: float) -> str:
    return "" if one.secret else f", found {size}"
