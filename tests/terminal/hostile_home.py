"""A home full of hostile names, connectors, answers and history, with a hostile server.

The engine fills it where it lets them in; where it would not, they go straight into the database.
"""

import asyncio
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from core import Engine, UnlockChoice, find_home, open_engine
from storage import Store, open_store
from storage.ids import new_id
from storage.records import (
    Authentication,
    Body,
    Certificate,
    Connection,
    Counts,
    Exchange,
    LogLine,
    Operation,
    ProviderApp,
)

# First what a narrow column still shows, then one of each kind.
HOSTILE = (
    "E\x1b[5mVIL \x1b]52;c;RVZJTA==\x07 \x1b]0;EVIL\x07 \x1bPEVIL\x1b\\ \x1b]8;;http://evil.example\x1b\\EVIL \x1b[2J\x1bc"
    " \x9b5mEVIL \x9d0;EVIL\x9c \x90EVIL\x9c \u202eEVIL\u2066 \u200f\u061c\u200b\u2060\ufeff\u00ad\U000e0041"
    " \x00\x07\x08\x7f\x0b\x0c\x85 [/red] [bold]EVIL[/bold] [link=http://evil.example]EVIL[/link] [@click=app.quit]EVIL[/]"
    " [/] [$error] \\[ [[ ]]"
)
LINES = f"{HOSTILE}\r\n{HOSTILE}\u2028\u2029\tEVIL"
PICTURE = "␛"


