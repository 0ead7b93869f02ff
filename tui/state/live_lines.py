"""The lines that say how an operation goes: its counters, and its newest requests."""

from typing import Final
from urllib.parse import urlsplit

from .labels import duration, operation_state, plural, size
from .live import Call, Live, RateLimit
from .spans import Lines, Span, join_spans

_BAD_STATUS: Final = 400


def live_lines(live: Live, rows: int = 2) -> Lines:
    """Give the counters and the newest requests, in at most ``rows`` lines."""
    if not live.state:
        return []
    return [_counters(live), *_newest(live, rows - 1)]


def _counters(live: Live) -> list[Span]:
    glyph, word, tone = operation_state(live.state)
    parts: list[list[Span]] = [[(f"{glyph} {word}", tone)]]
    if live.took_ms is not None:
        parts.append([(duration(live.took_ms * 1_000), "")])
    if live.pages > 1:
        parts.append([(plural(live.pages, "page"), "")])
    if live.records:
        parts.append([(plural(live.records, "record"), "strong")])
        rate = live.records * 1_000 // live.took_ms if live.took_ms and live.requests > 1 else 0
        parts.append([(f"{rate:,}/s", "quiet")] if rate else [])
    parts.append([(plural(live.requests, "request"), "")])
    if live.retries:
        parts.append([(f"{live.retries} {'retry' if live.retries == 1 else 'retries'}", "warn")])
    parts.append([(size(live.bytes), "quiet")] if live.bytes else [])
    parts.append(_limit(live.limit))
    return join_spans(parts, "  ")


def _limit(limit: RateLimit | None) -> list[Span]:
    if limit is None:
        return []
    full = round(9 * limit.left / limit.allowed)
    tone = "bad" if limit.left == 0 else "warn" if limit.left * 10 < limit.allowed else "quiet"
    return [
        (f"limit {limit.left}/{limit.allowed} ", tone),
        ("━" * full, "accent"),
        ("━" * (9 - full), "faint"),
    ]


def _newest(live: Live, rows: int) -> Lines:
    """Give the newest requests and notes, requests first."""
    waits = live.is_running
    calls = [call_spans(call, waits=waits) for call in live.calls[-rows:]] if rows > 0 else []
    notes: Lines = [
        [(text, "warn" if level in ("warning", "error") else "quiet")] for level, text in live.notes
    ]
    spare = max(0, rows - len(calls))
    return [*calls, *(notes[-spare:] if spare else [])]


def call_spans(call: Call, *, waits: bool = True) -> list[Span]:
    """Give one request on one line: method, path, status, time."""
    parts = urlsplit(call.url)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    spans: list[Span] = [(call.method, "key"), (f" {path}", "")]
    if call.status is None:
        return [*spans, ("   ", ""), ("waiting" if waits else "no answer", "quiet")]
    tone = "bad" if call.status >= _BAD_STATUS else "good"
    return [
        *spans,
        (f"   {call.status}", tone),
        (f"   {duration((call.took_ms or 0) * 1_000)}", "quiet"),
        (f"   {size(call.bytes)}", "quiet"),
    ]
