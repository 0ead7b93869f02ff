"""What ``y`` copies of an operation: its id, JSON, and the request as curl with secrets as ``$NAMES``."""

import json
import re
import shlex
from collections.abc import Sequence
from dataclasses import asdict

from storage.records import Body, Exchange, Operation

REDACTED = "•••"
_QUERY_SECRET = re.compile(rf"([?&])([^=&#]+)=({re.escape(REDACTED)}|%E2%80%A2%E2%80%A2%E2%80%A2)")
_NOT_A_NAME = re.compile(r"[^A-Z0-9]+")
_NOT_COPIED = frozenset({"host", "content-length", "accept-encoding", "connection", "user-agent"})


def operation_copies(row: Operation, exchanges: Sequence[Exchange]) -> dict[str, tuple[str, str]]:
    """Give what can be copied by its second key: a word for it and the text."""
    copies = {"y": ("id", row.id), "i": ("id", row.id), "j": ("JSON", operation_json(row))}
    if exchanges:
        copies["c"] = ("curl", curl_command(exchanges[-1]))
        copies["u"] = ("URL", exchanges[-1].url)
    return copies


def operation_json(row: Operation) -> str:
    """Give an operation as one JSON document."""
    return json.dumps(asdict(row), ensure_ascii=False, indent=2, default=str)


def curl_command(exchange: Exchange) -> str:
    """Give the request as a command; what is redacted becomes a variable to set: ``$AUTHORIZATION``."""
    parts = ["curl"]
    if exchange.method != "GET":
        parts += ["-X", exchange.method]
    parts.append(_quote(_QUERY_SECRET.sub(_query_variable, exchange.url)))
    for name, value in exchange.request_headers:
        if name.lower() not in _NOT_COPIED:
            parts += ["-H", _quote(f"{name}: {_header_value(name, value)}")]
    body = _body_text(exchange.request_body)
    if body:
        parts += ["--data-raw", _quote(body.replace(REDACTED, "$SECRET"))]
    return " ".join(parts)


def _header_value(name: str, value: str) -> str:
    return value.replace(REDACTED, f"${_variable(name)}")


def _query_variable(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}=${_variable(found[2])}"


def _variable(name: str) -> str:
    return _NOT_A_NAME.sub("_", name.upper()).strip("_") or "SECRET"


def _quote(text: str) -> str:
    """Quote for a shell: whole, except that a ``$NAME`` of ours stays open to be filled."""
    pieces = re.split(r"(\$[A-Z][A-Z0-9_]*)", text)
    quoted = [
        f'"{piece}"' if index % 2 else shlex.quote(piece) for index, piece in enumerate(pieces) if piece
    ]
    return "".join(quoted) or "''"


def _body_text(body: Body | None) -> str:
    if body is None or body.truncated:
        return ""
    try:
        return body.content.decode("utf-8")
    except UnicodeDecodeError:
        return ""
