"""An answer that is no object of tokens may hold them anywhere, so that none of it is kept."""

import json
from typing import Any

import pytest

from core import Engine, Home
from storage.reading import open_reading, parse_filter

from .vendor import run

AT, RT = "ya29aCanaryAccessTok", "1zzCanaryRefreshTok"


@pytest.mark.parametrize(
    "said",
    [
        AT,
        json.dumps(AT),
        json.dumps([AT, {"deep": [RT]}]),
        f"your token: {AT}\nand {RT}",
        f'{{"tok": "{AT}", "fresh": "{RT}"}} and more',
        f"<answer><tok>{AT}</tok></answer>",
    ],
    ids=["bare", "text", "list", "lines", "broken", "markup"],
)
async def test_nothing_of_an_answer_without_an_object_is_kept(
    engine: Engine, home: Home, vendor: Any, it: Any, said: str
) -> None:
    it("told")
    vendor.broken = (200, said.encode())
    outcome = await run(engine)
    assert "was answered with" in outcome.error.message
    await engine.close()
    for file in home.data.rglob("*"):
        if file.is_file():
            assert AT.encode() not in file.read_bytes(), file
            assert RT.encode() not in file.read_bytes(), file


async def test_a_page_that_answers_in_place_of_the_provider_can_be_read_in_the_log(
    engine: Engine, home: Home, vendor: Any, it: Any
) -> None:
    it("told")
    page = b"<!DOCTYPE html><html><title>Back soon</title></html>"
    vendor.broken = (200, page)
    await run(engine)
    await engine.close()
    with open_reading(home.database) as reading:
        rows = reading.operations_block(parse_filter(""), limit=100)
        exchanges = [one for row in rows for one in reading.exchanges(row.id, bodies=True)]
    bodies = [one.response_body.content for one in exchanges if one.response_body]
    assert page in bodies
