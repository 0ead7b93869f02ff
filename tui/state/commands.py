"""What is typed after ``:``: a noun, and what belongs to it."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from .places import (
    AppsPlace,
    AuthenticationsPlace,
    CatalogPlace,
    CertificatesPlace,
    ConnectionsPlace,
    DoctorPlace,
    NewConnectionPlace,
    OperationsPlace,
    Place,
    ProjectPlace,
    RunPlace,
    SecretsPlace,
)

# The noun, what else it is called, and what may follow.
NOUNS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("conn", ("connection", "connections", "1"), "connections"),
    ("cat", ("catalog", "connector", "connectors", "2"), "connectors"),
    ("new", ("4",), "connectors"),
    ("run", ("5",), "connections"),
    ("ops", ("operation", "operations", "log", "6"), "filter"),
    ("auth", ("auths", "authentication", "authentications", "credentials", "workspace", "9"), "filter"),
    ("apps", ("app",), "filter"),
    ("certs", ("cert", "certificate", "certificates"), "filter"),
    ("secrets", ("secret",), "filter"),
    ("doctor", ("0",), ""),
    ("project", ("projects",), "projects"),
    ("arm", (), ""),
    ("help", ("?", "h"), ""),
    ("quit", ("q", "q!", "wq", "exit"), ""),
)

# The list whose filter may follow a noun, by its context in `tui.keys`.
_LISTED: Final = {
    "conn": "connections",
    "cat": "catalog",
    "ops": "operations",
    "auth": "authentications",
    "apps": "apps",
    "certs": "certificates",
    "secrets": "secrets",
}

_ALL: Final = 20
"""Up to how many names a sentence lists all that there are."""

# Nouns of the commands that are no place here, and what to do instead.
_ELSEWHERE = {
    "vault": "the vault has commands of its own: connect-tui vault; :secrets lists what is in it",
}


class CommandProblem(ValueError):  # noqa: N818 - a sentence for the person
    """The line is not a command; the message names the nearest one."""


@dataclass(frozen=True, slots=True)
class Command:
    """A noun and the words behind it."""

    noun: str
    words: tuple[str, ...]

    @property
    def rest(self) -> str:
        """Everything behind the noun."""
        return " ".join(self.words)


def parse_command(line: str) -> Command | None:
    """Read a line; nothing for an empty one. Raises `CommandProblem`."""
    words = line.split()
    if not words:
        return None
    for noun, others, _ in NOUNS:
        if words[0] == noun or words[0] in others:
            return Command(noun, tuple(words[1:]))
    if words[0] in _ELSEWHERE:
        raise CommandProblem(_ELSEWHERE[words[0]])
    near = difflib.get_close_matches(words[0], _all_names(), n=1, cutoff=0.5)
    helps = f"the nearest is :{near[0]}" if near else f"there are {', '.join(noun for noun, _, _ in NOUNS)}"
    raise CommandProblem(f":{words[0]} is not known; {helps}")


class Names(Protocol):
    """What there is by name (`tui.services.Services`)."""

    @property
    def connection_names(self) -> Sequence[str]:
        """The names of the project's connections."""

    @property
    def project_names(self) -> Sequence[str]:
        """The names of the projects."""


def check_command(command: Command, names: Names) -> None:
    """Refuse a word of which there is none, naming what there is. Raises `CommandProblem`."""
    listed = _LISTED.get(command.noun)
    if listed is not None:
        from .filters import filter_problem

        if problem := filter_problem(listed, command.rest):
            raise CommandProblem(problem)
    if command.words and command.noun == "run":
        _check_name("connection", command.words[0], names.connection_names)
    if command.words and command.noun == "project":
        _check_name("project", command.words[0], names.project_names)


def _check_name(what: str, name: str, there: Sequence[str]) -> None:
    known = {one.lower(): one for one in there}
    if not known or name.lower() in known:
        return
    if len(known) <= _ALL:
        raise CommandProblem(f"there is no {what} {name}; there are {', '.join(there)}")
    near = [known[one] for one in difflib.get_close_matches(name.lower(), known, n=5, cutoff=0.4)]
    said = f"; the nearest are {', '.join(near)}" if near else ""
    raise CommandProblem(f"there is no {what} {name} among {len(known):,}{said}")


def place_of(command: Command) -> Place | None:
    """Give where a command goes; nothing for one that goes nowhere (arm, help, quit)."""
    first, second = (*command.words, None, None)[:2]
    places: dict[str, Place] = {
        "conn": ConnectionsPlace(filter=command.rest or None),
        "cat": CatalogPlace(command.rest),
        "new": NewConnectionPlace(first),
        "run": RunPlace(first, second),
        "ops": OperationsPlace(command.rest or None),
        "auth": AuthenticationsPlace(filter=command.rest or None),
        "apps": AppsPlace(filter=command.rest or None),
        "certs": CertificatesPlace(filter=command.rest or None),
        "secrets": SecretsPlace(filter=command.rest or None),
        "doctor": DoctorPlace(),
        "project": ProjectPlace(first),
    }
    return places.get(command.noun)


def complete_command(
    line: str, connections: Sequence[str], connectors: Sequence[str], projects: Sequence[str] = ()
) -> str:
    """Give the whole line that is most likely meant, empty when nothing fits."""
    if not line:
        return ""
    noun, space, rest = line.partition(" ")
    if not space:
        return next((name for name in _all_names() if name.startswith(noun)), "")
    try:
        command = parse_command(noun)
    except CommandProblem:
        return ""
    follows = {one: kind for one, _, kind in NOUNS}[command.noun] if command else ""
    names = {"connections": connections, "connectors": connectors, "projects": projects}.get(follows, ())
    found = next((name for name in names if rest and name.startswith(rest)), "")
    return f"{noun} {found}" if found else ""


def _all_names() -> list[str]:
    """Give the nouns first, then their other names, so that completion offers the short ones."""
    return [noun for noun, _, _ in NOUNS] + [
        name for _, others, _ in NOUNS for name in others if name.isalpha()
    ]