class _Answers(http.server.BaseHTTPRequestHandler):
    """Every path answers with something that tries to get out."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        path = self.path.partition("?")[0]
        item = {"id": 1, "name": HOSTILE, HOSTILE: HOSTILE, "nested": {HOSTILE: [HOSTILE]}, "text": LINES}
        things = {"items": [{**item, "id": index} for index in range(40)], "note": HOSTILE}
        answers = {
            "/me": (200, "application/json", _json({"name": HOSTILE})),
            "/things": (200, "application/json", _json(things)),
            "/fail": (500, "application/json", _json({"message": LINES})),
            "/text": (
                200,
                "text/plain; charset=latin-1",
                b"\x9b5mEVIL \x1b[5mEVIL \x9d0;x\x9c\r\nEVIL\x00" * 50,
            ),
            "/utf8": (200, "text/plain", LINES.encode() * 20),
            "/binary": (200, "application/octet-stream", bytes(range(256)) * 8),
            "/huge": (
                200,
                "application/json",
                _json({"items": [{"id": 1, "line": HOSTILE * 2000}], "note": "huge"}),
            ),
            "/broken": (200, "application/json", b'{"a": \x1b[5mEVIL\x9b5m\x07 '),
            "/odd": (200, "x/\x9b5mEVIL", HOSTILE.encode()),
        }
        status, kind, body = answers.get(path, (404, "application/json", _json({"message": HOSTILE})))
        if path == "/escape":
            self.wfile.write(
                b"HTTP/1.1 200 \x1b[5mEVIL\r\nX-Evil: \x1b]52;c;RVZJTA==\x07\r\nContent-Length: 0\r\n\r\n"
            )
            self.close_connection = True
            return
        if path == "/away":
            self.send_response_only(302, "\x9b5mEVIL")
            self.send_header("Location", "http://evil\x9b5m.example/\x9d0;EVIL\x9c")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response_only(status, "\x9b5mEVIL")
        self.send_header("Content-Type", kind)
        self.send_header("X-Evil", "\x9b5mEVIL \x9d52;c;RVZJTA==\x9c\t\xad")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def hostile_connector() -> dict:
    """A connector of which every text for people is hostile."""

    def say(word: str) -> str:
        return f"{word} {HOSTILE}"[:200]

    def operation(path: str, **more: object) -> dict:
        return {"title": say("title"), "summary": say("summary"), "request": {"path": path}, **more}

    fields = {
        f"field {HOSTILE}": {"type": "string", "description": say("about"), "default": HOSTILE},
        "kind": {"type": "string", "title": HOSTILE, "description": say("about"), "enum": [HOSTILE, "plain"]},
        "word": {"type": "string", "description": HOSTILE, "examples": [HOSTILE]},
    }
    return {
        "schema": "connect/1", "revision": 1, "handle": "hostile", "name": say("name"), "summary": say("summary"),
        "description": f"{LINES}\n\n{LINES}", "categories": [HOSTILE], "tags": [HOSTILE], "labels": {HOSTILE: HOSTILE},
        "author": {"person": HOSTILE, "company": HOSTILE}, "license": HOSTILE, "logo": {"glyph": "\x1b[5mX"},
        "inputs": [
            {"key": "base_url", "label": say("Base"), "help": say("help"), "type": "url", "required": True},
            {"key": "region", "label": say("Region"), "help": say("help"), "type": "enum", "group": HOSTILE,
             "options": [{"value": HOSTILE, "title": say("One"), "help": HOSTILE}, {"value": "two"}], "default": HOSTILE},
            {"key": "word", "label": say("Word"), "example": HOSTILE, "help": HOSTILE, "default": HOSTILE},
            {"key": "hidden", "label": say("Hidden"), "help": HOSTILE, "type": "secret", "advanced": True},
        ],
        "http": {"base_url": "{{ var.base_url }}"},
        "auth": {
            "token": {
                "kind": "bearer", "title": say("Token"), "help": LINES,
                "inputs": [{"key": "token", "label": say("Token"), "help": HOSTILE, "type": "secret", "required": True}],
                "test": [
                    {"name": "me", "title": HOSTILE, "request": {"path": "/me"}, "show": "as {{ response.body.name }}"},
                    {"name": "probe", "title": HOSTILE, "operation": "list-things", "level": "optional"},
                    {"name": "fails", "title": HOSTILE, "request": {"path": "/fail"}, "level": "optional"},
                ],
            },
            "other": {"kind": "basic", "title": HOSTILE, "help": HOSTILE},
        },
        "errors": [{"match": {"status": "5xx"}, "message": "{{ response.body.message }}", "remedy": LINES}],
        "operations": {
            "list-things": operation("/things", description=LINES, tags=[HOSTILE], records="items",
                                     input={"type": "object", "properties": fields},
                                     result="{{ response.body.note }}", examples=[{"name": HOSTILE, "summary": HOSTILE}]),
            "fail-thing": operation("/fail"),
            "get-text": operation("/text"),
            "get-utf8": operation("/utf8"),
            "get-binary": operation("/binary"),
            "get-huge": operation("/huge", records="items"),
            "get-broken": operation("/broken", records="items"),
            "get-odd": operation("/odd"),
            "get-escape": operation("/escape"),
            "go-away": operation("/away"),
            "write-thing": {**operation("/things"), "request": {"method": "POST", "path": "/things",
                            "body": {"word": "{{ input.word }}", HOSTILE: HOSTILE}}, "input": {"word": "string"}},
        },
    }  # fmt: skip


@dataclass(frozen=True)
class HostileHome:
    folder: Path
    key_file: Path
    definition: Path
    operations: tuple[str, ...]
    environment: dict[str, str]


@contextmanager
def open_hostile_home(base: Path) -> Iterator[HostileHome]:
    """Make a home whose very path is hostile; its server answers while it is open."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    folder = base / "home \x1b[5mEVIL \u202e[red]"
    folder.mkdir()
    key_file = base / "vault.key"
    definition = base / "hostile\x1b[5m\u202e.yaml"
    # YAML spells a character beyond 16 bits in one piece, JSON in two.
    spelled = json.dumps(hostile_connector()).replace("\\udb40\\udc41", "\\U000e0041")
    definition.write_text(spelled, encoding="utf-8")
    asyncio.run(_fill(folder, key_file, definition, f"http://127.0.0.1:{server.server_address[1]}"))
    operations = _fill_by_hand(folder)
    (folder / "connectors" / "broken\x1b[5m\u202e.yaml").write_text(
        f"handle: '{HOSTILE!a}\n\u202e: [", encoding="utf-8"
    )
    yield HostileHome(
        folder, key_file, definition, operations,
        {
            "CONNECT_TUI_HOME": str(folder),
            "CONNECT_TUI_VAULT_KEY_FILE": str(key_file),
            "SSH_CONNECTION": HOSTILE.replace("\x00", ""),
        },
    )  # fmt: skip
    server.shutdown()
    server.server_close()
    thread.join()


async def _fill(folder: Path, key_file: Path, definition: Path, base_url: str) -> None:
    """Set up and use a connection the way the product does it."""
    engine = open_engine(
        find_home(folder), actor=HOSTILE, unlock=lambda _request: UnlockChoice("key_file", key_file=key_file)
    )
    try:
        engine.catalog.add(definition)
        engine.workspace.authentications.add("hostile", "token", "agent", {}, {"token": "no-secret-at-all"})
        engine.workspace.apps.add("app", "elsewhere", HOSTILE, {"tenant": HOSTILE}, {"client_secret": LINES})
        engine.workspace.create_connection(
            "hostile", "evil", authentication="agent", variables={"base_url": base_url, "word": HOSTILE}
        )
        await engine.test("evil")
        engine.workspace.activate("evil")
        await _use(engine)
    finally:
        await engine.close()


async def _use(engine: Engine) -> None:
    for name in hostile_connector()["operations"]:
        await engine.run("evil", name, {"word": HOSTILE} if name == "write-thing" else {})
    await engine.request("evil", "GET", "/utf8", query=[(HOSTILE, HOSTILE)])
    await engine.request("evil", "GET", "/nothing-here")


def _fill_by_hand(folder: Path) -> tuple[str, ...]:
    """Put into the database what the engine would not: names as they could come from a later or broken version."""
    with open_store(find_home(folder).database) as store:
        project = store.projects.default()
        known = store.connections.get(project.id, "evil")
        names = [f"N{index} {HOSTILE}" for index in range(3)]
        states = ("active", "error", "authorization_required")
        for name, state in zip(names, states, strict=True):
            store.authentications.add(
                Authentication(new_id("aut_"), project.id, name, "hostile", "token", "bearer", HOSTILE,
                               {HOSTILE: HOSTILE}, {}, 1, 1)
            )  # fmt: skip
            store.connections.add(_renamed(known, name, state))
        where = {HOSTILE: f"ref:env:{HOSTILE}"}
        store.apps.add(
            ProviderApp(new_id("app_"), project.id, names[0], HOSTILE, HOSTILE, {HOSTILE: LINES}, where, 1, 1)
        )
        store.certificates.add(
            Certificate(new_id("crt_"), project.id, names[0], HOSTILE, HOSTILE, HOSTILE, where, 1, 2, 1, 1)
        )
        return tuple(_add_operation(store, known, index) for index in range(4))


def _renamed(known: Connection, name: str, state: str) -> Connection:
    return replace(
        known, id=new_id("con_"), name=name, authentication=name, state=state, locked_reason=HOSTILE,  # type: ignore[arg-type]
        variables={"base_url": "http://127.0.0.1:1/" + HOSTILE, HOSTILE: HOSTILE}, time_zone=HOSTILE, date_format=HOSTILE,
        last_test_verdict="failed", last_test_stages=(
            {"stage": "dns", "verdict": "passed", "took_ms": 1, "evidence": HOSTILE, "hint": HOSTILE},
            {"stage": f"probe:{HOSTILE}", "verdict": "failed", "took_ms": 1, "evidence": HOSTILE, "hint": LINES,
             "error_class": HOSTILE},
        ),
    )  # fmt: skip


def _add_operation(store: Store, known: Connection, index: int) -> str:
    failed = bool(index % 2)
    begun = Operation(
        new_id("op_"), known.project_id, "action", HOSTILE, "running", HOSTILE, 1_760_000_000_000_000 + index, HOSTILE,
        connection_id=known.id, connection=HOSTILE, connection_revision=1, connector=HOSTILE, connector_revision=1,
        input={HOSTILE: LINES},
    )  # fmt: skip
    store.log.begin(begun)
    body = Body(LINES.encode() + b"\x9b5mEVIL\xff\x1b[5m", 5000, HOSTILE, truncated=True)
    store.log.add_exchange(
        Exchange(
            begun.id, 1, HOSTILE, f"http://evil/{HOSTILE}", begun.started_us, 1000,
            request_headers=((HOSTILE, HOSTILE),), response_headers=((HOSTILE, HOSTILE),), status=200, reason=HOSTILE,
            http_version=HOSTILE, peer=HOSTILE, error_class=HOSTILE if failed else None,
            error_message=LINES if failed else None, request_body=body, response_body=body,
        )
    )  # fmt: skip
    for level in ("info", "error"):
        store.log.add_line(LogLine(begun.id, begun.started_us, level, LINES, {HOSTILE: HOSTILE}))
    store.log.finish(
        replace(
            begun, state="failed" if failed else "success", ended_us=begun.started_us + 5000, counts=Counts(1, 1, 1),
            result=HOSTILE, error_class=HOSTILE if failed else None, error_message=LINES if failed else None,
            error_remedy=HOSTILE if failed else None, error_retryable=False if failed else None,
            error_rule=HOSTILE if failed else None,
        )
    )  # fmt: skip
    return begun.id
