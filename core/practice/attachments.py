"""The routes of attachments: list, upload, describe, download, delete."""

from functools import partial
from typing import Any
from urllib.parse import quote

from .bodies import read_upload
from .desk import Desk, Row
from .listing import page_of
from .messages import Headers, Reply, Request, json_reply
from .routing import Route


def attachment_routes(desk: Desk) -> tuple[Route, ...]:
    """Attachments hang on a ticket; their bytes have a route of their own."""
    return (
        Route("GET", "/tickets/{ticket_id}/attachments", "tickets:read", partial(_list, desk)),
        Route("POST", "/tickets/{ticket_id}/attachments", "tickets:write", partial(_upload, desk)),
        Route("GET", "/attachments/{attachment_id}", "tickets:read", partial(_download, desk)),
        Route("DELETE", "/attachments/{attachment_id}", "tickets:write", partial(_delete, desk)),
    )


def _list(desk: Desk, request: Request) -> Reply:
    rows = desk.attachments_of(request.id_of("ticket_id"))
    return json_reply(page_of(request, [_show(row) for row in rows]))


def _upload(desk: Desk, request: Request) -> Reply:
    ticket_id = desk.tickets.get(request.id_of("ticket_id"))["id"]
    upload = read_upload(request)
    row = desk.attachments.add(
        {
            "ticket_id": ticket_id,
            "name": upload.name,
            "media_type": upload.media_type,
            "size": len(upload.content),
            "created_at": desk.now(),
            "content": upload.content,
        }
    )
    return json_reply({"data": _show(row)}, 201, (("Location", f"/attachments/{row['id']}"),))


def _download(desk: Desk, request: Request) -> Reply:
    row = desk.attachments.get(request.id_of("attachment_id"))
    return Reply(200, (("Content-Type", row["media_type"]), *disposition(row["name"])), row["content"])


def _delete(desk: Desk, request: Request) -> Reply:
    desk.attachments.remove(request.id_of("attachment_id"))
    return Reply(204)


def _show(row: Row) -> dict[str, Any]:
    shown = {name: value for name, value in row.items() if name != "content"}
    return {**shown, "url": f"/attachments/{row['id']}"}


def disposition(name: str) -> Headers:
    """Offer a file under its name: a plain spelling, and the exact one (RFC 6266, section 4.3)."""
    plain = "".join(
        char if char.isascii() and char.isprintable() and char not in '"\\' else "_" for char in name
    )
    return (
        ("Content-Disposition", f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"),
    )
