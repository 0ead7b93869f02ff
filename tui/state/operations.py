"""What the log of operations shows: the cells of a row, the histogram, the summary of one."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from storage.records import Exchange, Operation

from . import labels
from .spans import Lines, Span, Spans, label_lines, wrap_parts
from .table import Column

if TYPE_CHECKING:
    from storage.reading import Bar

_DAY_US = 86_400_000_000


def columns(*, one_connection: bool) -> tuple[Column, ...]:
    """Give the columns; the connection is left out when the filter names it."""
    return (
        Column("TIME", 8),
        Column("CONNECTION", 0 if one_connection else 12, share=1),
        Column("OPERATION", 16, share=1),
        Column("KIND", 6, drop=2),
        Column("RECORDS", 7, "right", drop=1),
        Column("CALLS", 5, "right", drop=3),
        Column("TOOK", 6, "right"),
        Column("RESULT", 16, share=3),
    )


def row_cells(row: Operation, now_us: int) -> list[Span]:
    """Give the cells of a row, one for each of `columns`."""
    failed = row.state in ("failed", "partial", "interrupted")
    return [
        (labels.clock(row.started_us, now_us), "quiet"),
        (row.connection or "–", ""),
        (_name_beside(row), "strong" if failed else ""),
        (row.kind, "quiet"),
        (labels.number(row.counts.records) if row.counts.records else "–", ""),
        (labels.number(row.counts.requests) if row.counts.requests else "–", "quiet"),
        (labels.duration(took_us(row)), "quiet"),
        result_span(row),
    ]


def _name_beside(row: Operation) -> str:
    """Give the name as it stands beside the connection's: that a test is of this one goes without saying."""
    return "test" if row.kind == "test" and row.name == f"test {row.connection}" else row.name


def took_us(row: Operation) -> int | None:
    """Give how long it took, nothing while it runs."""
    return None if row.ended_us is None else row.ended_us - row.started_us


def result_span(row: Operation) -> Span:
    """Give glyph and words of how it ended."""
    glyph, word, tone = labels.operation_state(row.state)
    if row.state == "success":
        return f"{glyph} {row.result or word}", ""
    if row.state == "failed":
        status = f" {row.error_status}" if row.error_status else ""
        return f"{glyph} {(row.error_class or word).replace('_', ' ')}{status}", tone
    return f"{glyph} {row.result if row.state == 'partial' and row.result else word}", tone


def summary_lines(row: Operation, exchanges: Sequence[Exchange], width: int, since: str = "") -> Lines:
    """Give the lines below the log for the row of the cursor; ``since`` says since when it fails."""
    _, word, tone = labels.operation_state(row.state)
    where = f"{row.connection} rev {row.connection_revision}" if row.connection else "no connection"
    by = f"{row.connector}@{row.connector_revision}" if row.connector else ""
    head: list[Span] = [
        (f"{short_id(row.id)}  ", "quiet"),
        (f"{row.name} ", "strong"),
        ("· " + " · ".join(part for part in (where, by, f"by {row.actor}") if part), "quiet"),
    ]
    lines: Lines = [head]
    if exchanges:
        lines += wrap_parts(_exchange_parts(exchanges[-1], row), width)
    if row.error_message or row.error_class:
        why = f"{row.error_message or row.error_class}" + (
            f" ({labels.rule(row.error_rule)})" if row.error_rule else ""
        )
        lines += label_lines("because", why, "bad", width=width)
        if row.error_remedy:
            lines += label_lines("remedy", row.error_remedy, width=width)
    elif row.result:
        lines += label_lines("result", row.result, tone, width=width)
    else:
        lines += label_lines("state", word, tone, width=width)
    if since:
        lines += label_lines("since", since, width=width)
    lines += label_lines("when", _when(row), "quiet", width=width)
    return lines


def wide_lines(row: Operation, lines: int) -> Lines:
    """Give what is added when there is a whole column: the input, counts, the command."""
    counts = row.counts
    facts: list[tuple[str, str]] = [
        ("kind", f"{row.kind}{', changes data at the vendor' if row.writes else ''}"),
        ("records", labels.number(counts.records)),
        (
            "requests",
            f"{counts.requests:,} with {labels.plural(counts.retries, 'retry').replace('retrys', 'retries')}",
        ),
        ("received", labels.size(counts.bytes)),
        ("log", labels.plural(lines, "line")),
        *((f"input {key}", labels.value(value)) for key, value in (row.input or {}).items()),
    ]
    indent = max(len(name) for name, _ in facts) + 2
    shown: Lines = [[(f"{name:<{indent}}", "quiet"), (value, "")] for name, value in facts]
    return [[], *shown, [], [("connect-tui operation show ", "quiet"), (row.id, "")]]


def short_id(full: str) -> str:
    """Give an id with its middle left out."""
    return full if len(full) <= 14 else f"{full[:7]}…{full[-4:]}"


def bar_spans(bars: Sequence["Bar"]) -> Spans:
    """Give one block for each bar, toned by how much of it failed."""
    top = max((bar.calls for bar in bars), default=0)
    height = math.sqrt(top) if top else 0
    return [(labels.bars([math.sqrt(bar.calls)], height), _bar_tone(bar)) for bar in bars]


def bar_labels(bars: Sequence["Bar"], now_us: int, width: int) -> Spans:
    """Give the line under the bars: when they begin, when errors begin, what one bar is."""
    if not bars:
        return ()
    step = bars[1].start_us - bars[0].start_us if len(bars) > 1 else _DAY_US
    begin = (
        labels.clock(bars[0].start_us, now_us)[:5]
        if now_us - bars[0].start_us < _DAY_US
        else labels.exact(bars[0].start_us)[:16]
    )
    text: list[Span] = [(begin, "quiet")]
    used = len(begin)
    first = next((index for index, bar in enumerate(bars) if bar.errors), None)
    said = "" if first is None else f"{labels.clock(bars[first].start_us, now_us)[:5]} ▲ errors begin"
    end = f"1 bar = {labels.ago(0, step)}   now"
    if first is not None and used + 2 <= first and first + len(said) + 2 + len(end) <= width:
        text += [(" " * (first - used), ""), (said, "warn")]
        used = first + len(said)
    return [*text, (" " * max(1, min(len(bars), width) - used - len(end)), ""), (end, "quiet")]


def _bar_tone(bar: "Bar") -> str:
    if not bar.errors:
        return "quiet" if bar.calls else "faint"
    return "bad" if bar.errors * 2 >= bar.calls else "warn"


def _exchange_parts(exchange: Exchange, row: Operation) -> list[Spans]:
    failed = exchange.status is None or exchange.status >= 400
    end = str(exchange.status) if exchange.status is not None else (exchange.error_class or "no answer")
    parts: list[Spans] = [
        [(f"{exchange.method} {exchange.url}", "")],
        [("→ ", "quiet"), (end, "bad" if failed else "good")],
    ]
    if row.error_class:
        retry = {True: "a retry can help", False: "not retryable", None: ""}[row.error_retryable]
        parts += [[(f"class {row.error_class}", "quiet")], [(retry, "quiet")]]
    else:
        parts.append([(labels.duration(exchange.took_us), "quiet")])
    return parts


def _when(row: Operation) -> str:
    took = labels.duration(took_us(row)) if row.ended_us else "still running"
    return f"{labels.exact(row.started_us)} · {took}"
