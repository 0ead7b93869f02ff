"""A secret that is put into every secret field is found nowhere: not in files, outputs, screens, errors, arguments.

Canaries of awkward shapes go in through the commands and the app, and a server says them back in every place and
every spelling. Then everything that was written is searched for them in every form. What a vendor echoes in records is
no exception: known secrets are taken out of results too, on the screen, in pipes and in files. Only a download is kept
as it came, byte for byte, because anything else would break what was downloaded.
"""

import asyncio
import base64
import contextlib
import html
import http.server
import json
import os
import stat
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from core.home import find_home
from storage.reading import open_reading, parse_filter

from .terminal.driver import start_app

pytestmark = [pytest.mark.terminal, pytest.mark.xdist_group("canary")]

QUOTES = "cnry1\"Qu'ote\\Zed<&>{{x}}"
SLASHES = "cnry2/+=&?%41#;slash"
LETTERS = "cnry3-Zürich-Ünï-√-пароль"
BASE64 = "Y25yeTQtYmFzZTY0LWlzaA/+=="
LINES = "cnry5-first-line-abcdef\ncnry5-second-line-ghijkl"
PLAIN = "cnry6plain0123456789"
PASSPHRASE = "cnry7 pass phrase of the vault"
TYPED = "cnry8-typed-into-the-app"
ARGUMENT = "cnry9-given-where-it-must-not-be"
CANARIES = (QUOTES, SLASHES, LETTERS, BASE64, LINES, PLAIN, PASSPHRASE, TYPED, ARGUMENT)


