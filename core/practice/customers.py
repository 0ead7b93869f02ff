"""The routes of customers."""

from functools import partial
from typing import Any

from .bodies import FieldRule, read_fields
from .desk import Desk, Row
from .listing import page_of
from .messages import Refusal, Reply, Request, invalid, json_reply
from .routing import Route

_FIELDS = (
    FieldRule("name", required=True),
    FieldRule("email", required=True),
    FieldRule("city"),
    FieldRule("country", longest=2),
    FieldRule("plan", options=("free", "team", "business", "enterprise")),
    FieldRule("notes", longest=4000),
)


def customer_routes(desk: Desk) -> tuple[Route, ...]:
    """List, get, create, update and delete."""
    return (
        Route("GET", "/customers", "customers:read", partial(_list, desk)),
        Route("POST", "/customers", "customers:write", partial(_create, desk)),
        Route("GET", "/customers/{customer_id}", "customers:read", partial(_get, desk)),
        Route("PATCH", "/customers/{customer_id}", "customers:write", partial(_update, desk)),
        Route("DELETE", "/customers/{customer_id}", "customers:write", partial(_delete, desk)),
    )


def _list(desk: Desk, request: Request) -> Reply:
    words = request.asked("q").casefold()
    country = request.asked("country").upper()
    rows = [
        row
        for row in desk.customers
        if words in f"{row['name']} {row['email']} {row['city']}".casefold()
        and country in ("", row["country"])
    ]
    return json_reply(page_of(request, rows))


def _get(desk: Desk, request: Request) -> Reply:
    return json_reply({"data": desk.customers.get(request.id_of("customer_id"))})


def _create(desk: Desk, request: Request) -> Reply:
    given = read_fields(request, _FIELDS)
    _check_email(desk, given, None)
    defaults: dict[str, Any] = {"name": "", "email": "", "city": "", "country": "", "plan": "free"}
    row = desk.customers.add(
        {**defaults, "created_at": desk.now(), "updated_at": desk.now(), "notes": "", **given}
    )
    return json_reply({"data": row}, 201, (("Location", f"/customers/{row['id']}"),))


def _update(desk: Desk, request: Request) -> Reply:
    customer_id = request.id_of("customer_id")
    desk.customers.get(customer_id)
    given = read_fields(request, _FIELDS, partial=True)
    _check_email(desk, given, customer_id)

    def change(row: Row) -> Row:
        return {**row, **given, "updated_at": desk.now()}

    return json_reply({"data": desk.customers.change(customer_id, change)})


def _delete(desk: Desk, request: Request) -> Reply:
    customer_id = request.id_of("customer_id")
    tickets = sum(row["customer_id"] == customer_id for row in desk.tickets)
    if tickets:
        raise Refusal(409, "in_use", f"customer {customer_id} still has {tickets} tickets")
    desk.customers.remove(customer_id)
    return Reply(204)


def _check_email(desk: Desk, given: dict[str, Any], own_id: int | None) -> None:
    email = given.get("email")
    if email is None:
        return
    if "@" not in email.strip("@"):
        raise invalid({"email": "must be an address like desk@hotel.example"})
    for row in desk.customers:
        if row["email"].casefold() == email.casefold() and row["id"] != own_id:
            raise Refusal(409, "email_taken", f"customer {row['id']} already has the address {email}")
