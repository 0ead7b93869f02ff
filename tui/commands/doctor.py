"""``doctor``: what is installed, where things are, what is wrong."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import failure_of
from tui.state.doctor import build_report, redact_report, report_text
from tui.state.examination import Found, examine_kept, examine_place
from tui.state.labels import plural

from .call import Call, call_of
from .exit_codes import DONE, NOT_KEPT, code_of
from .failures import failure_shape, say

if TYPE_CHECKING:
    from core.errors import Failure


def examine(
    context: typer.Context,
    redacted: Annotated[
        bool,
        typer.Option("--redacted", help="Without your name, your machine's and your folder, to hand on."),
    ] = False,
) -> int:
    """Show versions, folders, settings, terminal, database and vault. Exits with 0 when nothing is wrong."""
    call = call_of(context)
    found, problems = _examine(call)
    if call.output.as_json:
        call.output.document({**found, "problems": [failure_shape(call, problem) for problem in problems]})
    else:
        _print(call, found, problems, redacted=redacted)
    return _code(problems)


def _examine(call: Call) -> "tuple[Found, list[Failure]]":
    """Look at everything; a home where nothing is kept yet stays as it is."""
    found, problems = examine_place(call.home)
    if not found["database"]["exists"]:
        return found, problems
    try:
        with call.engine(ask=False) as engine:
            found, more = examine_kept(engine, found)
    except Exception as error:  # noqa: BLE001 - whatever is wrong is what a doctor tells
        found["database"]["ok"] = False
        more = [failure_of(error)]
    return found, [*problems, *more]


def _print(call: Call, found: Found, problems: "list[Failure]", *, redacted: bool) -> None:
    report = build_report(found, problems)
    if redacted:
        call.output.text(redact_report(report_text(report)))
        return
    for section in report[1:]:
        call.output.text(section.title)
        call.output.facts([(f"  {fact.name}", fact.value) for fact in section.facts])
        call.output.text()
    for problem in problems:
        say(call, problem)
    call.output.text(f"{plural(len(problems), 'thing')} wrong" if problems else "nothing is wrong")


def _code(problems: "list[Failure]") -> int:
    codes = [code_of(problem) for problem in problems]
    return NOT_KEPT if NOT_KEPT in codes else next(iter(codes), DONE)
