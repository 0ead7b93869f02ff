"""What the list of connections shows: rows, their order, what each says, and the detail of one."""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storage.records import Operation

from . import labels
from .cells import filled
from .next_keys import key_spans
from .operations import result_span
from .spans import Lines, Span, Spans, label_lines, span_width, wrap_parts
from .table import Column

_SPARK = 6
_HINTS = 2


def columns(width: int) -> tuple[Column, ...]:
    """Give the columns for a list of this width."""
    return (
        Column("", 1),
        Column("NAME", 14, share=3),
        Column("CONNECTOR", 10, share=1),
        Column("AUTH", 8, drop=1),
        Column("EXPIRES", 7, "right", drop=3),
        Column("LAST", 4, "right"),
        Column("24 h", _SPARK if width < _ROOMY else 2 * _SPARK, drop=2),
        Column("STATE", 9),
    )


SORTS: tuple[tuple[str, int], ...] = (("name", 1), ("connector", 2), ("last", 5), ("state", 7))
_STATE_ORDER = {
    "authorization_required": 0,
    "error": 1,
    "active": 2,
    "draft": 3,
    "inactive": 4,
    "deleting": 5,
}
_ROOMY = 90


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """One connection as the list knows it; ``calls`` and ``errors`` count in parts of a day, newest last."""

    name: str
    connector: str
    revision: int
    state: str
    auth: str | None = None
    authentication: str | None = None
    expires_us: int | None = None
    last_us: int | None = None
    calls: tuple[int, ...] = ()
    errors: tuple[int, ...] = ()
    verdict: str | None = None
    tested_us: int | None = None
    stages: tuple[Mapping[str, Any], ...] = ()
    locked: str | None = None
    base_url: str = ""
    variables: Mapping[str, Any] | None = None
    time_zone: str | None = None
    id: str = ""
    resumes_at: str | None = None
    method: str | None = None
    has_tokens: bool = False
    is_attended: bool | None = None

    @property
    def waits_for_sign_in(self) -> bool:
        """Tell whether nobody has signed in for it, as far as that is known."""
        return bool(self.is_attended) and not self.has_tokens

    @property
    def needs_person(self) -> bool:
        """Tell whether somebody has to do something about it."""
        return self.state in ("authorization_required", "error") or (
            self.state == "active" and self.verdict == "failed"
        )


def sort_rows(rows: Sequence[ConnectionRow], order: int) -> list[ConnectionRow]:
    """Give the rows in the order that `SORTS` numbers; names decide what is equal."""
    keys: tuple[Callable[[ConnectionRow], Any], ...] = (
        lambda _row: "",
        lambda row: row.connector,
        lambda row: -(row.last_us or 0),
        lambda row: _STATE_ORDER.get(row.state, 9),
    )
    return sorted(rows, key=lambda row: (keys[order](row), row.name.lower()))


def row_cells(row: ConnectionRow, now_us: int, width: int) -> list[Span]:
    """Give the cells of a row, one for each of `columns`."""
    glyph, word, tone = labels.connection_state(row.state, row.verdict)
    resting = row.state in ("inactive", "draft", "deleting")
    return [
        (glyph, tone),
        (row.name, "quiet" if resting else "strong"),
        (row.connector, "quiet"),
        (labels.auth_word(row.auth), "quiet"),
        labels.until(row.expires_us, now_us),
        (labels.age(row.last_us, now_us), "quiet"),
        _spark(row, _SPARK if width < _ROOMY else 2 * _SPARK),
        (
            ("locked" if row.locked and row.state == "active" else word),
            "" if tone in ("good", "quiet") else tone,
        ),
    ]


def note(rows: Sequence[ConnectionRow]) -> Spans:
    """Say how many there are and how many need somebody."""
    waiting = sum(row.needs_person for row in rows)
    said: list[Span] = [(labels.plural(len(rows), "connection"), "")]
    if waiting:
        said[0] = (f"{said[0][0]} · ", "")
        said.append((f"{waiting} need{'s' if waiting == 1 else ''} you", "warn"))
    return said


def detail_lines(
    row: ConnectionRow, now_us: int, width: int, live: Sequence[Mapping[str, Any]] | None = None
) -> Lines:
    """Give the lines beside or below the list; ``live`` are the stages of a test that runs now."""
    lines: Lines = [_headline(row, width), next_keys(row)]
    if row.state == "authorization_required":
        lines += label_lines("state", "authorization required: somebody has to sign in", "bad", width=width)
    elif row.waits_for_sign_in and row.state != "draft":
        lines += label_lines("state", "nobody has signed in", "bad", width=width)
    if row.locked:
        lines += label_lines("locked", row.locked, "warn", width=width)
    if live is not None:
        lines += _stage_lines("testing", live, width)
    elif row.stages:
        lines += _stage_lines(f"test {labels.since(row.tested_us, now_us)}", row.stages, width)
    else:
        lines += [[("not tested yet", "quiet")]]
    if live is None:
        lines += hint_lines(row.stages, width)
    return lines


def wide_lines(row: ConnectionRow, last: Sequence[Operation], now_us: int) -> Lines:
    """Give what is added when there is a whole column for the detail; ``last`` are its newest operations."""
    facts: list[tuple[str, str]] = [
        ("connector", f"{row.connector} revision {row.revision}"),
        ("signs in", f"{row.authentication or '–'} ({labels.auth_word(row.auth)})"),
        *((key, labels.value(value)) for key, value in (row.variables or {}).items()),
        ("time zone", row.time_zone or "of this machine"),
        ("tested", labels.exact(row.tested_us)),
        ("last used", labels.exact(row.last_us)),
    ]
    indent = max(len(name) for name, _ in facts) + 2
    lines: Lines = [[], *([(f"{name:<{indent}}", "quiet"), (value, "")] for name, value in facts)]
    if row.stages:
        lines += [[], [("Last test", "title")], *(_wide_stage(stage) for stage in row.stages)]
    if last:
        lines += [[], [("Last operations", "title")], *(_operation_line(one, now_us) for one in last)]
    return lines


