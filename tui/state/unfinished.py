"""Connections whose set-up was left before there is a draft: what was typed, without secrets, in a file."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from .form import Form, form_marks
from .input_fields import is_reference

_MOST: Final = 9


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Where the set-up of a connection was left: its page, what was picked, the texts of both forms."""

    connector: str
    page: str = "authentication"
    method: str = ""
    authentication: str = ""
    auth_texts: Mapping[str, str] = field(default_factory=dict)
    inputs_texts: Mapping[str, str] = field(default_factory=dict)


def open_texts(form: Form | None) -> dict[str, str]:
    """Give what stands in a form, without secrets; a reference to one is none."""
    secret = {one.key for one in form.fields if one.secret} if form else set()
    texts = form.texts.items() if form else ()
    return {key: text for key, text in texts if key not in secret or is_reference(text)}


def fill_in(form: Form, texts: Mapping[str, str]) -> None:
    """Put the texts into the fields that there are."""
    for one in form.fields:
        if one.key in texts:
            form.set_text(one.key, texts[one.key])


def lacks_secret(form: Form) -> bool:
    """Tell whether a secret has to be typed again."""
    hidden = form_marks(form).hidden
    asked = (one for one in form.fields if one.key not in hidden)
    return any(one.secret and one.required and not form.text(one.key) for one in asked)


def read_unfinished(path: Path, project: str, connector: str | None = None) -> Unfinished | None:
    """Give what was left last, of one connector or of any; nothing when there is none."""
    found = [one for one in _read(path).get(project, ()) if connector in (None, one.connector)]
    return found[-1] if found else None


def keep_unfinished(path: Path, project: str, one: Unfinished) -> None:
    """Keep what was left, in the place of what there was of its connector."""
    kept = _read(path)
    others = [other for other in kept.get(project, ()) if other.connector != one.connector]
    _write(path, {**kept, project: [*others, one][-_MOST:]})


def drop_unfinished(path: Path, project: str, connector: str) -> None:
    """Forget what was left of a connector."""
    kept = _read(path)
    left = [one for one in kept.get(project, ()) if one.connector != connector]
    if len(left) != len(kept.get(project, ())):
        _write(path, {**kept, project: left})


def _read(path: Path) -> dict[str, list[Unfinished]]:
    """Read the file; one that is not there, or not ours, holds nothing."""
    with suppress(OSError, ValueError, RecursionError, TypeError, AttributeError):
        read: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
        return {project: [_checked(Unfinished(**one)) for one in ones] for project, ones in read.items()}
    return {}


def _checked(one: Unfinished) -> Unfinished:
    words = (one.connector, one.page, one.method, one.authentication)
    texts = (*one.auth_texts.values(), *one.inputs_texts.values())
    if not all(isinstance(word, str) for word in (*words, *texts)):
        raise TypeError("not text")
    return one


def _write(path: Path, kept: Mapping[str, list[Unfinished]]) -> None:
    text = json.dumps({project: [asdict(one) for one in ones] for project, ones in kept.items() if ones})
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with suppress(OSError):
        fresh.unlink(missing_ok=True)
        with os.fdopen(
            os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        fresh.replace(path)
