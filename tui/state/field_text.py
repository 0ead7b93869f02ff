"""Read the text of a field into a value, and write a value as text."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NoReturn
from urllib.parse import urlsplit

from core.bodies.exact import json_of, read_integer, read_number

from .field import UNSET, Field, FieldKind, FieldProblem, check_value, same

_JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_SWITCH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def read_text(field: Field, text: str) -> Any:
    """Give the value that ``text`` stands for, or ``UNSET`` when the field was left empty."""
    if text == "" or (field.kind not in ("text", "json") and not text.strip()):
        return UNSET
    value = _READERS[field.kind](field, text)
    check_value(field, value)
    return value


def write_text(field: Field, value: Any) -> str:
    """Give the text that stands for ``value`` in the field."""
    if value is UNSET or value is None:
        return ""
    match field.kind:
        case "boolean" if isinstance(value, bool):
            return "yes" if value else "no"
        case "choice":
            return next((option.label for option in field.options if same(option.value, value)), plain(value))
        case "choices" if isinstance(value, list | tuple):
            return ", ".join(plain(item) for item in value)
        case "json":
            return json_of(value)
        case _:
            return plain(value)


def _integer(_field: Field, text: str) -> int:
    try:
        return int(text.strip())
    except ValueError:
        raise FieldProblem("needs a whole number, such as 25") from None


def _decimal(_field: Field, text: str) -> int | float:
    plain = text.strip()
    if re.fullmatch(r"[+-]?\d+", plain):
        return int(plain)
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", plain):
        raise FieldProblem("needs a number, such as 2.5")
    return read_number(plain) if _JSON_NUMBER.fullmatch(plain) else float(plain)


def _boolean(_field: Field, text: str) -> bool:
    try:
        return _SWITCH[text.strip().lower()]
    except KeyError:
        raise FieldProblem("needs yes or no") from None


def _choice(field: Field, text: str) -> Any:
    for option in field.options:
        if text in (option.label, plain(option.value)):
            return option.value
    raise FieldProblem(f"must be one of {', '.join(option.label for option in field.options)}")


def _choices(field: Field, text: str) -> list[Any]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    return [_choice(field, word) for word in words] if field.options else list(words)


def _url(_field: Field, text: str) -> str:
    plain = text.strip()
    try:
        parts = urlsplit(plain)
        whole = bool(parts.scheme and parts.hostname) and not re.search(r"\s", plain)
    except ValueError:
        whole = False
    if not whole:
        raise FieldProblem("needs a whole address, such as https://api.example.com")
    return plain


def _host(_field: Field, text: str) -> str:
    plain = text.strip()
    if re.search(r"[\s/?#@]", plain):
        raise FieldProblem("needs a host name alone, such as db.example.com")
    return plain


def _date(_field: Field, text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise FieldProblem("needs a date, such as 2026-11-01") from None


def _moment(_field: Field, text: str) -> str:
    plain = text.strip()
    try:
        datetime.fromisoformat(plain)
    except ValueError:
        raise FieldProblem("needs a date and a time, such as 2026-11-01T12:30:00Z") from None
    return plain


def _duration(_field: Field, text: str) -> str:
    plain = text.strip()
    if not re.fullmatch(r"\d+(\.\d+)?\s*(ms|s|m|h|d|w)?|P\S+", plain):
        raise FieldProblem("needs a length of time, such as 30s, 5m or 2h")
    return plain


def _nested(field: Field, text: str) -> Any:
    try:
        value = parse_json(text)
    except ValueError as error:
        raise FieldProblem(f"is not JSON: {error}") from None
    if field.schema == "object" and not isinstance(value, dict):
        raise FieldProblem('needs a JSON object, such as {"name": "value"}')
    if field.schema == "array" and not isinstance(value, list):
        raise FieldProblem('needs a JSON list, such as ["one", "two"]')
    return value


def _zone(_field: Field, text: str) -> str:
    from zoneinfo import ZoneInfo

    plain = text.strip()
    try:
        ZoneInfo(plain)
    except (OSError, ValueError, KeyError):
        raise FieldProblem("needs the name of a time zone, such as Europe/Berlin") from None
    return plain


def _text(_field: Field, text: str) -> str:
    return text


def parse_json(text: str) -> Any:
    """Give the value of a JSON text; NaN and what is nested too deep are a ValueError."""
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=read_number, parse_int=read_integer)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a JSON value")


def plain(value: Any) -> str:
    """Give a value as a person would type it: text bare, everything else as JSON."""
    return value if isinstance(value, str) else json_of(value)


_READERS: Mapping[FieldKind, Callable[[Field, str], Any]] = {
    "text": _text, "file": _text, "integer": _integer, "number": _decimal, "boolean": _boolean,
    "choice": _choice, "choices": _choices, "url": _url, "host": _host, "duration": _duration,
    "date": _date, "datetime": _moment, "json": _nested, "timezone": _zone,
}  # fmt: skip
