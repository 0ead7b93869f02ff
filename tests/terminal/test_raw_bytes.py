"""Nothing from outside reaches the terminal as anything but text: every byte of every screen is looked at.

A home is filled with hostile names, connectors, answers and history, through the engine and a hostile server where
it lets them in, and straight into the database where it would not. Then the screens are walked on a pty, and what the
app wrote is read with a grammar of all that it may write: any other escape sequence is a finding.
"""

import asyncio
import http.server
import json
import re
import sys
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from core import Engine, UnlockChoice, find_home, open_engine
from storage import Store, open_store
from storage.ids import new_id
from storage.records import Authentication, Body, Connection, Counts, Exchange, LogLine, Operation

pytestmark = pytest.mark.terminal

# First what a narrow column still shows, then one of each kind.
HOSTILE = (
    "E\x1b[5mVIL \x1b]52;c;RVZJTA==\x07 \x1b]0;EVIL\x07 \x1bPEVIL\x1b\\ \x1b]8;;http://evil.example\x1b\\EVIL \x1b[2J\x1bc"
    " \x9b5mEVIL \x9d0;EVIL\x9c \x90EVIL\x9c \u202eEVIL\u2066 \u200f\u061c\u200b\u2060\ufeff\u00ad\U000e0041"
    " \x00\x07\x08\x7f\x0b\x0c\x85 [/red] [bold]EVIL[/bold] [link=http://evil.example]EVIL[/link] [@click=app.quit]EVIL[/]"
    " [/] [$error] \\[ [[ ]]"
)
LINES = f"{HOSTILE}\r\n{HOSTILE}\u2028\u2029\tEVIL"
PICTURE = "␛"

_SEQUENCE = re.compile(
    rb"\x1b\[([0-?]*)([ -/]*)([@-~])"  # CSI
    rb"|\x1b\]([^\x07\x1b]*)(?:\x07|\x1b\\)"  # OSC
    rb"|\x1b(.?)"  # anything else
    rb"|([\x00-\x1a\x1c-\x1f\x7f])",
    re.DOTALL,
)
_SWITCHES = re.compile(rb"\?(?:7|25|1000|1003|1004|1006|1015|1049|2004|2026)")
# Asking what the terminal can do, and the keyboard's mode; all of these come from Textual alone.
_CONTROLS = frozenset(
    {(b"?2026", b"$", b"p"), (b"?2048", b"$", b"p"), (b">25", b"", b"u"), (b"<", b"", b"u")}
)
_STYLES = frozenset({0, 1, 2, 3, 4, 7, 9, 21, 22, 23, 24, 27, 29})
_POINTER = re.compile(rb"22;[a-z-]*")
_MARKS = frozenset(range(0x600, 0x606)) | {0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}


def find_foreign(written: bytes) -> list[str]:
    """Give what the app itself would never write: control sequences, control characters, marks that hide or turn."""
    found = [f"sequence {one[0]!r}" for one in _SEQUENCE.finditer(written) if not _is_ours(one)]
    text = _SEQUENCE.sub(b"\n", written).decode("utf-8", "surrogateescape")  # a lone byte becomes half a pair
    for char in sorted(set(text) - {"\n"}):
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and ord(char) not in _MARKS:
            at = text.index(char)
            found.append(f"U+{ord(char):04X} in {text[max(0, at - 30) : at + 30]!r}")
    return found


def _is_ours(one: re.Match[bytes]) -> bool:
    parameters, between, final, osc, other, control = one.groups()
    if final is None:
        is_pointer = osc is not None and _POINTER.fullmatch(osc) is not None
        return is_pointer or (other is None and control in {b"\r", b"\n"})
    if final == b"m":
        return not between and _is_style(parameters)
    if final == b"H":
        return re.fullmatch(rb"[0-9]+;[0-9]+", parameters) is not None
    if final in b"hl":
        return _SWITCHES.fullmatch(parameters) is not None
    return (parameters, between, final) in _CONTROLS


