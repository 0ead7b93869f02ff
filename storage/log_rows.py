"""The rows of the operation log and the statements that write them, below the ORM."""

from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .packing import clean_text, pack_bytes, pack_json
from .records import Body, Exchange, LogLine, Operation

Row = tuple[Any, ...]

INSERT_OPERATION = """
INSERT INTO operation (id, project_id, kind, name, state, actor, process, started_us, ended_us, took_us,
  connection_id, connection, connection_revision, connector, connector_revision, connector_hash, writes,
  records, pages, requests, retries, bytes, method, path, status,
  result, error_class, error_message, error_remedy, error_retryable, error_status, error_rule, input)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
FINISH_OPERATION = """
UPDATE operation SET state = ?, ended_us = ?, took_us = ?, records = ?, pages = ?, requests = ?, retries = ?,
  bytes = ?, result = ?, error_class = ?, error_message = ?, error_remedy = ?, error_retryable = ?,
  error_status = ?, error_rule = ?
WHERE id = ?
"""
NOTE_EXCHANGE = "UPDATE operation SET method = ?, path = ?, status = ? WHERE id = ?"
INSERT_EXCHANGE = """
INSERT INTO exchange (seq, operation_seq, attempt, method, url, started_us, took_us, request_headers,
  response_headers, status, reason, waited_ms, http_version, peer, error_class, error_message)
VALUES (?, (SELECT seq FROM operation WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
INSERT_BODY = """
INSERT INTO body (exchange_seq, direction, size, content_type, truncated, codec, content)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
INSERT_LINE = """
INSERT INTO log_line (operation_seq, at_us, level, text, fields)
VALUES ((SELECT seq FROM operation WHERE id = ?), ?, ?, ?, ?)
"""


class FinishEntry(NamedTuple):
    """How an operation ended."""

    operation_id: str
    row: Row


class LineEntry(NamedTuple):
    """A log line."""

    operation_id: str
    row: Row


class ExchangeEntry(NamedTuple):
    """An exchange without its number, and its bodies as they were given."""

    operation_id: str
    row: Row
    summary: Row
    bodies: tuple[tuple[str, Body], ...]


Entry = FinishEntry | LineEntry | ExchangeEntry


def operation_row(operation: Operation) -> Row:
    """Give the values of `INSERT_OPERATION`."""
    counts = operation.counts
    return (
        operation.id, operation.project_id, operation.kind, clean_text(operation.name), operation.state,
        clean_text(operation.actor), operation.process, operation.started_us, operation.ended_us,
        _took(operation), operation.connection_id, clean_text(operation.connection),
        operation.connection_revision, operation.connector, operation.connector_revision,
        operation.connector_hash, operation.writes,
        counts.records, counts.pages, counts.requests, counts.retries, counts.bytes,
        clean_text(operation.method), clean_text(operation.path), operation.status, *_end_row(operation),
        None if operation.input is None else pack_json(operation.input),
    )  # fmt: skip


def finish_entry(operation: Operation) -> FinishEntry:
    """Give the values of `FINISH_OPERATION`."""
    counts = operation.counts
    row = (
        operation.state, operation.ended_us, _took(operation), counts.records, counts.pages, counts.requests,
        counts.retries, counts.bytes, *_end_row(operation), operation.id,
    )  # fmt: skip
    return FinishEntry(operation.id, row)


def line_entry(line: LogLine) -> LineEntry:
    """Give the values of `INSERT_LINE`."""
    row = (line.operation_id, line.at_us, line.level, clean_text(line.text), pack_json(line.fields))
    return LineEntry(line.operation_id, row)


def exchange_entry(exchange: Exchange) -> ExchangeEntry:
    """Give the values of `INSERT_EXCHANGE` after the number, and of `NOTE_EXCHANGE`."""
    method, url = clean_text(exchange.method), clean_text(exchange.url)
    row = (
        exchange.operation_id, exchange.attempt, method, url, exchange.started_us, exchange.took_us,
        pack_json(exchange.request_headers), pack_json(exchange.response_headers), exchange.status,
        clean_text(exchange.reason), exchange.waited_ms, exchange.http_version, exchange.peer,
        exchange.error_class, clean_text(exchange.error_message),
    )  # fmt: skip
    bodies = (("request", exchange.request_body), ("response", exchange.response_body))
    summary = (method, path_of(url or ""), exchange.status, exchange.operation_id)
    return ExchangeEntry(
        exchange.operation_id, row, summary, tuple((name, body) for name, body in bodies if body is not None)
    )


def body_row(direction: str, body: Body) -> Row:
    """Give the values of `INSERT_BODY` after the number of the exchange; compresses the content."""
    codec, content = pack_bytes(body.content)
    return direction, body.size, clean_text(body.content_type), body.truncated, codec, content


def path_of(url: str) -> str:
    """Give the path of an address, or all of it where it has none that can be read."""
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return url


def _took(operation: Operation) -> int | None:
    return None if operation.ended_us is None else max(0, operation.ended_us - operation.started_us)


def _end_row(operation: Operation) -> Row:
    return (
        clean_text(operation.result), operation.error_class, clean_text(operation.error_message),
        clean_text(operation.error_remedy), operation.error_retryable, operation.error_status,
        clean_text(operation.error_rule),
    )  # fmt: skip
