"""What one request costs through the engine, recorded in the log, beside the same request over bare httpx."""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from core import Engine, find_home, open_engine

# Short turns: on a busy machine both then meet the same.
REQUESTS = 50
ROUNDS = 40
RECORDS = [
    {
        "id": number,
        "subject": f"Ticket {number}",
        "status": "open",
        "tags": ["a", "b"],
        "description": "x" * 120,
    }
    for number in range(100)
]
ANSWER = json.dumps({"data": RECORDS}).encode()
CONNECTOR = """
schema: connect/1
revision: 1
handle: bench
name: Bench
inputs: [{key: base_url, type: url, required: true}]
http: {base_url: '{{ var.base_url }}'}
auth: {token: {kind: bearer}}
operations:
  list:
    request: {path: /records, query: {page: '{{ input.page }}'}}
    input: {page: integer}
    records: data
"""
_SERVER = """
import asyncio, sys
answer = sys.stdin.buffer.read()
whole = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(answer) + answer
async def serve(reader, writer):
    try:
        while True:
            await reader.readuntil(b"\\r\\n\\r\\n")
            writer.write(whole)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


def measure() -> list[tuple[str, str]]:
    """Give the rows of the report."""
    server = subprocess.Popen([sys.executable, "-c", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        server.stdin.write(ANSWER)
        server.stdin.close()
        base_url = f"http://127.0.0.1:{int(server.stdout.readline())}"
        with tempfile.TemporaryDirectory() as folder:
            ours, bare = asyncio.run(_compare(Path(folder), base_url))
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
    ratios = [a / b for a, b in zip(ours, bare, strict=True)]
    return [
        (f"CPU of a request of {len(ANSWER) // 1000} kB through the engine", f"{min(ours) * 1e6:.0f} us"),
        ("CPU of the same over bare httpx, decoded", f"{min(bare) * 1e6:.0f} us"),
        ("ratio (budget 1.5)", f"{statistics.median(ratios):.2f}"),
        ("ratio of the sums", f"{sum(ours) / sum(bare):.2f}"),
    ]


async def _compare(folder: Path, base_url: str) -> tuple[list[float], list[float]]:
    os.environ["CONNECT_TUI_VAULT_KEY_FILE"] = str(folder / "vault.key")
    engine = open_engine(find_home(folder / "home"))
    try:
        _set_up(engine, folder, base_url)
        async with httpx.AsyncClient(headers={"Authorization": "Bearer bench-token"}) as client:

            async def through_engine(number: int) -> None:
                outcome = await engine.run("bench", "list", {"page": number})
                assert len(outcome.records) == len(RECORDS)

            async def bare(number: int) -> None:
                answer = await client.get(f"{base_url}/records", params={"page": number})
                assert len(answer.json()["data"]) == len(RECORDS)

            pairs = [(await _cpu_s(through_engine), await _cpu_s(bare)) for _ in range(ROUNDS + 4)][4:]
    finally:
        await engine.close()
    return [ours for ours, _ in pairs], [least for _, least in pairs]


def _set_up(engine: Engine, folder: Path, base_url: str) -> None:
    file = folder / "bench.yaml"
    file.write_text(CONNECTOR, encoding="utf-8")
    engine.catalog.add(file)
    engine.workspace.authentications.add("bench", "token", "bench", {}, {"token": "bench-token"})
    engine.workspace.create_connection(
        "bench", "bench", authentication="bench", variables={"base_url": base_url}
    )
    engine.workspace.activate("bench")


async def _cpu_s(ask: Callable[[int], Awaitable[None]]) -> float:
    """Give the CPU seconds of one request, of all threads, what is written behind included."""
    started = time.process_time()
    for number in range(REQUESTS):
        await ask(number)
    return (time.process_time() - started) / REQUESTS
