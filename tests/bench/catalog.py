"""What the catalog costs at 10,000 connectors of 50 operations: search as you type, looking again, one change.

``python -m tests.bench.catalog`` measures all of it and takes minutes, because every file is read once;
``--connectors N`` makes fewer, ``--folder PATH`` keeps the files for the next time.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from core import find_home, open_engine
from storage.reading import CatalogReading, CatalogRows, connector_fields, open_catalog_reading, parse_filter

from .terminal import open_terminal

CONNECTORS = 10_000
OPERATIONS = 50
RUNS = 5


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_VERBS = _words(
    "list get create update delete search export import archive restore assign close open send cancel approve "
    "merge count sync upload"
)
_NOUNS = _words(
    "ticket order invoice customer contact product message channel user group project issue comment file folder "
    "event webhook payment refund shipment label queue topic index document metric alert dashboard team role "
    "licence device sensor job pipeline build release branch commit campaign lead deal account note task report "
    "survey"
)
_STATES = _words("new old open closed archived recent changed pending failed paid late shared public private")
_FIRST = _words(
    "acme north blue star river cloud bright quick deep green iron silver lumen vertex orbit nova"
)
_LAST = _words("desk flow base works hub soft grid line forge box stack point mail pay ship track data cast")
_TYPES = ("api", "table", "file-store", "messaging", "device", "other")
_KINDS = ("bearer", "basic", "api_key")
_METHODS = {"create": "POST", "update": "PATCH", "delete": "DELETE", "send": "POST", "import": "POST"}
_TYPED = (
    "tickets", "list archived", "cloud", "acmedesk", "invoice export", "northhub create webhook", "newest",
    "type:api refund", "can:delete category:ticket", "-auth:basic star", "zzz", "o", "pixel", "lumengrid 77",
)  # fmt: skip


def make_catalog(
    folder: Path, connectors: int = CONNECTORS, operations: int = OPERATIONS, seed: int = 7
) -> None:
    """Write a folder of connector files, the same ones for the same numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    for number in range(connectors):
        text = connector_text(chance, number, operations)
        (folder / f"vendor-{number}.yaml").write_text(text, encoding="utf-8")


def connector_text(chance: random.Random, number: int, operations: int) -> str:
    """Give one connector file."""
    brand = chance.choice(_FIRST) + chance.choice(_LAST)
    categories = ", ".join(chance.sample(_NOUNS, 2))
    lines = [
        "schema: connect/1",
        "revision: 1",
        f"handle: {brand}-{number}",
        f"name: {brand.capitalize()} {chance.choice(_NOUNS)} {number}",
        f"summary: The {chance.choice(_NOUNS)}s and {chance.choice(_NOUNS)}s of {brand.capitalize()}.",
        f"type: {chance.choice(_TYPES)}",
        f"categories: [{categories}]",
        "inputs:",
        "  - {key: base_url, type: url, required: true, example: 'https://vendor.example'}",
        "http: {base_url: '{{ var.base_url }}'}",
        f"auth: {{login: {{kind: {chance.choice(_KINDS)}, test: [{{name: me, request: {{path: /me}}}}]}}}}",
        "operations:",
    ]
    if "api_key" in lines[-2]:
        lines[-2] = lines[-2].replace("kind: api_key,", "kind: api_key, apply: [{in: header, name: X-Key}],")
    for place in range(operations):
        lines += _operation_lines(chance, place)
    return "\n".join(lines) + "\n"


def _operation_lines(chance: random.Random, place: int) -> Iterator[str]:
    verb, noun, state = chance.choice(_VERBS), chance.choice(_NOUNS), chance.choice(_STATES)
    yield f"  {verb}-{state}-{noun}s-{place}:"
    yield f"    summary: {verb.capitalize()} {state} {noun}s of one {chance.choice(_NOUNS)}, newest first."
    if verb in _METHODS:
        yield f"    input: {{id: string!, {noun}: string}}"
        yield f"    request: {{method: {_METHODS[verb]}, path: '/{noun}s/{{{{ input.id }}}}'}}"
    else:
        yield "    input: {page: integer = 1, since: string}"
        yield f"    request: {{path: /{noun}s, query: {{page: '{{{{ input.page }}}}', since: '{{{{ input.since }}}}'}}}}"
        yield "    records: data.items"


def keys_typed() -> Iterator[str]:
    """Give what stands in the filter line after each key of somebody who types."""
    for text in _TYPED:
        yield from (text[:end] for end in range(1, len(text) + 1))


