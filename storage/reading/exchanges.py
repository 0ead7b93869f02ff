"""Read what one operation did: its exchanges with their bodies, and its log lines."""

import json
from typing import Any

from ..packing import unpack_bytes
from ..records import Body, Exchange, LogLine
from .source import Source

_EXCHANGES = """
SELECT e.seq, e.attempt, e.method, e.url, e.started_us, e.took_us, e.request_headers, e.response_headers,
  e.status, e.reason, e.waited_ms, e.http_version, e.peer, e.error_class, e.error_message
FROM exchange e WHERE e.operation_seq = (SELECT seq FROM operation WHERE id = ?) ORDER BY e.seq
"""
_BODIES = """
SELECT b.exchange_seq, b.direction, b.size, b.content_type, b.truncated{content}
FROM body b JOIN exchange e ON e.seq = b.exchange_seq
WHERE e.operation_seq = (SELECT seq FROM operation WHERE id = ?)
"""
_LINES = """
SELECT at_us, level, text, fields FROM log_line
WHERE operation_seq = (SELECT seq FROM operation WHERE id = ?) ORDER BY seq
"""


def exchanges(source: Source, operation_id: str, *, bodies: bool) -> tuple[Exchange, ...]:
    """Give the exchanges of an operation; without ``bodies`` their bodies have sizes and no content."""
    found: dict[tuple[int, str], Body] = {}
    query = _BODIES.format(content=", b.codec, b.content" if bodies else "")
    for number, direction, size, content_type, truncated, *packed in source.rows(query, (operation_id,)):
        content = unpack_bytes(*packed) if packed else b""
        found[number, direction] = Body(content, size, content_type, bool(truncated))
    return tuple(_exchange(operation_id, row, found) for row in source.rows(_EXCHANGES, (operation_id,)))


def log_lines(source: Source, operation_id: str) -> tuple[LogLine, ...]:
    """Give the log lines of an operation in order."""
    rows = source.rows(_LINES, (operation_id,))
    return tuple(LogLine(operation_id, at, level, text, json.loads(more)) for at, level, text, more in rows)


def _exchange(operation_id: str, row: tuple[Any, ...], bodies: dict[tuple[int, str], Body]) -> Exchange:
    number, attempt, method, url, started, took, request, response, status, reason, *rest = row
    waited, http_version, peer, error_class, error_message = rest
    return Exchange(
        operation_id=operation_id,
        attempt=attempt,
        method=method,
        url=url,
        started_us=started,
        took_us=took,
        request_headers=_headers(request),
        response_headers=_headers(response),
        status=status,
        reason=reason,
        waited_ms=waited,
        http_version=http_version,
        peer=peer,
        error_class=error_class,
        error_message=error_message,
        request_body=bodies.get((number, "request")),
        response_body=bodies.get((number, "response")),
    )


def _headers(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in json.loads(text))