def forms(secret: str) -> dict[bytes, str]:
    """Give every way to write a secret that is looked for, with its name."""
    found: dict[bytes, str] = {}
    for text in {secret, *(line for line in secret.splitlines() if len(line) > 8)}:
        data = text.encode()
        spelled = {
            "as it is": text,
            "quoted for an address": urllib.parse.quote(text, safe=""),
            "quoted, slashes left": urllib.parse.quote(text),
            "quoted for a form": urllib.parse.quote_plus(text),
            "quoted twice": urllib.parse.quote(urllib.parse.quote(text, safe=""), safe=""),
            "as JSON": json.dumps(text)[1:-1],
            "as JSON with its letters": json.dumps(text, ensure_ascii=False)[1:-1],
            "as JSON in JSON": json.dumps(json.dumps(text))[3:-3],
            "as HTML": html.escape(text),
            "as Python": repr(text)[1:-1],
            "as hex": data.hex(),
            "as base64, for addresses": base64.urlsafe_b64encode(data).decode().rstrip("="),
        }
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + data).decode().rstrip("=")
            spelled[f"as base64, shifted by {shift}"] = coded[
                -(-8 * shift // 6) : 8 * (shift + len(data)) // 6
            ]
        found |= {spelling.encode(): name for name, spelling in spelled.items()}
        found[text.encode("utf-16-le")] = "in UTF-16"
    return found


FORMS = {form: (secret, name) for secret in CANARIES for form, name in forms(secret).items()}


def find_canaries(content: bytes, *, but: tuple[str, ...] = ()) -> list[str]:
    """Give which canaries stand in ``content``, in which form and where."""
    return [
        f"{secret[:5]} {name}: …{content[max(0, content.find(form) - 60) : content.find(form) + 20]!r}"
        for form, (secret, name) in FORMS.items()
        if form in content and secret not in but
    ]


def test_the_search_finds_every_form():
    for secret in CANARIES:
        for hidden in (
            secret,
            f"user:{secret}",
            json.dumps({"a": json.dumps({"b": secret})}),
            urllib.parse.urlencode({"k": secret}),
            base64.b64encode(f"user:{secret}".encode()).decode(),
            base64.b64encode(f"u:{secret}".encode()).decode(),
            secret.encode().hex(),
            html.escape(secret),
        ):
            assert find_canaries(f"before {hidden} after".encode()), (secret, hidden)
    assert not find_canaries(b"cnry, and other things that begin alike: cnry1 Y25yeTQ")


# ---- the server that says everything back


class _Echo(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: list[bytes]
    watched: "Watch"
    known: list[str]

    def answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        self.watched.look()
        said = [
            urllib.parse.unquote_plus(self.path), *(str(value) for value in self.headers.values()),
            body.decode("utf-8", "replace"),
        ]  # fmt: skip
        self.seen.append("\n".join([self.path, *said]).encode())
        known = self.known = self._secrets(said, body)
        path = self.path.partition("?")[0]
        if path == "/moved":
            target = "/echo?again=" + urllib.parse.quote("&".join(known), safe="")
            self._reply(302, b"", [("Location", target)])
        elif path == "/fail":
            self._reply(500, json.dumps({"message": f"cannot take {' and '.join(known)}"}).encode())
        elif path == "/denied":
            self._reply(
                401, json.dumps({"message": f"not known: {' '.join(known)}"}, ensure_ascii=False).encode()
            )
        elif path == "/page":
            page = (
                f"<p>{html.escape(' '.join(known))}</p><a href='/?k={urllib.parse.quote(' '.join(known))}'>"
            )
            self._reply(200, page.encode(), [("Content-Type", "text/html; charset=utf-8")])
        elif path == "/file":
            self._reply(200, "\n".join(known).encode(), [("Content-Type", "application/octet-stream")])
        else:
            self._reply(200, json.dumps(self._spellings(known), ensure_ascii=False).encode())

    do_GET = do_POST = answer  # noqa: N815

    def _secrets(self, said: list[str], body: bytes) -> list[str]:
        """Give what was sent as a credential, the way this server understands it."""
        found = [value for value in CANARIES if any(value in text for text in said)]
        signed = [value[6:] for value in self.headers.values() if value.startswith("Basic ")]
        found += [base64.b64decode(value).decode().partition(":")[2] for value in signed]
        try:
            sent = json.loads(body or b"{}")
        except ValueError:
            sent = {}
        found += [value for value in sent.values() if isinstance(value, str) and value in CANARIES]
        return list(dict.fromkeys(found))

    @staticmethod
    def _spellings(known: list[str]) -> dict[str, Any]:
        items = [
            {
                "id": index, "name": value, "note": f"you sent {value}, did you not",
                "address": f"https://x.example/?k={urllib.parse.quote(value, safe='')}&again={urllib.parse.quote_plus(value)}",
                "coded": base64.b64encode(f"who:{value}".encode()).decode(), "hex": value.encode().hex(),
                "inner": json.dumps({"deep": json.dumps([value])}), "page": html.escape(value), value: "as a name",
                "list": [value, [value, {"deep": value}]],
            }
            for index, value in enumerate(known)
        ]  # fmt: skip
        return {"items": items, "message": " ".join(known)}

    def _reply(self, status: int, body: bytes, headers: list[tuple[str, str]] | None = None) -> None:
        self.send_response_only(status)
        names = {name for name, _ in headers or ()}
        if "Content-Type" not in names:
            self.send_header("Content-Type", "application/json")
        for name, value in headers or ():
            self.send_header(name, value)
        for value in self.known:
            self.send_header("X-Note", f"quoted {urllib.parse.quote(value)}")
        for value in (SLASHES, BASE64, PLAIN):
            if value in self.known:
                self.send_header("X-Echo", value)
                self.send_header("Set-Cookie", f"session={value}; Path=/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Watch:
    """Looks at the arguments and environment of a process and its children while it runs."""

    pid: int = 0
    seen: list[bytes] = field(default_factory=list)

    def look(self) -> None:
        for pid in self._family():
            for name in ("cmdline", "environ"):
                with contextlib.suppress(OSError):
                    self.seen.append(Path(f"/proc/{pid}/{name}").read_bytes())

    def _family(self) -> Iterator[int]:
        if self.pid:
            yield self.pid
            children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
            if children.exists():
                yield from map(int, children.read_text().split())


def canary_connector(base_url: str) -> dict[str, Any]:
    """A connector with a secret in every place that there is."""

    def operation(path: str, **more: Any) -> dict[str, Any]:
        body = {"hidden": "{{ var.hidden }}", "pem": "{{ var.pem }}"}
        return {"request": {"method": "POST", "path": path, "body": body}, "read_only": True, **more}

    def key(place: str, name: str) -> dict[str, Any]:
        return {"kind": "api_key", "apply": [{"in": place, "name": name}], "test": test}

    test = [
        {"name": "echo", "operation": "echo", "show": "hello {{ response.body.message }}"},
        {"name": "fails", "operation": "fail", "level": "optional"},
    ]
    return {
        "schema": "connect/1", "revision": 1, "handle": "canary", "name": "Canary",
        "inputs": [
            {"key": "base_url", "type": "url", "default": base_url},
            {"key": "hidden", "type": "secret"},
            {"key": "pem", "type": "secret"},
        ],
        "http": {"base_url": "{{ var.base_url }}", "redirects": "any"},
        "auth": {
            "bearer": {"kind": "bearer", "test": test}, "basic": {"kind": "basic", "test": test},
            "header": key("header", "X-Key"), "query": key("query", "k"), "cookie": key("cookie", "sid"),
            "body": key("body", "api_key"),
        },
        "errors": [{"match": {"status": "5xx"}, "message": "{{ response.body.message }}",
                    "remedy": "do not send {{ response.body.message }}"}],
        "operations": {
            "echo": operation("/echo", records="items", result="{{ response.body.message }}"),
            "fail": operation("/fail"), "denied": operation("/denied"), "moved": operation("/moved", records="items"),
            "page": operation("/page"), "file": operation("/file", response={"type": "binary"}),
        },
    }  # fmt: skip


# ---- the whole story, once


@dataclass
class Story:
    """Everything that was done and said."""

    folder: Path
    base_url: str
    environment: dict[str, str]
    outputs: dict[str, bytes]
    watch: Watch
    sent: list[bytes]

    @property
    def home(self) -> Path:
        return self.folder / "home"


RUNNER = """
import contextlib, io, json, sys
from pathlib import Path
from tui.entry import main
given, to = map(Path, sys.argv[1:])
for number, words in enumerate(json.loads(given.read_text())):
    out, err = (open(to / f"{number}.{name}", "w", encoding="utf-8") for name in ("out", "err"))
    with out, err, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    (to / f"{number}.code").write_text(str(code))
"""

IN_ENVIRONMENT = {"CANARY_SLASHES": SLASHES, "CANARY_QUOTES": QUOTES}

# Method, where its secret comes from, the secret. `bearer` gets the one on standard input apart.
METHODS = {
    "bearer": ("token=@{folder}/given/quotes", QUOTES),
    "basic": ("password=cmd:cat {folder}/given/letters", LETTERS),
    "header": ("api_key=ref:env:CANARY_SLASHES", SLASHES),
    "query": ("api_key=ref:file:{folder}/given/slashes", SLASHES),
    "cookie": ("api_key=ref:cmd:sh {folder}/given/tell.sh", BASE64),
    "body": ("api_key=env:CANARY_QUOTES", QUOTES),
}
RUNS = (
    "run {name} echo", "run {name} echo --json", "run {name} fail", "run {name} fail --json", "run {name} denied",
    "run {name} moved", "run {name} moved --json", "run {name} page", "request {name} POST /echo --body {folder}/given/body.json",
    "request {name} POST /echo --body {folder}/given/body.json --json", "connection test {name}", "connection test {name} --json",
    "connection show {name} --json", "auth show {name}-auth --json", "run {name} echo --output {folder}/out/{name}.csv",
    "run {name} echo --output {folder}/out/{name}.json",
)  # fmt: skip
MORE = (
    "run body echo --format csv", "run query echo --format jsonl", "run query echo --dry-run", "run body echo --dry-run --json",
    "run basic echo --output {folder}/out/more.jsonl --json", "request cookie POST /page --body {folder}/given/body.json",
    "auth list", "connection list", "operation list --limit 200", "operation list --limit 200 --json", "vault status", "doctor",
    "connector show canary", "run dead echo", "run dead echo --json", "connection test dead",
    "auth add canary --method bearer --name wrong --secret token={argument}",
    "auth add canary --method bearer --name wrong --secret {argument} --json", "connection test bearer --nonsense",
)  # fmt: skip


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Set up a connection for every method, use them all, and look at all that was kept."""
    folder = tmp_path_factory.mktemp("story")
    watch, sent = Watch(), []
    handler = type("Echo", (_Echo,), {"seen": sent, "watched": watch})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    base_url = f"http://127.0.0.1:{server.server_address[1]}"
    _write_given(folder, base_url)
    story = Story(folder, base_url, _environment(folder), {}, watch, sent)
    _set_up(story)
    _use(story)
    yield story
    server.shutdown()
    server.server_close()
    thread.join()


def _write_given(folder: Path, base_url: str) -> None:
    given = folder / "given"
    given.mkdir()
    (folder / "out").mkdir()
    texts = {"quotes": QUOTES, "slashes": SLASHES, "letters": LETTERS, "base64": BASE64, "lines": LINES, "plain": PLAIN,
             "passphrase": PASSPHRASE + "\n", "wrong": "another passphrase", "body.json": '{"a": 1}',
             "canary.yaml": json.dumps(canary_connector(base_url))}  # fmt: skip
    for name, text in texts.items():
        (given / name).write_text(text, encoding="utf-8")
    # What the product starts for a reference tells what it was given, and then the secret.
    (given / "tell.sh").write_text(
        f"cat /proc/self/environ /proc/$$/cmdline /proc/$PPID/cmdline >> {folder}/told\ncat {given}/base64\n"
    )


def _environment(folder: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CONNECT_TUI_", "PYTEST")) and name not in ("LINES", "COLUMNS")
    }
    return {
        **kept,
        "CONNECT_TUI_HOME": str(folder / "home"),
        **IN_ENVIRONMENT,
    }


def _run_batch(story: Story, name: str, lines: list[list[str]], **more: str) -> list[int]:
    """Run commands one after the other in one process; keep what each said; give the exit codes."""
    to = story.folder / name
    to.mkdir()
    (story.folder / "runner.py").write_text(RUNNER)
    (to / "lines.json").write_text(json.dumps(lines))
    command = [sys.executable, "-P", str(story.folder / "runner.py"), str(to / "lines.json"), str(to)]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**story.environment, **more},
    ) as child:  # fmt: skip
        story.watch.pid = child.pid
        said, _ = child.communicate(timeout=100)
        story.watch.pid = 0
    assert child.returncode == 0, said.decode()
    for number, words in enumerate(lines):
        shown = " ".join(word for word in words if word != ARGUMENT)
        for stream in ("out", "err"):
            story.outputs[f"{name} {number} {shown} ({stream})"] = (to / f"{number}.{stream}").read_bytes()
    return [int((to / f"{number}.code").read_text()) for number in range(len(lines))]


def _words(story: Story, line: str, **more: str) -> list[str]:
    return [word.format(folder=story.folder, **more) for word in line.split(" ")]


def _set_up(story: Story) -> None:
    variables = [
        "--secret",
        f"hidden=@{story.folder}/given/plain",
        "--secret",
        f"pem=@{story.folder}/given/lines",
    ]
    lines = [["connector", "add", f"{story.folder}/given/canary.yaml"]]
    for method, (source, _) in METHODS.items():
        username = ["--set", "username=someone"] if method == "basic" else []
        secret = source.format(folder=story.folder)
        lines.append(
            [
                "auth",
                "add",
                "canary",
                "--method",
                method,
                "--name",
                f"{method}-auth",
                *username,
                "--secret",
                secret,
            ]
        )
        create = ["connection", "create", "canary", "--name", method, "--auth", f"{method}-auth", *variables]
        lines += [[*create, "--json"]]
    lines.append(["connection", "create", "canary", "--name", "dead", "--auth", "query-auth", *variables,
                  "--set", "base_url=http://127.0.0.1:1", "--no-test"])  # fmt: skip
    # A passphrase makes the vault; each later command would spend its time on it, so that a key file opens it too.
    key_file = str(story.folder / "vault.key")
    lines.insert(2, ["vault", "add-key", "--way", "key_file", "--key-file", key_file])
    codes = _run_batch(
        story, "set-up", lines, CONNECT_TUI_VAULT_PASSPHRASE_FILE=str(story.folder / "given" / "passphrase")
    )
    story.environment["CONNECT_TUI_VAULT_KEY_FILE"] = key_file
    assert codes == [0] * len(lines), dict(zip(map(str, lines), codes, strict=True))
    piped = subprocess.run(
        [sys.executable, "-P", "-m", "tui", "auth", "add", "canary", "--method", "bearer", "--name", "piped", "--secret", "token=-"],
        input=PLAIN.encode(), capture_output=True, env=story.environment, timeout=60, check=True,
    )  # fmt: skip
    story.outputs["auth add, piped"] = piped.stdout + piped.stderr


def _use(story: Story) -> None:
    _run_batch(story, "use", [_words(story, line, name=method) for method in METHODS for line in RUNS])
    _run_batch(story, "more", [_words(story, line, argument=ARGUMENT) for line in MORE])
    with open_reading(find_home(story.home).database) as reading:
        rows = reading.operations_block(parse_filter(""), limit=400)
    assert len(rows) > 50
    # One of each kind is enough: what is kept is looked at whole elsewhere.
    ids = {(row.name, row.connection): row.id for row in rows}.values()
    show = [["operation", "show", one, "--exchanges", "--bodies"] for one in ids]
    _run_batch(story, "show", [*show, *([*line, "--json"] for line in show)])
    wrong = _run_batch(
        story, "wrong", [["run", "bearer", "echo"], ["run", "bearer", "echo", "--json"]],
        CONNECT_TUI_VAULT_KEY_FILE="", CONNECT_TUI_VAULT_PASSPHRASE_FILE=str(story.folder / "given" / "wrong"),
    )  # fmt: skip
    assert 0 not in wrong


# ---- where it must not be


def test_every_canary_really_went_to_the_server(story: Story):
    sent = b"\n".join(story.sent)
    for secret in (QUOTES, SLASHES, BASE64, PLAIN):
        assert secret.encode() in sent, secret
    assert base64.b64encode(f"someone:{LETTERS}".encode()) in sent
    assert json.dumps(LINES)[1:-1].encode() in sent


def test_no_file_under_home_holds_one(story: Story):
    files = [path for path in story.home.rglob("*") if path.is_file()]
    assert {"connect.db", "vault.json"} <= {path.name for path in files}
    found = {str(path.relative_to(story.home)): find_canaries(path.read_bytes()) for path in files}
    assert not {name: said for name, said in found.items() if said}


def test_nothing_that_the_database_keeps_holds_one_once_it_is_unpacked(story: Story):
    with open_reading(find_home(story.home).database) as reading:
        rows = reading.operations_block(parse_filter(""), limit=400)
        for row in rows:
            whole = (
                reading.operation(row.id),
                reading.exchanges(row.id, bodies=True),
                reading.log_lines(row.id),
            )
            bodies = b"".join(
                body.content
                for one in whole[1]
                for body in (one.request_body, one.response_body)
                if body is not None
            )
            found = find_canaries(repr(whole).encode() + bodies + _texts(whole))
            assert not found, (row.name, row.connection, found[:3])
        kept = [*reading.connections(), *reading.authentications(), *reading.connectors()]
        assert not find_canaries(repr(kept).encode() + _texts(kept))


def _texts(value: object) -> bytes:
    """Give every text in nested records, as it is."""
    found: list[str] = []

    def walk(one: object) -> None:
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict):
            walk(list(one.items()))
        elif isinstance(one, list | tuple | frozenset):
            for inner in one:
                walk(inner)
        elif hasattr(one, "__slots__"):
            for name in one.__slots__:
                walk(getattr(one, name))

    walk(value)
    return "\n".join(found).encode("utf-8", "surrogatepass")


def test_no_command_says_one(story: Story):
    found = {name: find_canaries(said)[:2] for name, said in story.outputs.items()}
    found = {name: said for name, said in found.items() if said}
    assert not found, f"{len(found)} outputs, such as " + "\n".join(
        f"{name}: {said}" for name, said in list(found.items())[:6]
    )


def test_no_file_that_a_run_wrote_holds_one(story: Story):
    files = sorted((story.folder / "out").iterdir())
    assert len(files) == 2 * len(METHODS) + 1
    found = {path.name: find_canaries(path.read_bytes())[:2] for path in files}
    assert not {name: said for name, said in found.items() if said}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_no_process_has_one_among_its_arguments_or_in_its_environment(story: Story):
    assert len(story.watch.seen) > 50
    told = (story.folder / "told").read_bytes()
    # Two of them were put into the environment by the person who called.
    by_person = {name.encode() + b"=" + value.encode() for name, value in IN_ENVIRONMENT.items()}
    for content in {*story.watch.seen, told}:
        for given in by_person:
            content = content.replace(given, b"")  # noqa: PLW2901
        # The words of a wrong command are the person's own.
        assert not find_canaries(content)


def test_a_download_is_the_vendors_bytes_and_only_in_its_file(story: Story, tmp_path: Path):
    target = tmp_path / "file.bin"
    _run_batch(story, "download", [["run", "bearer", "file", "--output", str(target)]])
    assert QUOTES.encode() in target.read_bytes()
    test_nothing_that_the_database_keeps_holds_one_once_it_is_unpacked(story)
    assert not [
        name for name, said in story.outputs.items() if name.startswith("download") and find_canaries(said)
    ]


# ---- the app


def test_no_screen_writes_one(story: Story):
    app = start_app(story.environment, columns=100, rows=40)
    try:
        app.wait("▸ Connections", "bearer", "cookie")
        for name in METHODS:
            for operation in ("echo", "fail", "page"):
                app.send(":")
                app.wait_quiet(0.2)
                app.send(f"run {name} {operation}")
                app.wait(f"run {name} {operation}")
                app.send("\r")
                app.wait(f"▸ {name} ▸ {operation}")
                app.send("\x1b[15~")
                app.wait("✓ done" if operation != "fail" else "vendor")
                for key in ("\t", "\t", "\r"):
                    app.send(key)
                    app.wait_quiet(0.15)
                app.send("1")
                app.wait("▸ Connections")
        app.send("t")
        app.wait_quiet(0.5)
        app.send("6")
        app.wait("▸ Operations", "echo")
        app.send("\r")
        app.wait("response", "HTTP/1.1")
        for key in ("\x1b[D", "\x1b[C", "\x1b[C", "\x1b[C"):
            app.send(key)
            app.wait_quiet(0.15)
    finally:
        app.stop()
    assert not find_canaries(app.written)
    test_no_file_under_home_holds_one(story)


def test_a_secret_typed_into_the_app_is_dots(story: Story):
    app = start_app(story.environment, columns=100, rows=40)
    try:
        app.wait("▸ Connections", "bearer")
        app.send("n")
        app.wait("▸ Connector", "find", "airtable")
        app.wait_quiet(0.3)
        app.send("canary")
        app.wait("find  canary")
        app.send("\r")
        app.wait("▶ authentication", "bearer-auth")
        for _ in range(8):
            if "Token" in app.screen():
                break
            app.send("\x1b[B")
            app.wait_quiet(0.2)
        app.wait("Token")
        app.send("\t")
        app.wait_quiet(0.2)
        app.send(TYPED)
        app.wait("•" * len(TYPED))
        app.send("\r")
        app.wait("▶ inputs")
        app.send("\r")
        app.wait("▶ test", "Works", limit_s=25)
    finally:
        app.stop()
    assert TYPED.encode() in b"".join(story.sent)
    assert not find_canaries(app.written)
    test_no_file_under_home_holds_one(story)


async def test_no_picture_of_a_screen_holds_one(story: Story, monkeypatch: pytest.MonkeyPatch):
    from tui.app import ConnectApp

    for name, value in story.environment.items():
        monkeypatch.setenv(name, value)
    app = ConnectApp(find_home(story.home))
    pictures = []
    async with app.run_test(size=(160, 50)) as pilot:
        await _wait_shown(pilot, "cookie")
        for name in METHODS:
            await pilot.press("colon", *f"run {name} echo", "enter")
            await _wait_shown(pilot, f"▸ {name} ▸ echo")
            await pilot.press("f5")
            await _wait_shown(pilot, "✓ done")
            pictures.append(app.export_screenshot())
            await pilot.press("1")
            await _wait_shown(pilot, "▸ Connections")
        await pilot.press("6")
        await _wait_shown(pilot, "following")
        await pilot.press("enter")
        await _wait_shown(pilot, "HTTP/1.1")
        pictures.append(app.export_screenshot())
    assert all("echo" in picture for picture in pictures)
    for picture in pictures:
        text = html.unescape(picture.replace("&#160;", " "))
        assert not find_canaries(picture.encode() + text.encode())


async def _wait_shown(pilot: Any, text: str) -> None:
    """Wait until a text is on the screen."""
    async with asyncio.timeout(20):
        while text not in "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips()):
            await pilot.pause(0.02)
