"""Turn one operation with all that belongs to it into the JSON that the contract promises."""

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .operation_log import operation_shape
from .times import rfc3339

if TYPE_CHECKING:
    from storage.records import Body, Exchange, LogLine, Operation


def whole_shape(
    row: "Operation",
    projects: dict[str, str],
    exchanges: "Sequence[Exchange] | None",
    lines: "Sequence[LogLine]",
) -> dict[str, Any]:
    """One operation with its input, its exchanges (nothing where not asked for) and its messages."""
    return {
        **operation_shape(row, projects),
        "input": row.input,
        "exchanges": None if exchanges is None else [_exchange_shape(one) for one in exchanges],
        "log": [_line_shape(line) for line in lines],
    }


def _exchange_shape(one: "Exchange") -> dict[str, Any]:
    return {
        "attempt": one.attempt,
        "reason": one.reason,
        "waited_ms": one.waited_ms,
        "method": one.method,
        "url": one.url,
        "status": one.status,
        "started_at": rfc3339(one.started_us),
        "took_ms": one.took_us // 1000,
        "peer": one.peer,
        "http_version": one.http_version,
        "error": None
        if one.error_message is None
        else {"class": one.error_class, "message": one.error_message},
        "request": {"headers": _pairs(one.request_headers), **_body_shape(one.request_body)},
        "response": {"headers": _pairs(one.response_headers), **_body_shape(one.response_body)},
    }


def _pairs(headers: tuple[tuple[str, str], ...]) -> list[list[str]]:
    return [list(pair) for pair in headers]


def _body_shape(body: "Body | None") -> dict[str, Any]:
    """Give a body as text, or in base64 where it is none; without ``--bodies`` only its size is there."""
    shape: dict[str, Any] = {"body": None, "bytes": 0, "truncated": False, "content_type": None}
    if body is None:
        return shape
    shape.update(bytes=body.size, truncated=body.truncated, content_type=body.content_type)
    text = text_of(body)
    if text is None:
        shape["body_base64"] = base64.b64encode(body.content).decode()
    else:
        shape["body"] = text if body.content else None
    return shape


def text_of(body: "Body") -> str | None:
    """Give the text of a body; a cut may have gone through its last character."""
    try:
        return body.content.decode("utf-8")
    except UnicodeDecodeError as error:
        at_the_cut = body.truncated and error.start >= len(body.content) - 3
        return body.content[: error.start].decode("utf-8") if at_the_cut else None


def _line_shape(line: "LogLine") -> dict[str, Any]:
    return {"at": rfc3339(line.at_us), "level": line.level, "text": line.text, "fields": dict(line.fields)}
