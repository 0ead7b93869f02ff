"""Take the options that every command knows out of the arguments, wherever they stand."""

from collections.abc import Sequence
from typing import NamedTuple


class Chosen(NamedTuple):
    """What was asked for everywhere, what is left for the command, and what is wrong with it."""

    as_json: bool
    home: str | None
    project: str | None
    rest: tuple[str, ...]
    problem: str | None = None


def split_arguments(arguments: Sequence[str]) -> Chosen:
    """Find ``--json``, ``--home DIR`` and ``--project NAME`` anywhere; what follows ``--`` is left alone."""
    as_json = False
    values: dict[str, str] = {}
    rest: list[str] = []
    problem: str | None = None
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            rest.extend([word, *waiting])
            break
        option, equals, value = word.partition("=")
        if word == "--json":
            as_json = True
        elif option not in ("--home", "--project"):
            rest.append(word)
        else:
            value = value if equals or not waiting else waiting.pop(0)
            problem = problem or _problem_with(option, value)
            values[option] = value
    return Chosen(as_json, values.get("--home"), values.get("--project"), tuple(rest), problem)


def _problem_with(option: str, value: str) -> str | None:
    if value and not value.startswith("--"):
        return None
    return f"{option} needs {'a folder' if option == '--home' else 'the name of a project'} after it"
