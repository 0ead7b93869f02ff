"""Numbered pages of a list."""

from collections.abc import Sequence
from typing import Any

from .messages import Request

SIZE = 25
LARGEST = 100


def page_of(request: Request, rows: Sequence[Any]) -> dict[str, Any]:
    """The page that the query asks for, in the envelope that the desk's lists share."""
    page = request.number("page", 1, 1, 10**9)
    limit = request.number("limit", SIZE, 1, LARGEST)
    return {
        "data": {"items": rows[(page - 1) * limit : page * limit]},
        "page": page,
        "limit": limit,
        "total": len(rows),
        "total_pages": -(-len(rows) // limit),
    }
