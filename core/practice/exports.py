"""Tickets as streams: JSON lines, CSV, XML, and one JSON document as big as you like."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, islice
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from .desk import Desk
from .messages import JSON_TYPE, Reply, Request
from .routing import Route
from .tickets import select_tickets

MOST = 5_000_000
XML_NAMESPACE = "urn:connect-tui:practice"
_PIECE = 64 * 1024


def export_routes(desk: Desk) -> tuple[Route, ...]:
    """`records` repeats the tickets under running ids until there are so many."""
    return (
        Route("GET", "/export/tickets.jsonl", "tickets:read", partial(_json_lines, desk)),
        Route("GET", "/export/tickets.csv", "tickets:read", partial(_csv, desk)),
        Route("GET", "/export/tickets.xml", "tickets:read", partial(_xml, desk)),
        Route("GET", "/big", "tickets:read", partial(_big, desk)),
    )


def _json_lines(desk: Desk, request: Request) -> Reply:
    lines = (_json(row) + "\n" for row in _rows(desk, request, 0))
    return Reply(200, (("Content-Type", "application/x-ndjson"),), _pieces(lines))


def _csv(desk: Desk, request: Request) -> Reply:
    rows = _rows(desk, request, 0)
    first = next(rows, None)
    lines: Iterable[str] = ()
    if first is not None:
        lines = chain([_csv_line(list(first))], (_csv_line(row.values()) for row in chain([first], rows)))
    offer = ("Content-Disposition", 'attachment; filename="tickets.csv"')
    return Reply(200, (("Content-Type", "text/csv; charset=utf-8; header=present"), offer), _pieces(lines))


def _xml(desk: Desk, request: Request) -> Reply:
    rows = (_xml_row(row) for row in _rows(desk, request, 0))
    document = chain([f'<?xml version="1.0" encoding="UTF-8"?>\n<tickets xmlns="{XML_NAMESPACE}">\n'], rows)
    headers = (("Content-Type", "application/xml; charset=utf-8"),)
    return Reply(200, headers, _pieces(chain(document, ["</tickets>\n"])))


def _xml_row(row: dict[str, Any]) -> str:
    """One ticket: its id as an attribute, each tag an element, what is empty left out."""
    fields = {name: value for name, value in row.items() if name not in ("id", "tags") and value is not None}
    inside = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in fields.items())
    tags = "".join(f"<tag>{escape(tag)}</tag>" for tag in row["tags"])
    return f"<ticket id={quoteattr(str(row['id']))}>{inside}{tags}</ticket>\n"


def _big(desk: Desk, request: Request) -> Reply:
    items = (("," if index else "") + _json(row) for index, row in enumerate(_rows(desk, request, 10_000)))
    return Reply(200, (("Content-Type", JSON_TYPE),), _pieces(chain(['{"data":{"items":['], items, ["]}}"])))


def _rows(desk: Desk, request: Request, default: int) -> Iterator[dict[str, Any]]:
    """The chosen tickets once, or as many records as the query (or ``default``) wants."""
    tickets = select_tickets(desk, request)
    wanted = request.number("records", default, 0, MOST)
    if not wanted:
        return iter(tickets)
    return islice(_repeated(tickets), wanted)


def _repeated(tickets: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    number = 0
    while tickets:
        for row in tickets:
            number += 1
            yield {**row, "id": number}


def _json(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _csv_line(values: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(" ".join(v) if isinstance(v, list) else v for v in values)
    return line.getvalue()


def _pieces(lines: Iterable[str]) -> Iterator[bytes]:
    """Join small texts, so that a million records are not a million writes."""
    waiting: list[str] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= _PIECE:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    if waiting:
        yield "".join(waiting).encode()
