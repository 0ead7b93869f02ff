"""The functions that expressions have beyond JMESPath's own; each is pure and small.

now([format])                  the time, in UTC; formats: iso (usual), iso_ms, unix, unix_ms, http, date,
                               or strftime
date(value[, format])          a time given as text or as unix seconds, in one of those formats
base64(text)  hex(text)  urlencode(text)    the text encoded
json(value)                    the value as compact JSON
hash(name, text[, encoding])   md5, sha1, sha256, sha384 or sha512; encoding hex (usual) or base64
hmac(name, key, text[, encoding])
uuid()                         a random UUID
default(value, ...)            the first that is not null
lower(text)  upper(text)  trim(text)
split(text, separator)         a list
regex(text, pattern[, group])  what the first match says, or null
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, Final, NotRequired, TypedDict, TypeVar
from urllib.parse import quote
from uuid import UUID, uuid4

from jmespath.exceptions import ArityError
from jmespath.functions import Functions as StandardFunctions

from ..errors import TemplateError
from .compact_json import compact_json

ALGORITHMS: Final = ("md5", "sha1", "sha256", "sha384", "sha512")


class Argument(TypedDict):
    """What one argument of a function may be; no types mean any."""

    types: Sequence[str]
    optional: NotRequired[bool]
    variadic: NotRequired[bool]


_TEXT: Final[Argument] = {"types": ["string"]}
_MAYBE_TEXT: Final[Argument] = {"types": ["string"], "optional": True}
_SCALAR: Final[Argument] = {"types": ["string", "number", "boolean"]}
_MOMENT: Final[Argument] = {"types": ["string", "number"]}
_GROUP: Final[Argument] = {"types": ["number", "string"], "optional": True}
_ANY: Final[Argument] = {"types": []}
_MANY: Final[Argument] = {"types": [], "variadic": True}

_F = TypeVar("_F", bound=Callable[..., Any])


def _takes(*arguments: Argument) -> Callable[[_F], _F]:
    """Declare the arguments of a function, by which jmespath finds and checks it."""

    def declare(function: _F) -> _F:
        function.signature = arguments  # type: ignore[attr-defined]
        return function

    return declare


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where ``now`` and ``uuid`` take their values from."""

    clock: Callable[[], datetime] = _utc_now
    new_uuid: Callable[[], UUID] = uuid4


class Functions(StandardFunctions):
    """JMESPath's functions and ours; ``on_text`` hears every text that a function gives."""

    def __init__(self, sources: Sources, on_text: Callable[[str], None] | None = None) -> None:
        self._sources = sources
        self._on_text = on_text

    def call_function(self, function_name: str, resolved_args: Iterable[Any]) -> Any:
        """Call one function after its arguments were checked."""
        result = super().call_function(function_name, resolved_args)
        if self._on_text is not None and isinstance(result, str):
            self._on_text(result)
        return result

    def _validate_arguments(self, args: Sequence[Any], declared: Sequence[Argument], name: str) -> None:
        least, most = arity(declared)
        if len(args) < least or (most is not None and len(args) > most):
            raise ArityError(least, len(args), name)
        check: Any = super().__getattribute__("_type_check")
        check(args, declared[: len(args)], name)

    @_takes(_MAYBE_TEXT)
    def _func_now(self, form: str = "iso") -> str:
        return _formatted(self._sources.clock(), form)

    @_takes(_MOMENT, _MAYBE_TEXT)
    def _func_date(self, value: str | float, form: str = "iso") -> str:
        return _formatted(_moment(value), form)

    @_takes(_TEXT)
    def _func_base64(self, text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    @_takes(_TEXT)
    def _func_hex(self, text: str) -> str:
        return text.encode().hex()

    @_takes(_SCALAR)
    def _func_urlencode(self, value: str | float | bool) -> str:
        return quote(value if isinstance(value, str) else compact_json(value), safe="")

    @_takes(_ANY)
    def _func_json(self, value: Any) -> str:
        return compact_json(value)

    @_takes(_ANY)
    def _func_to_string(self, value: Any) -> str:
        return value if isinstance(value, str) else compact_json(value, default=str)

    @_takes(_TEXT, _TEXT, _MAYBE_TEXT)
    def _func_hash(self, name: str, text: str, encoding: str = "hex") -> str:
        return _encoded(
            hashlib.new(_algorithm(name), text.encode(), usedforsecurity=False).digest(), encoding
        )

    @_takes(_TEXT, _TEXT, _TEXT, _MAYBE_TEXT)
    def _func_hmac(self, name: str, key: str, text: str, encoding: str = "hex") -> str:
        return _encoded(hmac.digest(key.encode(), text.encode(), _algorithm(name)), encoding)

    @_takes()
    def _func_uuid(self) -> str:
        return str(self._sources.new_uuid())

    @_takes(_MANY)
    def _func_default(self, *values: Any) -> Any:
        return next((value for value in values if value is not None), None)

    @_takes(_TEXT)
    def _func_lower(self, text: str) -> str:
        return text.lower()

    @_takes(_TEXT)
    def _func_upper(self, text: str) -> str:
        return text.upper()

    @_takes(_TEXT)
    def _func_trim(self, text: str) -> str:
        return text.strip()

    @_takes(_TEXT, _TEXT)
    def _func_split(self, text: str, separator: str) -> list[str]:
        return text.split(separator)

    @_takes(_TEXT, _TEXT, _GROUP)
    def _func_regex(self, text: str, pattern: str, group: int | str = 0) -> str | None:
        match = _pattern(pattern).search(text)
        return match[group] if match else None


def arity(declared: Sequence[Argument]) -> tuple[int, int | None]:
    """Give the fewest and the most arguments of a function; no most for a variadic one."""
    least = sum(1 for argument in declared if not argument.get("optional"))
    variadic = bool(declared) and bool(declared[-1].get("variadic"))
    return least, None if variadic else len(declared)


def signatures() -> dict[str, Sequence[Argument]]:
    """Give the arguments of every function by its name."""
    table: dict[str, Any] = vars(Functions)["FUNCTION_TABLE"]
    return {name: entry["signature"] for name, entry in table.items()}


def _formatted(moment: datetime, form: str) -> str:
    utc = moment.astimezone(UTC)
    if form == "unix":
        return str(int(utc.timestamp()))
    if form == "unix_ms":
        return str(int(utc.timestamp() * 1000))
    if form == "http":
        return format_datetime(utc, usegmt=True)
    if form == "iso_ms":
        return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03}Z"
    return utc.strftime({"iso": "%Y-%m-%dT%H:%M:%SZ", "date": "%Y-%m-%d"}.get(form, form))


def _moment(value: str | float) -> datetime:
    if isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return datetime.fromtimestamp(value, UTC)


def _algorithm(name: str) -> str:
    if name not in ALGORITHMS:
        raise TemplateError(f"the first argument of a hash must be one of {', '.join(ALGORITHMS)}")
    return name


def _encoded(digest: bytes, encoding: str) -> str:
    if encoding == "base64":
        return base64.b64encode(digest).decode()
    if encoding != "hex":
        raise TemplateError("the encoding of a hash must be hex or base64")
    return digest.hex()


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error:
        raise TemplateError("the pattern of regex() is not a regular expression") from None
