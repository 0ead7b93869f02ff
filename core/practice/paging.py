"""The tickets once for each kind of paging that vendors use."""

import base64
import binascii
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from .desk import Desk
from .listing import LARGEST, SIZE
from .messages import Refusal, Reply, Request, json_reply
from .routing import Route
from .tickets import select_tickets

Rows = list[dict[str, Any]]


def paging_routes(desk: Desk) -> tuple[Route, ...]:
    """One route for each kind; all take `limit` and the filters of /tickets."""
    kinds: dict[str, Callable[[Desk, Request], Reply]] = {
        "page": _by_page,
        "offset": _by_offset,
        "cursor": _by_cursor,
        "link": _by_link_header,
        "next-url": _by_next_url,
        "header-token": _by_header_token,
    }
    return tuple(
        Route("GET", f"/paging/{kind}", "tickets:read", partial(answer, desk))
        for kind, answer in kinds.items()
    )


def _limit(request: Request) -> int:
    return request.number("limit", SIZE, 1, LARGEST)


def _by_page(desk: Desk, request: Request) -> Reply:
    rows, limit = select_tickets(desk, request), _limit(request)
    page = request.number("page", 1, 1, 10**9)
    items = rows[(page - 1) * limit : page * limit]
    return json_reply({"items": items, "page": page, "pages": -(-len(rows) // limit), "total": len(rows)})


def _by_offset(desk: Desk, request: Request) -> Reply:
    rows, limit = select_tickets(desk, request), _limit(request)
    offset = request.number("offset", 0, 0, 10**9)
    return json_reply(
        {"items": rows[offset : offset + limit], "offset": offset, "limit": limit, "total": len(rows)}
    )


def _by_cursor(desk: Desk, request: Request) -> Reply:
    items, following = _slice_after(desk, request, "cursor")
    return json_reply({"items": items, "next_cursor": following, "has_more": following is not None})


def _by_link_header(desk: Desk, request: Request) -> Reply:
    """Pages told in the Link header (RFC 8288), the body is the bare list."""
    rows, limit = select_tickets(desk, request), _limit(request)
    page, pages = request.number("page", 1, 1, 10**9), max(1, -(-len(rows) // limit))
    near = {"first": 1, "prev": page - 1, "next": page + 1, "last": pages}
    links = [
        f'<{_again(request, page=number, limit=limit)}>; rel="{relation}"'
        for relation, number in near.items()
        if 1 <= number <= pages and number != page
    ]
    headers = (("Link", ", ".join(links)),) if links else ()
    return json_reply(rows[(page - 1) * limit : page * limit], headers=headers)


def _by_next_url(desk: Desk, request: Request) -> Reply:
    items, following = _slice_after(desk, request, "after")
    url = following and _again(request, after=following, limit=_limit(request))
    return json_reply({"results": items, "next": url})


def _by_header_token(desk: Desk, request: Request) -> Reply:
    items, following = _slice_after(desk, request, "token")
    return json_reply(items, headers=(("X-Next-Token", following),) if following else ())


def _slice_after(desk: Desk, request: Request, name: str) -> tuple[Rows, str | None]:
    """The tickets behind the one that the token names, and the token for what comes then."""
    rows, limit = select_tickets(desk, request), _limit(request)
    token = request.asked(name)
    if token:
        last_id = _read_token(name, token)
        rows = [row for row in rows if row["id"] < last_id]
    items = rows[:limit]
    return items, _write_token(items[-1]["id"]) if len(rows) > limit else None


def _write_token(last_id: int) -> str:
    return base64.urlsafe_b64encode(f"below:{last_id}".encode()).decode().rstrip("=")


def _read_token(name: str, token: str) -> int:
    try:
        text = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode()
        return int(text.removeprefix("below:"))
    except (binascii.Error, ValueError) as error:
        raise Refusal(400, f"bad_{name}", f"the {name} was not made here or has expired") from error


def _again(request: Request, **changes: object) -> str:
    """The same route with some of the query changed, relative to the host."""
    kept = [(name, value) for name, value in request.query if name not in (*changes, "api_key")]
    return f"{request.path}?{urlencode([*kept, *changes.items()])}"
