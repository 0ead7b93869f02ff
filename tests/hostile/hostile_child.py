"""Take one part of the corpus through the command or the screen, in a process whose memory is watched.

``python hostile_child.py command|screen PART URL`` prints one line of JSON for each answer.
"""

import asyncio
import contextlib
import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from hostile_corpus import CORPUS, Hostile

CONNECTOR = """
schema: connect/1
revision: 1
handle: {handle}
name: Hostile
summary: A vendor that means harm.
type: api
author: {{company: Tests}}
inputs: [{{key: base_url, type: url, required: true}}]
http:
  base_url: '{{{{ var.base_url }}}}'
  redirects: {redirects}
  timeout: {{connect: 3, read: 1.5, total: 3}}
auth: {{open: {{kind: none, test: [{{name: it, request: {{path: /}}}}]}}}}
operations:
  fetch:
    input: {{number: string!}}
    request: {{path: '/{{{{ input.number }}}}'}}
  conditional:
    input: {{number: string!}}
    request: {{path: '/{{{{ input.number }}}}', headers: {{If-None-Match: '"a"'}}}}
"""
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def forget_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_mb() -> float:
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def chosen(part: str) -> Iterator[tuple[int, Hostile]]:
    return ((number, one) for number, one in enumerate(CORPUS) if one.part == part)


def make_home(url: str) -> Path:
    """Make a home with a connection that follows redirects on its host, and one that follows any."""
    from core import find_home, open_engine

    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    engine = open_engine(find_home(folder / "home"))
    for name, redirects in (("it", "same-host"), ("any", "any")):
        path = folder / f"{name}.yaml"
        path.write_text(CONNECTOR.format(handle=f"hostile-{name}", redirects=redirects))
        engine.catalog.add(path)
        engine.workspace.create_connection(
            f"hostile-{name}", name, method="open", variables={"base_url": url}
        )
        engine.workspace.activate(name)
    engine.close_store()
    return folder / "home"


def where(one: Hostile) -> tuple[str, str]:
    """Give the connection and the operation of an answer."""
    return (
        "any" if one.operation == "any" else "it",
        "conditional" if one.operation == "conditional" else "fetch",
    )


def found(wanted: str, text: str) -> bool:
    """Tell whether a word stands in a text, or in a JSON string there."""
    return (
        wanted in text
        or json.dumps(wanted)[1:-1] in text
        or json.dumps(wanted, ensure_ascii=False)[1:-1] in text
    )


def through_command(home: Path, number: int, one: Hostile) -> dict[str, Any]:
    from tui.entry import main

    connection, operation = where(one)
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    err = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(
            ["run", connection, operation, "--set", f"number={number}", "--json", "--home", str(home)]
        )
    raw = out.buffer.getvalue()
    text = raw.decode()
    document = (
        json.loads(text, parse_int=str) if len(text) < 100_000 else {"result": text[-500:], "error": None}
    )
    said, result = document["error"], document["result"]
    return {
        "code": code, "error": (said or {}).get("class", ""), "retryable": (said or {}).get("retryable"),
        "says": f"{(said or {}).get('message', result)} | {(said or {}).get('remedy', '')}",
        "missing": [word for word in one.shows if not found(word, text)],
        "controls": CONTROLS.findall(text + err.getvalue())[:5], "traceback": "Traceback" in err.getvalue(),
    }  # fmt: skip


async def through_screens(home: Path, part: str) -> None:
    from textual.app import App

    from core import find_home, open_engine
    from storage.reading import open_reading
    from tui.screens.run.result_pane import ResultPane
    from tui.theme import DARK

    class OnePane(App[None]):
        def on_mount(self) -> None:
            self.register_theme(DARK)
            self.theme = DARK.name

        def compose(self):
            yield ResultPane()

    place = find_home(home)
    engine, reading, app = open_engine(place), open_reading(place.database), OnePane()
    async with app.run_test(size=(100, 30)) as pilot:
        pane = app.query_one(ResultPane)
        for number, one in chosen(part):
            forget_peak()
            told = await through_screen(engine, reading, pilot, pane, number, one)
            pane.clear()
            pane.body.show_body(b"")
            print(json.dumps({"name": one.name, "peak_mb": round(peak_mb()), **told}), flush=True)
    reading.close()
    await engine.close()


async def through_screen(engine, reading, pilot, pane, number: int, one: Hostile) -> dict[str, Any]:
    """Show one answer in every view of the result, with every key of the body."""
    connection, operation = where(one)
    outcome = await engine.run(connection, operation, {"number": str(number)})
    if outcome.error is None:
        pane.show_result(outcome.records, outcome.value)
    else:
        pane.show_failure(outcome.error, outcome.operation)
    await asyncio.sleep(0.15)
    exchanges = reading.exchanges(outcome.operation, bodies=True)
    pane.take_exchange(exchanges[-1] if exchanges else None)
    drawn: list[str] = []
    missing = set(one.shows)
    for view in pane.views():
        pane.show_view(view)
        await pilot.pause()
        drawn += shown(pane)
        missing -= {word for word in missing if any(found(word, line) for line in drawn)}
        if view != "error" and pane.body.display:
            missing -= {word for word in missing if holds(pane.body.document, word)}
            for key in KEYS:
                pane.body.action_do(key)
                drawn += shown(pane)
    text = "\n".join(drawn)
    failure = outcome.error
    return {
        "error": failure.error_class if failure else "", "retryable": failure.retryable if failure else None,
        "says": f"{failure.message} | {failure.remedy}" if failure else outcome.result,
        "missing": sorted(missing), "controls": CONTROLS.findall(text)[:5], "traceback": False,
    }  # fmt: skip


KEYS = (
    "last", "page_up", "first", "down", "wrap", "last", "wrap", "fold", "fold", "fold_all", "last", "fold_all",
    "hidden", "last", "hex", "last", "raw", "first", "raw",
)  # fmt: skip


def holds(document, word: str) -> bool:
    """Tell whether a document has a word, as it is or as JSON writes it."""
    forms = (word, json.dumps(word)[1:-1], json.dumps(word, ensure_ascii=False)[1:-1])
    return any(document.find(form, -1, 1) is not None for form in dict.fromkeys(forms))


def shown(pane) -> list[str]:
    """Give the rows that are drawn."""
    target = pane.body if pane.body.display else pane.table if pane.table.display else pane.query_one("#said")
    return [target.render_line(y).text for y in range(target.size.height)]


def main() -> None:
    how, part, url = sys.argv[1:]
    home = make_home(url)
    os.environ["CONNECT_TUI_HOME"] = str(home)
    if how == "screen":
        asyncio.run(through_screens(home, part))
        return
    for number, one in chosen(part):
        forget_peak()
        told = through_command(home, number, one)
        print(json.dumps({"name": one.name, "peak_mb": round(peak_mb()), **told}), flush=True)


if __name__ == "__main__":
    main()
