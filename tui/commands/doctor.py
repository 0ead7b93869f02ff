"""``doctor``: what is installed, where things are, what is wrong."""

from typing import TYPE_CHECKING, Any

import typer

from tui.state.labels import plural

from .call import Call, call_of
from .examination import examine_everything
from .exit_codes import DONE, NOT_KEPT, code_of
from .failures import failure_shape, say

if TYPE_CHECKING:
    from core.errors import Failure


def examine(context: typer.Context) -> int:
    """Show versions, folders, terminal, database and vault. Exits with 0 when nothing is wrong."""
    call = call_of(context)
    found, problems = examine_everything(call)
    if call.output.as_json:
        call.output.document({**found, "problems": [failure_shape(call, problem) for problem in problems]})
    else:
        _print(call, found)
        for problem in problems:
            say(call, problem)
        call.output.text()
        call.output.text(f"{plural(len(problems), 'thing')} wrong" if problems else "nothing is wrong")
    return _code(problems)


def _code(problems: "list[Failure]") -> int:
    codes = [code_of(problem) for problem in problems]
    return NOT_KEPT if NOT_KEPT in codes else next(iter(codes), DONE)


def _print(call: Call, found: dict[str, Any]) -> None:
    out = call.output
    out.facts(list(found["versions"].items()))
    out.text()
    folders = [(name, f"{item['path']}{_remark(item)}") for name, item in found["folders"].items()]
    out.facts([*folders, ("settings", "\n".join(found["config"]) or "no file, so the defaults hold")])
    out.text()
    out.facts([("database", _kept_line(found["database"])), ("vault", _kept_line(found["vault"]))])
    out.text()
    terminal = found["terminal"]
    size = f"{terminal['columns']}x{terminal['lines']}, {terminal['encoding']}"
    out.facts(
        [
            ("terminal", size if terminal["output"] else f"none on standard output ({terminal['encoding']})"),
            *terminal["environment"].items(),
        ]
    )


def _remark(folder: dict[str, Any]) -> str:
    if not folder["exists"]:
        return "  (not there yet)"
    return "" if folder["writable"] else "  (cannot be written)"


def _kept_line(item: dict[str, Any]) -> str:
    if not item["exists"]:
        return f"{item['path']}  (not there yet)"
    facts = [
        plural(item[f"{word}s"], word) for word in ("byte", "connection", "secret") if f"{word}s" in item
    ]
    if item.get("opened_by"):
        facts.append(f"opened by {', '.join(item['opened_by'])}")
    state = "" if item["ok"] is not False else "  (broken)"
    return f"{item['path']}{state}" + (f"  {', '.join(facts)}" if facts else "")