def _is_style(parameters: bytes) -> bool:
    """Our styles are plain attributes and true colours; a hostile one blinks or takes one of the old colours."""
    try:
        left = [int(one or b"0") for one in parameters.split(b";")]
    except ValueError:
        return False
    while left:
        first = left.pop(0)
        if first in {38, 48} and left[:1] == [2]:
            del left[:4]
        elif first not in _STYLES:
            return False
    return True


def test_the_grammar_itself_finds_each_of_them():
    for one in (b"\x1b[5m", b"\x1b[31m", b"\x1b]52;c;QQ==\x07", b"\x1bPx\x1b\\", b"\x1bc", b"\x1b[2J", b"\x07", b"\x00",
                b"\x9b5m", "\x9b5m".encode(), "\u202e".encode(), "\u200b".encode(), "\ufeff".encode(), b"\t", b"\x08",
                b"\x1b]8;;http://x\x1b\\", b"\x1b]0;x\x07", "\U000e0041".encode(), "\u2028".encode()):  # fmt: skip
        assert find_foreign(b"text " + one + b" text"), one
    assert not find_foreign(
        "plain ␛[5m ─ é\r\n\x1b[1;38;2;1;2;3;48;2;4;5;6mx\x1b[0m\x1b[3;4H\x1b[?25l".encode()
    )


