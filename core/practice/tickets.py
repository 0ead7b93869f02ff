"""The routes of tickets and their comments."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from .bodies import FieldRule, read_fields
from .desk import Desk, Row
from .listing import page_of
from .messages import Headers, Refusal, Reply, Request, invalid, json_reply
from .moments import read_moment
from .routing import Route

STATUSES = ("open", "pending", "solved")
PRIORITIES = ("low", "normal", "high", "urgent")

_FIELDS = (
    FieldRule("subject", required=True),
    FieldRule("customer_id", int, required=True),
    FieldRule("status", options=STATUSES),
    FieldRule("priority", options=PRIORITIES),
    FieldRule("assignee", longest=60),
    FieldRule("tags", list, longest=20),
    FieldRule("description", longest=20_000),
)
_CHANGES = (*_FIELDS, FieldRule("version", int))
_COMMENT = (
    FieldRule("body", required=True, longest=20_000),
    FieldRule("author", longest=60),
    FieldRule("public", bool),
)


def ticket_routes(desk: Desk) -> tuple[Route, ...]:
    """List, get, create, update and delete; comments: list and create."""
    return (
        Route("GET", "/tickets", "tickets:read", partial(_list, desk)),
        Route("POST", "/tickets", "tickets:write", partial(_create, desk)),
        Route("GET", "/tickets/{ticket_id}", "tickets:read", partial(_get, desk)),
        Route("PATCH", "/tickets/{ticket_id}", "tickets:write", partial(_update, desk)),
        Route("DELETE", "/tickets/{ticket_id}", "tickets:write", partial(_delete, desk)),
        Route("GET", "/tickets/{ticket_id}/comments", "tickets:read", partial(_list_comments, desk)),
        Route("POST", "/tickets/{ticket_id}/comments", "tickets:write", partial(_add_comment, desk)),
    )


def show_tickets(desk: Desk, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Tickets as callers see them: with their customer's name, the telling fields first."""
    names = {row["id"]: row["name"] for row in desk.customers}
    return [_show(row, names.get(row["customer_id"])) for row in rows]


def _show(row: Row, customer: str | None) -> dict[str, Any]:
    first = {"id": row["id"], "subject": row["subject"], "customer_name": customer, "status": row["status"]}
    return {**first, "priority": row["priority"], "updated_at": row["updated_at"], **row}


def select_tickets(desk: Desk, request: Request) -> list[dict[str, Any]]:
    """The tickets that the query's filters let through, newest first."""
    status, priority = request.asked("status"), request.asked("priority")
    wrong = {
        name: f"must be one of {', '.join(options)}"
        for name, value, options in (("status", status, STATUSES), ("priority", priority, PRIORITIES))
        if value and value not in options
    }
    if wrong:
        raise invalid(wrong)
    since = read_moment("since", request.asked("since")) if request.asked("since") else ""
    customer = request.number("customer", 0, 0, 10**9)
    words = request.asked("q").casefold()
    names = {row["id"]: row["name"] for row in desk.customers}
    found = [
        row
        for row in desk.tickets
        if status in ("", row["status"])
        and priority in ("", row["priority"])
        and row["updated_at"] >= since
        and customer in (0, row["customer_id"])
        and words in f"{row['subject']} {names.get(row['customer_id'], '')}".casefold()
    ]
    return show_tickets(desk, reversed(found))


def _list(desk: Desk, request: Request) -> Reply:
    return json_reply(page_of(request, select_tickets(desk, request)))


def _get(desk: Desk, request: Request) -> Reply:
    row = desk.tickets.get(request.id_of("ticket_id"))
    return json_reply({"data": show_tickets(desk, [row])[0]}, headers=_etag(row))


def _create(desk: Desk, request: Request) -> Reply:
    given = read_fields(request, _FIELDS)
    _check_customer(desk, given)
    defaults: dict[str, Any] = {"subject": "", "status": "open", "priority": "normal", "customer_id": 0}
    dated = {"created_at": desk.now(), "updated_at": desk.now(), "version": 1, "description": ""}
    row = desk.tickets.add({**defaults, "assignee": "", "tags": [], **dated, **given})
    location = ("Location", f"/tickets/{row['id']}")
    return json_reply({"data": show_tickets(desk, [row])[0]}, 201, (location, *_etag(row)))


def _update(desk: Desk, request: Request) -> Reply:
    ticket_id = request.id_of("ticket_id")
    desk.tickets.get(ticket_id)
    given = read_fields(request, _CHANGES, partial=True)
    _check_customer(desk, given)
    expected = given.pop("version", None)

    def change(row: Row) -> Row:
        _check_version(row, expected, request.headers)
        return {**row, **given, "updated_at": desk.now(), "version": row["version"] + 1}

    row = desk.tickets.change(ticket_id, change)
    return json_reply({"data": show_tickets(desk, [row])[0]}, headers=_etag(row))


def _check_version(row: Row, expected: int | None, headers: Mapping[str, str]) -> None:
    """Refuse a change to an older state: 409 by the body, 412 by If-Match (RFC 9110, 13.1.1)."""
    version = row["version"]
    if expected is not None and expected != version:
        told = f"ticket {row['id']} is at version {version} now, not {expected}"
        raise Refusal(409, "conflict", told, extra={"version": version})
    wanted = headers.get("if-match", "*")
    if wanted != "*" and f'"{version}"' not in [tag.strip() for tag in wanted.split(",")]:
        told = f'ticket {row["id"]} has the ETag "{version}" now, not {wanted}'
        raise Refusal(412, "precondition_failed", told, extra={"version": version})


def _delete(desk: Desk, request: Request) -> Reply:
    desk.remove_ticket(request.id_of("ticket_id"))
    return Reply(204)


def _list_comments(desk: Desk, request: Request) -> Reply:
    return json_reply(page_of(request, desk.comments_of(request.id_of("ticket_id"))))


def _add_comment(desk: Desk, request: Request) -> Reply:
    ticket = desk.tickets.get(request.id_of("ticket_id"))
    given = read_fields(request, _COMMENT)
    author = request.caller.name if request.caller else ""
    start = {"ticket_id": ticket["id"], "author": author, "body": "", "public": True}
    row = desk.comments.add({**start, "created_at": desk.now(), **given})
    desk.tickets.change(ticket["id"], lambda kept: {**kept, "updated_at": desk.now()})
    return json_reply({"data": row}, 201)


def _check_customer(desk: Desk, given: Mapping[str, Any]) -> None:
    customer_id = given.get("customer_id")
    if customer_id is not None and customer_id not in {row["id"] for row in desk.customers}:
        raise invalid({"customer_id": f"names no customer: {customer_id}"})


def _etag(row: Row) -> Headers:
    return (("ETag", f'"{row["version"]}"'),)
