"""Runs whose answer goes into a file."""

import asyncio
import os
from pathlib import Path

import pytest

from core.events import OperationEnded, ResponseReceived
from storage.reading import open_reading


async def test_an_operation_can_be_cancelled_while_a_large_answer_is_read(
    engine, small, serve, answer
) -> None:
    server = serve()
    document = b"<r>" + b"<i n='1'>text</i>" * 150_000 + b"</r>"
    server.answers["/things"] = answer(200, document, {"Content-Type": "application/xml"})
    small(server.url)
    came, seen = asyncio.Event(), list[object]()

    def listen(event: object) -> None:
        seen.append(event)
        if isinstance(event, ResponseReceived):
            came.set()

    running = asyncio.create_task(engine.run("it", "list-things", {}, emit=listen))
    await came.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert isinstance(seen[-1], OperationEnded)
    assert seen[-1].state == "cancelled"


async def test_the_name_of_a_file_is_one_line_whatever_is_in_it(
    engine, small, serve, answer, tmp_path: Path
) -> None:
    server = serve()
    server.answers["/file"] = answer(200, b"abc", {"Content-Type": "application/octet-stream"})
    small(server.url)
    outcome = await engine.run("it", "get-file", {}, output=tmp_path / "a\nb\x1b.bin")
    assert outcome.result == r"3 bytes saved to a\nb\x1b.bin"


async def test_a_download_is_streamed_to_its_file(engine, small, serve, answer, tmp_path: Path, home) -> None:
    server = serve()
    content = bytes(range(256)) * 4000
    server.answers["/file"] = answer(200, content, {"Content-Type": "application/octet-stream"})
    small(server.url)
    target = tmp_path / "got.bin"
    outcome = await engine.run("it", "get-file", {}, output=target)
    assert target.read_bytes() == content
    assert outcome.saved_to == target
    assert outcome.result == "1,024,000 bytes saved to got.bin"
    await engine.close()
    with open_reading(home.database) as reading:
        body = reading.exchanges(outcome.operation, bodies=True)[0].response_body
    assert (len(body.content), body.size, body.truncated) == (64 * 1024, 1_024_000, True)


async def test_a_failed_download_leaves_no_file(engine, small, serve, answer, tmp_path: Path) -> None:
    server = serve()
    server.answers["/file"] = answer(404)
    small(server.url)
    outcome = await engine.run("it", "get-file", {}, output=tmp_path / "got.bin")
    assert outcome.error.error_class == "not_found"
    assert not list(tmp_path.glob("got*"))


async def test_a_download_into_a_pipe_leaves_it_a_pipe(engine, small, serve, answer, tmp_path: Path) -> None:
    server = serve()
    server.answers["/file"] = answer(200, b"abc", {"Content-Type": "application/octet-stream"})
    small(server.url)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = asyncio.create_task(asyncio.to_thread(pipe.read_bytes))
    await engine.run("it", "get-file", {}, output=pipe)
    assert await reading == b"abc"
    assert pipe.is_fifo()
