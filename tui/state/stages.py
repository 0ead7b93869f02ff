"""A connection test as it goes on: its stages, what they found, and what to do about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from core.errors import Failure
from core.events import StageEnded

from .cells import filled, wrap
from .labels import plural, verdict_span
from .spans import Lines, Span, Spans

Page = Literal["connector", "authentication", "inputs", "test", "save"]

STAGES: Final = ("inputs", "dns", "tcp", "tls", "clock", "auth")
_TITLES: Final[Mapping[str, str]] = {"dns": "DNS", "tcp": "TCP", "tls": "TLS", "auth": "authentication"}
_PROBE: Final = "probe:"
_WAITING: Final = "waiting"
_TITLE_WIDTH: Final = 16
_MENDED_AT: Final[Mapping[str, Page]] = {"auth": "authentication", "permission": "authentication"}


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage; its verdict is ``waiting`` until it ended."""

    stage: str
    verdict: str = _WAITING
    took_ms: int = 0
    evidence: str = ""
    hint: str = ""
    error_class: str | None = None

    @property
    def title(self) -> str:
        """What it is called on the screen."""
        return _TITLES.get(self.stage, self.stage.removeprefix(_PROBE))


@dataclass(frozen=True, slots=True)
class TestRun:
    """One test: its stages in order, and its failure once it is over."""

    __test__ = False  # pytest would collect a class of this name

    rows: tuple[StageRow, ...]
    is_running: bool = True
    failure: Failure | None = None

    @property
    def verdict(self) -> str:
        """``failed``, ``warned`` or ``passed`` by what has ended so far."""
        found = {row.verdict for row in self.rows}
        return next((word for word in ("failed", "warned") if word in found), "passed")


def begin_test(probes: Iterable[str] = ()) -> TestRun:
    """Give a test of which every stage is still waiting."""
    return TestRun(tuple(StageRow(stage) for stage in (*STAGES, *(f"{_PROBE}{name}" for name in probes))))


def take_stage(run: TestRun, event: StageEnded) -> TestRun:
    """Give the test with one stage ended; a stage nobody foresaw is added."""
    row = StageRow(
        event.stage, event.verdict, event.took_ms, event.evidence, event.hint or "", event.error_class
    )
    if any(known.stage == row.stage for known in run.rows):
        return replace(run, rows=tuple(row if known.stage == row.stage else known for known in run.rows))
    return replace(run, rows=(*run.rows, row))


def end_test(run: TestRun, stages: Sequence[Any], failure: Failure | None, *, only: str = "") -> TestRun:
    """Give the test as the stages of its report say; ``only`` names the one that was repeated."""
    for stage in stages:
        if not only or stage.stage == only:
            run = take_stage(
                run,
                StageEnded(
                    "",
                    stage.stage,
                    stage.verdict,
                    stage.took_ms,
                    stage.evidence,
                    stage.hint,
                    stage.error_class,
                ),
            )
    rows = tuple(replace(row, verdict="skipped") if row.verdict == _WAITING else row for row in run.rows)
    return TestRun(rows, is_running=False, failure=failure)


def wait_again(run: TestRun, stage: str) -> TestRun:
    """Give the test with one stage waiting, for it is being repeated."""
    rows = tuple(StageRow(row.stage) if row.stage == stage else row for row in run.rows)
    return replace(run, rows=rows, is_running=True)


def stage_lines(row: StageRow, width: int, *, current: bool = False) -> Lines:
    """Give the lines of one stage: glyph, title, evidence, time at the right; its hint below."""
    glyph = ("·", "faint") if row.verdict == _WAITING else verdict_span(row.verdict)
    quiet = row.verdict in (_WAITING, "skipped", "undefined")
    took = f"{row.took_ms}ms" if row.verdict in ("passed", "warned", "failed") else ""
    room = max(10, width - _TITLE_WIDTH - 8 - len(took) - 2)
    evidence = wrap(row.evidence or (_WAITING if row.verdict == _WAITING else ""), room)
    tone = "quiet" if quiet or row.verdict == _WAITING else ""
    first: list[Span] = [
        ("▌  " if current else "   ", "accent"),
        glyph,
        (f" {filled(row.title, _TITLE_WIDTH)} ", tone),
    ]
    first += [(filled(evidence[0], room), tone), (f" {took}", "quiet")]
    indent = " " * (_TITLE_WIDTH + 6)
    return [
        first,
        *([(indent, ""), (piece, tone)] for piece in evidence[1:]),
        *(
            [(indent, ""), (piece, "warn")]
            for piece in (wrap(row.hint, room + len(took)) if row.hint else [])
        ),
    ]


def summary_lines(run: TestRun, width: int) -> Lines:
    """Give what the whole test comes to, and what to do."""
    if run.is_running:
        return [[("   ", ""), ("testing; every stage has its own time limit", "quiet")]]
    warnings = sum(row.verdict == "warned" for row in run.rows)
    match run.verdict:
        case "failed":
            return _failed(run, width)
        case "warned":
            return [
                [
                    ("   ", ""),
                    (f"Works, with {plural(warnings, 'warning')}. ", "warn"),
                    ("Saving is safe.", ""),
                ]
            ]
        case _:
            return [[("   ", ""), ("Works. ", "good"), ("Saving is safe.", "")]]


def mending_page(run: TestRun) -> Page | None:
    """Give the page of the wizard where what failed can be mended."""
    failed = next((row for row in run.rows if row.verdict == "failed"), None)
    if failed is None:
        return None
    if failed.stage == "auth" or failed.error_class in _MENDED_AT:
        return "authentication"
    return "inputs"


def _failed(run: TestRun, width: int) -> Lines:
    failed = next(row for row in run.rows if row.verdict == "failed")
    kind = (run.failure.error_class if run.failure else failed.error_class) or ""
    lines: list[Spans] = [[("   ", ""), (f"Does not work · {_says(kind)}", "bad")]]
    if run.failure and run.failure.message != failed.evidence:
        lines += [[("   ", ""), (piece, "")] for piece in wrap(run.failure.message, width - 6)]
    if run.failure and run.failure.remedy and run.failure.remedy != failed.hint:
        lines += [[("   ", ""), (piece, "quiet")] for piece in wrap(run.failure.remedy, width - 6)]
    page = mending_page(run) or "inputs"
    mend: Spans = [("   ", ""), ("m", "key"), (f" goes to {page}, where it can be mended", "quiet")]
    return [
        *lines,
        mend,
        [("   ", ""), ("⏎", "key"), (" saves it as it is; it can be mended later", "quiet")],
    ]


def _says(error_class: str) -> str:
    return {
        "network": "unreachable",
        "timeout": "unreachable in time",
        "tls": "TLS",
        "auth": "bad credentials",
        "permission": "not permitted",
        "vendor": "the other side fails",
        "limit": "a limit was hit",
        "config": "set up wrongly",
        "input": "something is missing",
        "vault": "the secret is not there",
    }.get(error_class, error_class or "failed")
