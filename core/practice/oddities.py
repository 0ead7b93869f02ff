"""Routes with odd answers: echoes, redirects, hostile text, numbers at the edge."""

import json
from typing import Any

from .attachments import disposition
from .messages import JSON_TYPE, Refusal, Reply, Request, json_reply
from .routing import EVERY_METHOD, Route

MASK = "•••"
_SECRET_HEADERS = ("authorization", "cookie", "x-api-key")

# The numbers are written by hand: a parser that goes through floats loses digits of most of them.
_NUMBERS = """{"data":{"items":[
{"name":"largest float integer plus 1","value":9007199254740993},
{"name":"largest 64 bit","value":9223372036854775807},
{"name":"beyond 64 bit","value":18446744073709551616},
{"name":"thirty digits","value":123456789012345678901234567890},
{"name":"smallest 64 bit","value":-9223372036854775808},
{"name":"a tenth","value":0.1},
{"name":"many digits","value":3.14159265358979323846264338327950288},
{"name":"trailing zero","value":1.10},
{"name":"minus zero","value":-0.0},
{"name":"exponent","value":1.5E+300},
{"name":"tiny","value":2.5e-310},
{"name":"zero","value":0}]}}"""

HOSTILE = (
    ("colour", "\x1b[31mred\x1b[0m and \x1b[5mblinking"),
    ("cursor", "\x1b[2J\x1b[Hscreen cleared"),
    ("title", "\x1b]0;owned\x07 title set"),
    ("clipboard (OSC 52)", "\x1b]52;c;cm0gLXJmIC8=\x07 clipboard written"),
    ("link (OSC 8)", "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\"),
    ("C1 control", "\x9b31mred by one byte \x9d0;title\x9c"),
    ("markup", "[bold red]bold[/] [@click=app.quit]quit[/] [link=https://evil.example]x[/link]"),
    ("bidi", "invoice\u202egnp.exe \u2066isolated\u2069 \u200fmark"),
    ("NUL", "before\x00after"),
    ("newlines", "first\r\nsecond\rover\nthird\x0b\x0c\x85\u2028\u2029end"),
    ("tabs and bells", "a\tb\x07c\x08d\x7fe"),
    ("zero width", "pay\u200bpal\u2060 \ufeffbom \u00ad"),
    ("combining", "Z" + "\u0351\u0301\u0316" * 12 + "algo"),
    ("wide", "日本語 👩‍👩‍👧‍👦 🏳️‍🌈 ﷽"),
    ("long", "x" * 5000),
    ("template", "{{ auth.token }} ${HOME} $(id) `id` %s {0}"),
    ("spreadsheet", '=HYPERLINK("https://evil.example","open")'),
)


# Half of a surrogate pair: JSON's grammar allows it as an escape, UTF-8 and I-JSON (RFC 7493) do not.
BROKEN = ("lone surrogate", "half \ud83d emoji")


def oddity_routes() -> tuple[Route, ...]:
    """The echo is open to everybody, so that one can see which credentials arrived where."""
    return (
        *(Route(method, "/echo", None, _echo) for method in EVERY_METHOD),
        *(Route(method, "/redirect", "drills", _redirect) for method in EVERY_METHOD),
        Route("GET", "/redirect-loop", "drills", _redirect_loop),
        Route("GET", "/hostile", "drills", _hostile),
        Route("GET", "/hostile/file", "drills", _hostile_file),
        Route("GET", "/numbers", "drills", _numbers),
    )


def _echo(request: Request) -> Reply:
    return json_reply(
        {
            "method": request.method,
            "path": request.path,
            "query": [[name, MASK if name == "api_key" else value] for name, value in request.query],
            "headers": {name: _masked(name, value) for name, value in request.headers.items()},
            "body": request.body.decode("utf-8", "replace"),
        }
    )


def _masked(name: str, value: str) -> str:
    if name not in _SECRET_HEADERS:
        return value
    scheme, _, rest = value.partition(" ")
    return f"{scheme} {MASK}" if rest else MASK


def _redirect(request: Request) -> Reply:
    target, status = request.asked("to", "/me"), request.number("status", 302, 300, 399)
    if not target.isascii() or not target.isprintable():
        raise Refusal(400, "bad_target", "`to` must be a URL in plain ASCII")
    return Reply(status, (("Location", target),))


def _redirect_loop(request: Request) -> Reply:
    turn = request.number("turn", 0, 0, 10**9) + 1
    return Reply(302, (("Location", f"/redirect-loop?turn={turn}"),))


def _hostile(request: Request) -> Reply:
    """Records whose texts try to reach the terminal; `?surrogate=1` adds what strict readers refuse."""
    broken = bool(request.asked("surrogate"))
    texts = (*HOSTILE, BROKEN) if broken else HOSTILE
    items: list[dict[str, Any]] = [
        {"id": index, "kind": kind, "subject": text, "status": "open"}
        for index, (kind, text) in enumerate(texts, start=1)
    ]
    items[0]["\x1b[31mname\x1b[0m"] = "the key is hostile as well"
    body = json.dumps({"data": {"items": items}}, ensure_ascii=broken)
    headers = (("Content-Type", JSON_TYPE), ("X-Note", "\x1b[31m in a header"))
    return Reply(200, headers, body.encode())


def _hostile_file(_: Request) -> Reply:
    name = "../../\x1b[31m..\\evil\u202egnp.sh"
    return Reply(
        200, (("Content-Type", "application/octet-stream"), *disposition(name)), b"#!/bin/sh\nexit 1\n"
    )


def _numbers(_: Request) -> Reply:
    return Reply(200, (("Content-Type", JSON_TYPE),), _NUMBERS.encode())