def search_times(reading: CatalogReading) -> tuple[list[float], list[float]]:
    """Give the milliseconds, of CPU and by the clock, from each key to the rows and the counts of every facet."""
    table = connector_fields()
    cpu, wall = [], []
    for _ in range(RUNS):
        rows = reading.load()
        for text in keys_typed():
            started, spent = time.perf_counter(), time.process_time()
            if _search(reading, rows, text, table):
                cpu.append((time.process_time() - spent) * 1000)
                wall.append((time.perf_counter() - started) * 1000)
    return sorted(cpu), sorted(wall)


def _search(reading: CatalogReading, rows: CatalogRows, text: str, table: object) -> bool:
    try:
        found = reading.find(rows, parse_filter(text, table))  # type: ignore[arg-type]
    except ValueError:
        return False
    _ = [found.rows[index] for index in range(min(50, len(found.rows)))]
    return True


def percentile(values: list[float], part: float) -> float:
    """Give the value that ``part`` of the sorted values do not exceed."""
    return values[min(len(values) - 1, int(len(values) * part))]


def best_of(runs: int, work: Callable[[], object]) -> float:
    """Give the milliseconds of the quickest of some runs."""
    spent = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        spent.append((time.perf_counter() - started) * 1000)
    return min(spent)


def measure(connectors: int = CONNECTORS, folder: Path | None = None) -> list[tuple[str, str]]:
    """Give the rows of the report."""
    with tempfile.TemporaryDirectory() as temporary:
        home = find_home(folder or Path(temporary) / "home")
        home.create()
        if not any(home.connectors.iterdir()):
            make_catalog(home.connectors, connectors)
        engine = open_engine(home)
        try:
            first = engine.catalog.refresh()
            with closing(open_catalog_reading(home.catalog)) as reading:
                cpu, wall = search_times(reading)
                load_ms = best_of(RUNS, reading.load)
            again_ms = best_of(RUNS, engine.catalog.refresh)
            changed = home.connectors / "vendor-1.yaml"
            change_ms = _change(changed, engine.catalog.refresh)
            engine.catalog.refresh()
        finally:
            engine.close_store()
        shown = sorted(_shown_ms(home.data, changed) for _ in range(RUNS))
        return [
            (f"first index of {first.read:,} of {first.files:,} files", f"{first.took_ms / 1000:.1f} s"),
            ("index file", f"{home.catalog.stat().st_size / 1e6:.0f} MB"),
            ("looking again, nothing changed (budget 1 s)", f"{again_ms:.0f} ms"),
            ("one changed file indexed by looking at all", f"{change_ms:.0f} ms"),
            (
                "a changed file found in the running app (budget 1 s)",
                f"{shown[len(shown) // 2]:.0f} to {shown[-1]:.0f} ms",
            ),
            ("rows into memory", f"{load_ms:.0f} ms"),
            ("key to results, CPU, median", f"{percentile(cpu, 0.5):.1f} ms"),
            ("key to results, CPU, p99 (budget 16 ms)", f"{percentile(cpu, 0.99):.1f} ms"),
            ("key to results, by the clock, p99", f"{percentile(wall, 0.99):.1f} ms"),
        ]


def _change(path: Path, refresh: Callable[[], object]) -> float:
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("newest first", "oldest first"), encoding="utf-8")
    started = time.perf_counter()
    refresh()
    took_ms = (time.perf_counter() - started) * 1000
    path.write_text(text, encoding="utf-8")
    return took_ms


def _shown_ms(home: Path, file: Path) -> float:
    """Give the milliseconds from a change of a file until the app, which looks for its new word, shows it."""
    text = file.read_text(encoding="utf-8")
    handle = text.split("handle: ")[1].split()[0]
    terminal = open_terminal([sys.executable, "-m", "tui", "--home", str(home)], rows=50, columns=160)
    try:
        terminal.read_until(b"Welcome")
        terminal.read_for(2.0)
        terminal.send(b"2")
        terminal.read_until(b"connectors")
        terminal.read_for(5.0)
        for key in b"/zorch":
            terminal.send(bytes((key,)))
            terminal.read_for(0.1)
        terminal.read_until(b"nothing fits")
        terminal.read_for(0.5)
        terminal.seen = b""
        started = time.perf_counter()
        file.write_text(text.replace("newest first", "zorch first", 1), encoding="utf-8")
        terminal.read_until(handle.encode())
        return (time.perf_counter() - started) * 1000
    finally:
        terminal.stop()
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    given = argparse.ArgumentParser()
    given.add_argument("--connectors", type=int, default=CONNECTORS)
    given.add_argument("--folder", type=Path)
    wanted = given.parse_args()
    for title, value in measure(wanted.connectors, wanted.folder):
        print(f"{title:<48} {value:>12}")
