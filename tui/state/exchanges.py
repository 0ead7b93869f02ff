"""What the exchange view says: the lines before a body, the timeline of an operation, its log."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from storage.records import Body, Exchange, LogLine, Operation

from . import labels
from .cells import count_cells, filled
from .spans import Lines, Span, Spans

TABS = ("request", "response", "timeline", "log")
_LEVELS = {"debug": "quiet", "info": "", "warning": "warn", "error": "bad"}
_BAR = 30


def tab_spans(chosen: int, exchange: int, exchanges: int, lines: int) -> Spans:
    """Give the line of tabs, with which of the requests is shown."""
    spans: list[Span] = [(" ", "")]
    for index, name in enumerate(TABS):
        said = f" {name}{f' {lines:,}' if name == 'log' else ''} "
        spans += [(said, "selected" if index == chosen else "quiet"), (" ", "")]
    if exchanges > 1:
        spans.append((f"  request {exchange + 1} of {exchanges}, J K", "quiet"))
    return spans


def request_head(exchange: Exchange) -> Lines:
    """Give the lines before the body of the request."""
    return [
        [(f"{exchange.method} ", "key"), (exchange.url, "strong")],
        *header_lines(exchange.request_headers),
        *_body_note(exchange.request_body, "no body was sent"),
    ]


def response_head(exchange: Exchange) -> Lines:
    """Give the lines before the body of the response."""
    if exchange.status is None:
        why = exchange.error_message or exchange.error_class or "there was no answer"
        return [
            [("no answer ", "bad"), (f"after {labels.duration(exchange.took_us)}", "quiet")],
            [(why, "bad")],
        ]
    tone = "bad" if exchange.status >= 400 else "good"
    facts = " · ".join(
        part for part in (exchange.http_version, labels.duration(exchange.took_us), exchange.peer) if part
    )
    return [
        [(f"{exchange.status} ", tone), (facts, "quiet")],
        *header_lines(exchange.response_headers),
        *_body_note(exchange.response_body, "the answer had no body"),
    ]


def header_lines(headers: Sequence[tuple[str, str]]) -> Lines:
    """Give headers with their names in line."""
    indent = min(28, max((count_cells(name) for name, _ in headers), default=0) + 2)
    return [[(filled(name, indent), "quiet"), (value, "")] for name, value in headers]


def timeline_lines(operation: Operation, exchanges: Sequence[Exchange]) -> Lines:
    """Give one bar for each request, and what was waited for in between."""
    end = max(
        [operation.ended_us or 0, *(one.started_us + one.took_us for one in exchanges)],
        default=operation.started_us,
    )
    whole = max(1, end - operation.started_us)
    lines: Lines = [
        [("started   ", "quiet"), (labels.exact(operation.started_us), "")],
        [("ended     ", "quiet"), (labels.exact(operation.ended_us), "")],
        [("in all    ", "quiet"), (labels.duration(whole if operation.ended_us else None), "strong")],
        [],
    ]
    for number, one in enumerate(exchanges, 1):
        if one.waited_ms:
            lines.append(
                [
                    (f"      waited {labels.duration(one.waited_ms * 1000)}", "warn"),
                    (f"  {one.reason or ''}", "quiet"),
                ]
            )
        lines.append(_bar_line(number, one, operation.started_us, whole))
    return lines if exchanges else [*lines, [("no request was sent", "quiet")]]


def log_lines(lines: Sequence[LogLine]) -> Lines:
    """Give the log lines with their times."""
    if not lines:
        return [[("nothing was logged", "quiet")]]
    return [
        [
            (f"{labels.exact(line.at_us)[11:19]}  ", "quiet"),
            (f"{line.level:<8}", _LEVELS.get(line.level, "")),
            (f"{line.text}  ", ""),
            (_fields_beside(line), "quiet"),
        ]
        for line in lines
    ]


def _fields_beside(line: LogLine) -> str:
    """Give the fields that say something, and something that the text does not say already."""
    said = {key: value for key, value in line.fields.items() if value not in (None, "", [], {})}
    return "  ".join(
        f"{key} {labels.value(value)}"
        for key, value in said.items()
        if not (isinstance(value, str) and value in line.text)
    )


def _bar_line(number: int, exchange: Exchange, start_us: int, whole_us: int) -> Spans:
    before = min(_BAR - 1, int((exchange.started_us - start_us) / whole_us * _BAR))
    length = max(1, min(_BAR - before, round(exchange.took_us / whole_us * _BAR)))
    failed = exchange.status is None or exchange.status >= 400
    end = str(exchange.status or exchange.error_class or "none")
    return [
        (f"{number:>4}  ", "quiet"),
        (" " * max(0, before), ""),
        ("━" * length, "bad" if failed else "accent"),
        (" " * (_BAR - max(0, before) - length), ""),
        (f"  {labels.duration(exchange.took_us):>6}  ", ""),
        (f"{end:<8}", "bad" if failed else "good"),
        (f"{exchange.method} {urlsplit(exchange.url).path or '/'}", "quiet"),
    ]


def _body_note(body: Body | None, without: str) -> Lines:
    if body is None:
        return [[], [(without, "quiet")]]
    said = f"{body.content_type or 'no type'}, {labels.size(body.size)}"
    if body.truncated:
        said += f", the first {labels.size(len(body.content))} are kept"
    return [[], [(f"── {said} ──", "quiet")]]