def _wide_stage(stage: Mapping[str, Any]) -> Spans:
    glyph, tone = labels.verdict_span(str(stage.get("verdict", "")))
    name = str(stage.get("stage", "")).removeprefix("probe:")
    took = f"{stage['took_ms']}ms" if stage.get("took_ms") else ""
    evidence = str(stage.get("evidence") or "")
    return [
        ("  ", ""),
        (f"{glyph} ", tone),
        (filled(name, 18), ""),
        (f"{took:>7}  ", "quiet"),
        (evidence, "quiet"),
    ]


def _operation_line(one: Operation, now_us: int) -> Spans:
    said, tone = result_span(one)
    return [
        (f"  {labels.clock(one.started_us, now_us):<10}", "quiet"),
        (f"{filled(one.name, 24)}  ", ""),
        (said, tone),
    ]


def hint_lines(stages: Sequence[Mapping[str, Any]], width: int) -> Lines:
    """Give the hints of the stages that did not pass, the failed ones first, and how many are left out."""
    hinted = [stage for stage in stages if stage.get("verdict") in ("failed", "warned") and stage.get("hint")]
    hinted.sort(key=lambda stage: stage["verdict"] != "failed")
    lines: Lines = []
    for stage in hinted[:_HINTS]:
        said = f"{str(stage['stage']).removeprefix('probe:')}: {stage['hint']}"
        room = max(10, width - 9)
        lines += label_lines("because", textwrap.shorten(said, 2 * room - 10, placeholder="…"), width=width)
    left = len(hinted) - _HINTS
    if left > 0:
        lines.append([(" " * 9, ""), (f"… and {labels.plural(left, 'hint')} more", "quiet")])
    return lines


def next_keys(row: ConnectionRow) -> Spans:
    """Say which keys are worth pressing for this one."""
    keys: list[tuple[str, str]] = []
    if row.state == "draft":
        keys = [("⏎", "go on setting it up"), ("D", "delete")]
    elif row.state == "inactive":
        keys = [("p", "resume"), ("⏎", "its operations")]
    elif row.waits_for_sign_in:
        keys = [("a", "sign in"), ("t", "test")]
    elif row.state == "authorization_required" or _failed_class(row) in ("auth", "permission"):
        keys = [("a", "sign in again"), ("o", "what failed"), ("t", "test")]
    elif row.verdict in ("failed", "warned"):
        keys = [("t", "test again"), ("o", "what failed"), ("a", "other credentials")]
    elif row.verdict is None:
        keys = [("t", "test"), ("⏎", "run an operation")]
    else:
        keys = [("⏎", "run an operation"), ("o", "what it did"), ("t", "test")]
    return key_spans(keys)


def _headline(row: ConnectionRow, width: int) -> Spans:
    left: list[Span] = [(f"{row.name} ", "strong"), (f"· {row.connector}@{row.revision} ", "quiet")]
    if row.base_url:
        left.append((f"· {row.base_url}", "quiet"))
    done, failed = sum(row.calls), sum(row.errors)
    if not done:
        return left
    rate = (
        f"error rate {100 * failed / done:.0f} %" if failed else f"{labels.plural(done, 'operation')} in 24 h"
    )
    used = span_width(left)
    return [*left, (" " * max(2, width - used - len(rate)), ""), (rate, "warn" if failed else "quiet")]


def _stage_lines(label: str, stages: Sequence[Mapping[str, Any]], width: int) -> Lines:
    indent = max(9, len(label) + 2)
    parts = [stage_spans(stage) for stage in stages] or [[("…", "quiet")]]
    wrapped = wrap_parts(parts, width - indent)
    first: Spans = [(f"{label:<{indent}}", "quiet"), *wrapped[0]]
    return [first, *([(" " * indent, ""), *line] for line in wrapped[1:])]


def stage_spans(stage: Mapping[str, Any]) -> Spans:
    """Give one stage in a few words: ``tls ✓ 18ms``; one that did not pass with its evidence."""
    glyph, tone = labels.verdict_span(str(stage.get("verdict", "")))
    name = str(stage.get("stage", "")).removeprefix("probe:")
    spans: list[Span] = [(f"{name} ", ""), (glyph + " ", tone)]
    if stage.get("verdict") in ("failed", "warned"):
        spans.append((str(stage.get("evidence", "")), tone))
    elif stage.get("verdict") == "passed" and (took := stage.get("took_ms")):
        spans.append((f"{took}ms", "quiet"))
    else:
        spans[-1] = (glyph, tone)
    return spans


def _failed_class(row: ConnectionRow) -> str:
    failed = [stage for stage in row.stages if stage.get("verdict") == "failed"]
    return str((failed[0].get("error_class") or failed[0].get("class") or "") if failed else "")


def _spark(row: ConnectionRow, bars: int) -> Span:
    """Give one bar for each part of the day, as high as the share that failed; a dot where nothing ran."""
    if not any(row.calls):
        return "", "faint"
    size = max(1, len(row.calls) // bars)
    shares: list[float | None] = []
    for at in range(0, len(row.calls), size):
        done, failed = sum(row.calls[at : at + size]), sum(row.errors[at : at + size])
        shares.append(failed / done if done else None)
    worst = max(share for share in shares if share is not None)
    text = "".join("·" if share is None else labels.bars([share], 1.0) for share in shares)
    return text, "warn" if worst > 0.5 else "" if worst else "quiet"