# ---- the hostile side


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


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileHome]:
    """A home whose very path is hostile, filled by the engine and by hand; its server answers while it lives."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    base = tmp_path_factory.mktemp("hostile")
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


# ---- the app


_KEY = re.compile(r"\x1b\[[0-9;]*[A-Za-z~]|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+", re.DOTALL)


class Walk:
    """Goes through screens and looks at every byte after each step."""

    def __init__(self, app: object) -> None:
        self.app = app
        self._checked = 0

    def see(self, keys: str, *texts: str, gone: tuple[str, ...] = ()) -> str:
        """Press keys, wait for texts, and check all that was written meanwhile."""
        *before, last = _KEY.findall(keys) or [""]
        for key in before:
            self.app.send(key)
            self.app.wait_quiet(0.15)
        self.app.send(last)
        self.app.wait(*texts, gone=gone)
        shown = self.app.wait_quiet(0.2)
        self.check()
        return shown

    def paste(self, *texts: str, shown: bool = True) -> None:
        """Paste a hostile text into what has the focus and look at how it is shown, where it takes one."""
        begin = len(self.app.written)
        self.app.paste(PASTED)
        self.app.wait(*texts)
        self.app.wait_quiet(0.3)
        self.check()
        drawn = self.app.written[begin:].decode()
        assert not shown or any(one in drawn for one in TYPED), (
            f"what was pasted is not shown\n{self.app.screen()}"
        )

    def paste_escapes(self) -> None:
        """Paste a text with escape sequences; whatever comes of it, nothing of it reaches the terminal."""
        self.app.paste(HOSTILE)
        self.app.wait_quiet(0.3)
        self.check()

    def check(self) -> None:
        """Check every byte since the last time; a sequence is never cut, for the app has gone quiet."""
        written = self.app.written[self._checked :]
        self._checked += len(written)
        found = find_foreign(written)
        assert not found, f"{found[:5]}\n{self.app.screen()}"


@pytest.fixture
def walk(on_pty, hostile: HostileHome):
    """Start the app on the hostile home, wait for its list."""

    def start(columns: int = 80, rows: int = 24) -> Walk:
        app = on_pty(columns=columns, rows=rows, **hostile.environment)
        walk = Walk(app)
        walk.see("", "▸ Connections", "evil", "4 connections")
        return walk

    return start


ESC = "\x1b"
# Textual takes an escape inside a paste for a key of its own, so that no field ever sees one.
# A paste into one line ends with its first line.
PASTED = re.sub("[\x00\x0b\x0c\x1b\x85]", "", HOSTILE) + " \x9b\u202e\x07."
TYPED = ("␇", "�", "⟨U+", "\\u0")


SIZES = pytest.mark.parametrize(("columns", "rows"), [(80, 24), (200, 50)])


@SIZES
def test_connections_and_their_details(walk, columns, rows):
    walk = walk(columns, rows)
    for _ in range(3):
        assert PICTURE in walk.see("j", "4 connections")
    assert PICTURE in walk.see("D", "── ▲ N")
    walk.see("y", "copy")
    walk.see(ESC, "nothing was copied")
    walk.see("gt", "connection test")
    walk.see("", "evil: ", gone=("connection test",))


def test_help_and_the_palette(walk):
    walk = walk()
    walk.see("j?", "type to narrow")
    walk.see("\x1b[6~\x1b[6~", "type to narrow")
    walk.paste("nothing of that kind")
    walk.see(ESC, "4 connections")
    walk.see("\x10", "type to narrow", PICTURE)
    walk.paste("nothing of that kind")


def test_the_command_line_the_filter_and_the_status_line(walk):
    walk = walk()
    walk.see(":", ":")
    walk.paste()
    walk.see("\r", "▲")
    walk.see(ESC)
    walk.see("/", "/")
    walk.paste()
    walk.see("\r", "nothing here fits")
    walk.see(ESC, "4 connections")
    walk.see("/", "/")
    walk.paste_escapes()
    walk.see(ESC)
    walk.see(ESC)
    walk.see(":", ":")
    walk.see("conn N", "N")
    walk.see("\t", PICTURE)


def test_the_screen_as_plain_text(walk):
    walk = walk()
    begin = len(walk.app.written)
    walk.app.send("j\x0c")
    walk.app.wait("(enter goes back)")
    written = walk.app.written[begin:]
    assert PICTURE.encode() in written
    # Before and after the text the terminal itself is left and taken, which clears it.
    text = written[written.rindex(b"\x1b[?1049l") :].partition(b"(enter goes back)")[0]
    switched = re.sub(rb"\x1b\[\?[0-9]+[hl]|\x1b\[<u", b"", text)
    assert not find_foreign(switched)
    walk.app.send("\r")
    walk.app.wait("4 connections", gone=("(enter goes back)",))


@pytest.mark.parametrize(("key", "title"), [("L", "Lock evil"), ("D", "Delete evil")])
def test_a_dialog_that_asks_for_a_text(walk, key, title):
    walk = walk()
    walk.see(f"g{key}", title)
    walk.paste()
    if key == "D":
        walk.see("\r", "exactly")
    walk.see(ESC, "4 connections", gone=(title,))


@SIZES
def test_the_catalog_and_a_connector(walk, columns, rows):
    walk = walk(columns, rows)
    walk.see("2", "▸ Catalog", "hostile", "cannot be used")
    walk.see("/", "/")
    walk.see("handle:hostile", PICTURE)
    walk.see("\r", "1 of", PICTURE)
    walk.see("\r", "overview", PICTURE)
    for _ in range(4):
        walk.see("\x1b[6~", PICTURE)
    for _ in range(5):
        walk.see("\x1b[C", PICTURE)
    walk.see("/", "/")
    walk.paste()
    walk.see(ESC)
    walk.see(ESC, "▸ Catalog")
    walk.see("/", "/")
    walk.paste()


def test_new_connection_from_page_to_page(walk):
    walk = walk()
    walk.see("n", "▸ Connector", "airtable")
    walk.paste()
    walk.see("\x15hostile", PICTURE, gone=("airtable",))
    walk.see("\r", "▶ authentication", "Token", PICTURE)
    for _ in range(5):
        walk.see("\x1b[B", PICTURE)
    walk.see("\t", PICTURE)
    walk.paste()
    walk.see("\r", PICTURE)


def test_the_inputs_page_with_choices_and_unfolded_fields(walk):
    walk = walk()
    walk.see("ga", "▶ authentication", PICTURE)
    walk.see("\r", "▶ inputs", PICTURE)
    for _ in range(7):
        walk.see("\t", PICTURE)
        walk.paste(shown=False)
    for _ in range(3):
        walk.see("\x1b[Z\x1b[Z", PICTURE)
        walk.see("\r", PICTURE)


def test_the_test_page(walk):
    walk = walk()
    walk.see("ga", "▶ authentication", PICTURE)
    walk.see("\r", "▶ inputs", PICTURE)
    # The stage that warns takes the room of the one before, which is shown again when the cursor is on it.
    walk.see("\r", "▲ fails", "Saving is safe", PICTURE)
    walk.see("k", "✓ probe")
    for _ in range(9):
        walk.see("j", PICTURE)
    walk.see("l", "▸ Operations", PICTURE)


def test_the_choice_of_an_operation_and_its_form(walk):
    walk = walk()
    walk.see(":", ":")
    walk.see("run evil\r", "▸ evil", "what do you want", PICTURE)
    walk.paste()
    walk.see("\x15list-t", PICTURE, gone=("fail-thing",))
    walk.see("\r", "▸ list-things", "field", PICTURE)
    for _ in range(3):
        walk.paste(shown=False)
        walk.see("\t", PICTURE)
    walk.see("\x14", "{")
    walk.paste()
    walk.paste_escapes()


RUNS = {
    "list-things": "✓ done",
    "fail-thing": "✗",
    "get-text": "✓ done",
    "get-utf8": "✓ done",
    "get-binary": "✓ done",
    "get-huge": "✓ done",
    "get-broken": "✗",
    "get-odd": "done",
    "get-escape": "✓ done",
    "go-away": "✗",
}


@pytest.mark.parametrize("part", [0, 1])
def test_what_a_run_brings_in_every_view(walk, part):
    walk = walk()
    for name, ends in list(RUNS.items())[part::2]:
        walk.see(":", ":")
        walk.see(f"run evil {name}\r", f"▸ {name}")
        walk.see("\x1b[15~", ends)
        for _ in range(3):
            walk.see("\t")
        for key in ("\r", "W", "p"):
            walk.see(key)
        walk.see("1", "4 connections")


def test_sending_what_writes_asks_and_shows_it(walk):
    walk = walk()
    walk.see(":", ":")
    walk.see("run evil write-thing\r", "▸ write-thing", "word")
    walk.paste()
    walk.see("\x1b[15~", "y yes", PICTURE)
    walk.see("y", "✓ done")


@SIZES
def test_operations_and_all_that_is_below_them(walk, columns, rows):
    walk = walk(columns, rows)
    walk.see("6", "▸ Operations", "▶ following", PICTURE)
    for _ in range(14):
        walk.see("k", "‖ paused")
    walk.see("G", "▶ following")
    walk.see("/", "/")
    walk.paste()
    walk.see(ESC, "▸ Operations")
    walk.see(":", ":")
    walk.see("ops -conn:evil\r", "/ -conn:evil", PICTURE)
    walk.see("\r", "request", "response", PICTURE)
    for _ in range(4):
        walk.see("\x1b[C")
        for keys in ("W", "p", "x", "x", "h", "h", "G", "g"):
            walk.see(keys)
    walk.see("/", "/")
    walk.paste()


@pytest.mark.parametrize("name", ["list-things", "get-text", "get-huge", "get-binary", "get-broken"])
def test_a_body_in_every_view(walk, name):
    walk = walk()
    walk.see(":", ":")
    walk.see(f"ops op:{name} conn:evil\r", "▸ Operations", name)
    walk.see("\r", "200 HTTP/1.1")
    for keys in ("W", "p", "x", "x", "h", "h", "G", "g", "/", "E", "\r", "n", "N"):
        walk.see(keys)


def test_the_doctor_and_a_hostile_keymap(walk, hostile: HostileHome):
    keymap = hostile.folder / "config" / "keymap.toml"
    keymap.write_text(f"[keys]\n{json.dumps(HOSTILE)} = 'x'\n", encoding="utf-8")
    try:
        walk = walk()
        walk.see("", "── ▲", PICTURE)
        assert PICTURE in walk.see("0", "▸ Doctor", PICTURE)
        walk.see("G")
        walk.see("/E\r")
    finally:
        keymap.unlink()


# ---- plain commands

COMMANDS = (
    "connector list", "connector show hostile", "connector validate {definition}", "connector validate {broken}",
    "auth list", "auth show agent", "connection list", "connection show evil", "connection test evil",
    "run evil list-things", "run evil list-things --format csv", "run evil list-things --format jsonl",
    "run evil list-things --format json", "run evil list-things --dry-run", "run evil fail-thing", "run evil get-text", "run evil get-utf8",
    "run evil get-binary", "run evil get-huge", "run evil get-broken", "run evil get-odd", "run evil get-escape", "run evil go-away",
    "request evil GET /utf8", "request evil GET /text", "request evil GET /me", "request evil GET /binary",
    "operation list", "operation show {operation} --exchanges --bodies", "operation show {failed} --exchanges --bodies", "doctor",
    "connection show {hostile}", "run evil {hostile}", "run evil list-things --set {hostile}=1", "{hostile}",
    "operation list --filter {hostile}", "connector show {hostile}", "project show {hostile}", "operation show {hostile}",
    "vault status", "project list",
)  # fmt: skip


# Runs many commands in one process, each after a line of its own, for a process each would take a minute.
RUNNER = """
import json, sys
from pathlib import Path
from tui.entry import main
for number, words in enumerate(json.loads(Path(sys.argv[1]).read_text())):
    print(f"<<<{number}>>>", flush=True)
    print(f"<<<exit {main(words)}>>>", flush=True)
