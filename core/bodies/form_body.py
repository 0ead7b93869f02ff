"""Write the fields of a form as names and texts, with maps and lists in the way that the vendor reads."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connectors import FormStyle

from ..errors import InputError

Write = Callable[[Any], str | None]
Pairs = Iterator[tuple[str, str]]


def form_pairs(fields: Mapping[str, Any], style: FormStyle, write: Write) -> Pairs:
    """Yield each name with its text; ``write`` writes a plain value, and nothing for null, which is left out.

    Raises:
        InputError: a list in a list, or a map in a list that is joined by commas, cannot be written.
    """
    for name, value in fields.items():
        yield from _field(name, value, style, write)


def _field(name: str, value: Any, style: FormStyle, write: Write) -> Pairs:
    if isinstance(value, list | tuple):
        yield from _list(name, value, style, write)
    elif isinstance(value, Mapping) and style.maps != "json":
        for key, item in value.items():
            inner = f"{name}[{key}]" if style.maps == "brackets" else f"{name}.{key}"
            yield from _field(inner, item, style, write)
    elif (text := write(value)) is not None:
        yield name, text


def _list(name: str, items: list[Any] | tuple[Any, ...], style: FormStyle, write: Write) -> Pairs:
    if style.lists == "comma":
        texts = [text for item in items if (text := write(_plain(name, item))) is not None]
        if texts:
            yield name, ",".join(texts)
        return
    for number, item in enumerate(item for item in items if item is not None):
        if style.lists == "indices":
            yield from _field(f"{name}[{number}]", item, style, write)
        elif isinstance(item, list | tuple) and style.maps == "json":
            yield _item_name(name, style), write(item) or ""
        else:
            yield from _field(_item_name(name, style), _no_list(name, item), style, write)


def _item_name(name: str, style: FormStyle) -> str:
    return f"{name}[]" if style.lists == "brackets" else name


def _plain(name: str, item: Any) -> Any:
    if isinstance(item, list | tuple | Mapping):
        raise InputError(
            f"{name} is a list with lists or mappings in it, and this form joins lists by commas",
            "give texts and numbers, or let the connector say `form: {lists: indices}`",
        )
    return item


def _no_list(name: str, item: Any) -> Any:
    if isinstance(item, list | tuple):
        raise InputError(
            f"{name} is a list with lists in it, which this form cannot tell apart",
            "let the connector say `form: {lists: indices}`",
        )
    return item
