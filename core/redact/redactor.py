"""The one engine that takes secrets out, before anything is stored or told.

A secret is known in three ways: by its value, in any form it can stand in; by the name of its header; by the
name of its field in JSON, forms, addresses, XML. All three give places in the text as it is, so nothing is
parsed or written anew, and a body that is cut or broken is treated like any other.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .forms import is_found_inside, longest_form, needles_for
from .json_text import json_spans, quoted_if_bare
from .names import SecretNames
from .needles import Needle, spans_of
from .plain_text import (
    Finder,
    assignment_spans,
    element_spans,
    header_spans,
    line_spans,
    parameter_spans,
    part_spans,
    user_spans,
)
from .spans import MARKER, Span, replace_spans
from .wide import replace_wide

_BYTES_MARKER = MARKER.encode().decode("latin-1")
_SCHEME = re.compile(
    r"(apikey|aws4-hmac-sha256|basic|bearer|digest|dpop|hmac|key|negotiate|ntlm|oauth|token)[ \t]+",
    re.IGNORECASE,
)
# One replacement can make a word of its own out of what stood beside it; more than a few times it never does.
_ROUNDS = 8
_DEEPEST = 200
_JSON_START = re.compile(r"\s*[\[{]")

_TEXT: tuple[Finder, ...] = (json_spans, assignment_spans, user_spans, header_spans)
_URL: tuple[Finder, ...] = (parameter_spans, user_spans)
_HEADER: tuple[Finder, ...] = (*_TEXT, parameter_spans)
# What a content type says is not always so, therefore each kind of body is searched for the others too.
_JSON: tuple[Finder, ...] = (*_TEXT, element_spans, part_spans)
_FORM: tuple[Finder, ...] = (*_JSON, parameter_spans)
_OTHER: tuple[Finder, ...] = (*_JSON, line_spans)


class Redactor:
    """Knows the secrets of one operation. Adding is for one thread, everything else for any.

    Every method can be applied to its own result and then changes nothing.
    """

    def __init__(
        self, secrets: Iterable[str] = (), header_names: Iterable[str] = (), field_names: Iterable[str] = ()
    ) -> None:
        self._names = SecretNames(header_names, field_names)
        self._secrets: frozenset[str] = frozenset()
        self._in_text: tuple[Needle, ...] = ()
        self._in_bytes: tuple[Needle, ...] = ()
        self._longest = 0
        self._clean: tuple[bytes, frozenset[str]] = b"", frozenset()
        for secret in secrets:
            self.add(secret)

    @property
    def longest(self) -> int:
        """How many bytes the longest form of a known secret can have.

        Who cuts a body at a cap reads this much more, redacts, and cuts then.
        """
        return self._longest

    def add(self, value: str) -> None:
        """Know one more secret."""
        if value in self._secrets or not value.strip().strip(MARKER):
            return
        scheme = _SCHEME.match(value)
        if scheme and value[scheme.end() :] in self._secrets and is_found_inside(value[scheme.end() :]):
            return
        self._secrets |= {value}
        in_text = tuple(needles_for(value, as_bytes=False))
        self._in_text += in_text
        self._in_bytes += in_text if value.isascii() else tuple(needles_for(value, as_bytes=True))
        self._longest = max(self._longest, longest_form(value))

    def text(self, text: str) -> str:
        """Redact a message, a log line, an error, a name."""
        return self._until_stable(text, self._in_text, _TEXT)

    def url(self, url: str) -> str:
        """Redact an address: its user and password, its secret parameters, and known values anywhere."""
        return self._until_stable(url, self._in_text, _URL)

    def headers(self, pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Redact headers; the word for the scheme (`Bearer`) stays."""
        return tuple((self.text(name), self._header(name, value)) for name, value in pairs)

    def body(self, content: bytes, content_type: str = "") -> bytes:
        """Redact a body in whatever encoding, whole or cut; two-byte encodings get ``***`` for a marker."""
        text = content.decode("latin-1")
        is_json = _is_json(content_type.lower(), text)
        finders = _JSON if is_json else _FORM if "x-www-form" in content_type.lower() else _OTHER

        def narrow(now: str) -> str:
            return replace_spans(now, self._body_spans(now, finders, is_json=is_json), _BYTES_MARKER)

        def wide(now: str) -> str:
            return replace_wide(now, lambda thin: self._body_spans(thin, finders, is_json=is_json))

        secrets = self._secrets
        redacted = _repeated(text, narrow)
        if "\0" in redacted:
            redacted = _repeated(redacted, wide)
        if redacted is text:
            self._clean = content, secrets
            return content
        return redacted.encode("latin-1")

    def json(self, value: Any) -> Any:
        """Give a deep copy of decoded JSON with its secret leaves redacted."""
        return self._copy(value, secret=False, depth=0)

    def holds(self, content: bytes) -> bool:
        """Tell whether a known secret may stand in a body; JSON can also write any letter as an escape."""
        searched, secrets = self._clean
        if content is not searched or secrets is not self._secrets:
            text = content.decode("latin-1")
            if spans_of(self._in_bytes, text):
                return True
        return bool(self._secrets) and b"\\" in content and b"\\u00" in content

    def values(self, value: Any, depth: int = 0) -> Any:
        """Give a deep copy of decoded JSON without the known secrets; what only has a secret's name stays."""
        if depth > _DEEPEST:
            return MARKER
        if isinstance(value, Mapping):
            return {self.values(key): self.values(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.values(item, depth + 1) for item in value]
        if isinstance(value, str):
            return self._until_stable(value, self._in_text, ())
        return MARKER if not isinstance(value, bool) and str(value) in self._secrets else value

    def _header(self, name: str, value: str) -> str:
        if not self._names.has_header(name):
            return self._until_stable(value, self._in_text, _HEADER)
        if not value:
            return value
        scheme = _SCHEME.match(value)
        return (scheme[0] if scheme else "") + MARKER

    def _copy(self, value: Any, *, secret: bool, depth: int) -> Any:
        if depth > _DEEPEST:
            return MARKER
        if isinstance(value, Mapping):
            return {
                self._key(key): self._copy(item, secret=secret or self._is_secret(key), depth=depth + 1)
                for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._copy(item, secret=secret, depth=depth + 1) for item in value]
        return self._leaf(value, secret=secret)

    def _leaf(self, value: Any, *, secret: bool) -> Any:
        match value:
            case None | bool() | "":
                return value
            case str():
                # A text of a type of its own is kept as plain text.
                return MARKER if secret else self.text(str(value))
            case _:
                return MARKER if secret or str(value) in self._secrets else value

    def _is_secret(self, key: Any) -> bool:
        return isinstance(key, str) and self._names.has_field(key)

    def _key(self, key: Any) -> Any:
        return self.text(key) if isinstance(key, str) else key

    def _until_stable(self, text: str, needles: tuple[Needle, ...], finders: tuple[Finder, ...]) -> str:
        """Redact text until nothing is left to redact."""
        # What all of these find has one of the two, but for the values that are known.
        if ":" not in text and "=" not in text:
            finders = ()

        for _ in range(_ROUNDS):
            found = self._spans(text, needles, finders)
            redacted = replace_spans(text, found, MARKER) if found else text
            if redacted == text:
                break
            text = redacted
        return text

    def _body_spans(self, text: str, finders: tuple[Finder, ...], *, is_json: bool) -> list[Span]:
        known = self._spans(text, self._in_bytes, ())
        if is_json:
            known = [quoted_if_bare(text, span) for span in known]
        return known + self._spans(text, (), finders)

    def _spans(self, text: str, needles: tuple[Needle, ...], finders: tuple[Finder, ...]) -> list[Span]:
        found = spans_of(needles, text)
        for find in finders:
            found += find(text, self._names)
        return found


def _is_json(content_type: str, text: str) -> bool:
    return "json" in content_type or ("x-www-form" not in content_type and bool(_JSON_START.match(text)))


def _repeated(text: str, redact: Callable[[str], str]) -> str:
    """Apply ``redact`` until it changes nothing; what it never changed is given back itself."""
    for _ in range(_ROUNDS):
        redacted = redact(text)
        if redacted == text:
            break
        text = redacted
    return text
