"""What the doctor says about what was found: sections of facts, on the screen, as a command, to copy."""

import getpass
import platform
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import labels
from .spans import Lines, label_lines

if TYPE_CHECKING:
    from core.errors import Failure

_COUNTED = (
    ("connection", "connections"),
    ("authentication", "authentications"),
    ("secret", "secrets"),
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: its name, what was found, and a tone where that is good or bad."""

    name: str
    value: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Facts under one title."""

    title: str
    facts: tuple[Fact, ...]


def build_report(
    found: Mapping[str, Any], problems: Sequence["Failure"], more: Mapping[str, str] | None = None
) -> tuple[Section, ...]:
    """Give what was found in sections, what is wrong first; ``more`` is what only an app knows."""
    sections = (
        ("What is wrong", _problems(problems)),
        ("What is kept", _kept(found)),
        ("Settings", _settings(found)),
        ("Terminal", _terminal(found["terminal"], more or {})),
        ("Folders", [Fact(name, _place(item)) for name, item in found["folders"].items()]),
        ("Versions", [Fact(name, text) for name, text in found["versions"].items()]),
    )
    return tuple(Section(title, tuple(facts)) for title, facts in sections)


def report_lines(sections: Iterable[Section], width: int = 1_000) -> Lines:
    """Give the sections as lines of a screen, values wrapped to ``width`` cells below each other."""
    lines: Lines = []
    for section in sections:
        indent = max((len(name) + 5 for fact in section.facts if (name := fact.name)), default=2)
        lines += [[], [(section.title, "title")]]
        for fact in section.facts:
            label = f"  {fact.name}"
            lines += label_lines(label, fact.value, fact.tone, width=width, indent=indent if fact.name else 2)
    return lines[1:]


def report_text(sections: Iterable[Section]) -> str:
    """Give the sections as plain text."""
    return "\n".join("".join(text for text, _ in line) for line in report_lines(sections))


def redact_report(text: str) -> str:
    """Give the report without the names of the person and the machine, to be handed on."""
    text = text.replace(str(Path.home()), "~")
    text = re.sub(r"(?m)^(\s*SSH_CONNECTION\s+).*$", r"\1(set)", text)
    for name, stand_in in ((_user(), "USER"), (platform.node(), "HOST")):
        if len(name) > 1:
            text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", stand_in, text)
    return text


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _problems(problems: Sequence["Failure"]) -> Iterator[Fact]:
    if not problems:
        yield Fact("", "nothing", "good")
    for problem in problems:
        yield Fact("", problem.message, "bad")
        if problem.remedy:
            yield Fact("", f"  {problem.remedy}", "quiet")


def _kept(found: Mapping[str, Any]) -> Iterator[Fact]:
    for name in ("database", "vault"):
        item = found[name]
        yield Fact(name, _file(item), "bad" if item["ok"] is False else "")
    if "catalog" in found:
        catalog = found["catalog"]
        broken = f", {catalog['broken']} broken" if catalog["broken"] else ""
        yield Fact("catalog", labels.plural(catalog["connectors"], "connector") + broken)


def _file(item: Mapping[str, Any]) -> str:
    if not item["exists"]:
        return f"{item['path']}  (not there yet)"
    facts = [labels.size(item["bytes"])]
    if item.get("wal_bytes"):
        facts.append(f"{labels.size(item['wal_bytes'])} beside it not yet written back")
    facts += [labels.plural(item[key], word) for word, key in _COUNTED if key in item]
    if item.get("opened_by"):
        facts.append(f"opened by {', '.join(item['opened_by'])}")
    return f"{item['path']}{'  (broken)' if item['ok'] is False else ''}\n{', '.join(facts)}"


def _settings(found: Mapping[str, Any]) -> Iterator[Fact]:
    yield Fact("home", f"{found['home']['path']}, by {found['home']['chosen_by']}")
    settings = found["settings"]
    theme = settings["theme"]
    own = f"; of your own: {', '.join(settings['own_themes'])}" if settings["own_themes"] else ""
    yield Fact("theme", f"{theme['name']}, because {_because(theme['chosen_by'])}{own}")
    changed = settings["keys_changed"]
    yield Fact("keys", f"{labels.plural(changed, 'key')} changed" if changed else "as they come")
    files = found["config"]
    yield Fact("files", ", ".join(files) if files else "none, so the defaults hold")


def _because(reason: str) -> str:
    return "settings.toml names it" if reason == "settings.toml" else reason


def _terminal(terminal: Mapping[str, Any], more: Mapping[str, str]) -> Iterator[Fact]:
    if more:
        yield from (Fact(name, text) for name, text in more.items())
    elif terminal["output"]:
        yield Fact("size", f"{terminal['columns']} x {terminal['lines']}")
    else:
        yield Fact("size", "no terminal on standard output")
    colours = {1: "none", 16: "16"}.get(terminal["colours"], "256 or more")
    yield Fact("colours", colours)
    yield Fact("encoding", str(terminal["encoding"]))
    yield from (Fact(name, text) for name, text in terminal["environment"].items())


def _place(folder: Mapping[str, Any]) -> str:
    if not folder["exists"]:
        return f"{folder['path']}  (not there yet)"
    return str(folder["path"]) + ("" if folder["writable"] else "  (cannot be written)")