"""


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
def test_commands_on_a_terminal_write_text_only(on_pty, hostile: HostileHome, tmp_path: Path, as_json: bool):
    named = {
        "{definition}": str(hostile.definition),
        "{broken}": str(hostile.folder / "connectors" / "broken\x1b[5m\u202e.yaml"),
        "{hostile}": HOSTILE.replace("\x00", ""),
        "{operation}": hostile.operations[0],
        "{failed}": hostile.operations[1],
    }
    more = ["--json"] if as_json else []
    lines = [[*(_filled(word, named) for word in line.split()), *more] for line in COMMANDS]
    script, given = tmp_path / "runner.py", tmp_path / "lines.json"
    script.write_text(RUNNER)
    given.write_text(json.dumps(lines))
    ran = on_pty(program=(sys.executable, "-P", str(script), str(given)), columns=100, **hostile.environment)
    assert ran.wait_end(90) == 0, ran.screen()
    outputs = re.split(rb"<<<[0-9]+>>>", ran.written)[1:]
    assert len(outputs) == len(COMMANDS)
    problems = {}
    for line, output in zip(COMMANDS, outputs, strict=True):
        found = find_foreign(_without_colours(output))
        found += ["a traceback"] if b"Traceback" in output else []
        found += ["nothing"] if len(output) < 30 else []
        if found:
            problems[line] = found[:3]
    assert not problems, "\n".join(f"{line}: {found}" for line, found in problems.items())
    pictures = sum(PICTURE.encode() in output or b"\\u001b" in output for output in outputs)
    assert pictures > len(COMMANDS) // 2, "hostile text was lost instead of shown"


def _filled(word: str, named: dict[str, str]) -> str:
    for name, value in named.items():
        word = word.replace(name, value)
    return word


def _without_colours(written: bytes) -> bytes:
    """Commands paint known states in the old colours; tabs in texts of several lines stay."""
    return re.sub(rb"\x1b\[(?:2|3[0-7])m|\t", b"", written)
