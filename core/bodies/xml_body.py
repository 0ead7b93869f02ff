"""Read XML as values like those of JSON, so that the same expressions select from it.

An element is a mapping under its name: its attributes as ``@name``, its children by their names, its own text
as ``#text``. One that has only text is that text, and one that is empty is null. Children of one name are a
list as soon as there are two of them; names given as ``lists`` always are. Everything is text. Names are
written as in the document, prefix and all; ``namespaces`` gives a namespace a prefix of one's own, or none.
Where that would give two attributes of one element the same name, one of them is ``@{namespace}name``.
What is lost: comments, processing instructions, and the place of text between children.

A document type is refused as soon as it brings entities, so nothing is fetched and nothing can grow.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from xml.parsers import expat

from .aside import Stop, Stopped, never
from .problem import MAX_DEPTH, TOO_MUCH, BodyProblem, too_deep, too_many
from .text_body import known_charset

MAX_NODES: Final = 400_000
_LOOK_EVERY: Final = 1_024
_SEPARATOR: Final = "\n"
_LONGEST_NAMESPACE: Final = 4_096
_DECLARED: Final = re.compile(rb"\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class _Element:
    name: str
    fields: dict[str, Any]
    texts: list[str] = field(default_factory=list)


def read_xml(
    body: bytes | str,
    lists: Collection[str] = (),
    namespaces: Mapping[str, str] | None = None,
    stop: Stop = never,
) -> dict[str, Any]:
    """Give a document as a mapping of its one root; text that is decoded already counts as UTF-8.

    Raises:
        BodyProblem: it is not well formed, brings entities, is nested too deep or has too many elements.
    """
    try:
        return _read(body, lists, namespaces, stop)
    except BodyProblem:
        raise
    except (ValueError, LookupError):
        # The parser itself reads UTF-8, UTF-16 and what has one byte for each character.
        declared = _DECLARED.match(body) if isinstance(body, bytes) else None
        charset = known_charset(declared[1].decode("ascii")) if declared else None
        if charset is None or not isinstance(body, bytes):
            raise BodyProblem("is XML in an encoding that cannot be read") from None
        return _read(body.decode(charset, "replace"), lists, namespaces, stop)


def _read(
    body: bytes | str, lists: Collection[str], namespaces: Mapping[str, str] | None, stop: Stop
) -> dict[str, Any]:
    reading = _Reading(frozenset(lists), dict(namespaces or {}), stop)
    parser = reading.open_parser()
    try:
        parser.Parse(_SURROGATE.sub("\ufffd", body) if isinstance(body, str) else body, True)
    except expat.ExpatError as error:
        said = expat.errors.messages.get(error.code, "")
        place = f"line {error.lineno:,}, column {error.offset + 1:,}"
        raise BodyProblem(f"is not XML: {said or expat.ErrorString(error.code)} ({place})") from None
    return reading.root


class _Reading:
    """One document while it is read."""

    def __init__(self, lists: frozenset[str], namespaces: dict[str, str], stop: Stop) -> None:
        self.root: dict[str, Any] = {}
        self._lists = lists
        self._prefixes = {uri: prefix for prefix, uri in namespaces.items()}
        self._open: list[_Element] = []
        self._nodes = 0
        self._elements = 0
        self._stop = stop

    def open_parser(self) -> "expat.XMLParserType":
        parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        parser.namespace_prefixes = True
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        # What a document type adds by itself to every element could fill the memory.
        parser.specified_attributes = True
        parser.StartNamespaceDeclHandler = _refuse_long_namespace
        parser.EntityDeclHandler = _refuse_entity
        parser.SkippedEntityHandler = _refuse_skipped
        parser.ExternalEntityRefHandler = _refuse_entity
        return parser

    def _start(self, name: str, attributes: list[str]) -> None:
        self._nodes += 1 + len(attributes) // 2
        if self._nodes > MAX_NODES:
            raise too_many("elements and attributes", MAX_NODES)
        self._elements += 1
        if self._elements % _LOOK_EVERY == 0 and self._stop():
            raise Stopped
        if len(self._open) >= MAX_DEPTH:
            raise too_deep(f"more than {MAX_DEPTH} levels")
        self._open.append(_Element(self._written(name), self._fields(attributes)))

    def _fields(self, attributes: list[str]) -> dict[str, Any]:
        pairs = list(zip(attributes[::2], attributes[1::2], strict=True))
        fields: dict[str, Any] = {f"@{self._written(key)}": value for key, value in pairs}
        return fields if len(fields) == len(pairs) else self._told_apart(pairs)

    def _told_apart(self, pairs: list[tuple[str, str]]) -> dict[str, Any]:
        """Give the attributes of an element of which two would have one name, in whatever order they stand.

        One without a namespace keeps the name, then one whose namespace was given a prefix.
        """
        fields: dict[str, Any] = {}
        for key, value in sorted(pairs, key=self._precedence):
            name = f"@{self._written(key)}"
            uri, _, rest = key.partition(_SEPARATOR)
            fields[f"@{{{uri}}}{rest.partition(_SEPARATOR)[0]}" if name in fields else name] = value
        return fields

    def _precedence(self, pair: tuple[str, str]) -> int:
        uri, separator, _ = pair[0].partition(_SEPARATOR)
        return 0 if not separator else 1 if uri in self._prefixes else 2

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].texts.append(text)

    def _end(self, _name: str) -> None:
        done = self._open.pop()
        value = _value(done)
        if not self._open:
            self.root = {done.name: value}
            return
        _place(self._open[-1].fields, done.name, value, is_list=done.name in self._lists)

    def _written(self, name: str) -> str:
        """Write a name: expat gives it as it stands, or as namespace, local name and prefix."""
        parts = name.split(_SEPARATOR)
        if len(parts) == 1:
            return name
        prefix = self._prefixes.get(parts[0], parts[2] if len(parts) > 2 else "")
        return f"{prefix}:{parts[1]}" if prefix else parts[1]


def _value(element: _Element) -> Any:
    text = "".join(element.texts)
    if not element.fields:
        return text or None
    if text.strip():
        element.fields["#text"] = text
    return element.fields


def _place(fields: dict[str, Any], name: str, value: Any, *, is_list: bool) -> None:
    if name not in fields:
        fields[name] = [value] if is_list else value
    elif isinstance(fields[name], list):
        fields[name].append(value)
    else:
        fields[name] = [fields[name], value]


def _refuse_long_namespace(_prefix: str | None, uri: str | None) -> None:
    """Refuse a name so long that reading it again with every element would take minutes."""
    if uri is not None and len(uri) > _LONGEST_NAMESPACE:
        raise BodyProblem(f"is XML with a namespace of {len(uri):,} characters", TOO_MUCH)


def _refuse_entity(*_: Any) -> NoReturn:
    raise BodyProblem("is XML that brings entities of its own, which are never read", TOO_MUCH)


def _refuse_skipped(name: str, is_parameter: bool) -> None:
    if not is_parameter:
        raise BodyProblem(f"is not XML: the entity &{name[:40]}; is defined nowhere in it")
