"""A secret is shown to a person for a time: who, what and when are in the log, and never the value."""

import sqlite3

import pytest

from core import Engine, Home, InputError, NotKnownError, PolicyError, open_engine
from storage import SecretMissingError
from storage.reading import open_reading, parse_filter


@pytest.fixture
def agent(engine: Engine, canary: str) -> Engine:
    engine.workspace.authentications.add("practice", "token", "agent", {}, {"token": canary})
    return engine


async def logged(engine: Engine):
    await engine.close()
    with open_reading(engine.home.database) as reading:
        rows = reading.operations_block(parse_filter("kind:auth"))
        return [reading.operation(row.id) for row in rows]


async def test_who_was_shown_what_is_written_down_before_it_is_given(agent: Engine, canary: str) -> None:
    reveal = agent.reveal("AGENT", "token", 20)
    assert reveal.value == canary
    with open_reading(agent.home.database) as reading:
        row = reading.operation(reveal.operation)
    assert row is not None
    assert (row.state, row.name) == ("running", "reveal token of authentication agent")
    reveal.end()
    reveal.end("twice")
    assert not reveal.value
    (row,) = await logged(agent)
    assert row is not None
    assert (row.state, row.result) == ("success", "shown on a terminal, and gone from it")
    assert row.input == {"of": "authentication", "name": "agent", "field": "token", "seconds": 20}
    assert row.actor
    with sqlite3.connect(agent.home.database) as raw:
        assert canary not in "\n".join(raw.iterdump())
    raw.close()
    assert canary not in repr(reveal)


async def test_what_is_still_shown_ends_with_the_program(agent: Engine) -> None:
    agent.reveal("agent", "token", 20)
    (row,) = await logged(agent)
    assert row is not None
    assert (row.state, row.result) == ("success", "shown until the program ended")


async def test_a_secret_that_cannot_be_read_is_a_failed_act(engine: Engine) -> None:
    engine.workspace.authentications.add("practice", "token", "agent", {}, {"token": "ref:env:NOT_THERE_9"})
    with pytest.raises(SecretMissingError):
        engine.reveal("agent", "token", 20)
    (row,) = await logged(engine)
    assert row is not None
    assert row.state == "failed"


async def test_nothing_is_written_down_about_what_there_is_not(agent: Engine) -> None:
    for words, error, said in (
        (("agemt", "token", 20), NotKnownError, "did you mean agent"),
        (("agent", "tokens", 20), NotKnownError, "did you mean token"),
        (("agent", "token", 0), InputError, "between 1 and 300"),
    ):
        with pytest.raises(error) as caught:
            agent.reveal(*words)
        assert said in f"{caught.value} {caught.value.failure.remedy}"
    assert await logged(agent) == []


async def test_a_name_that_two_have_is_told_apart_by_their_sort(agent: Engine) -> None:
    agent.workspace.apps.add("agent", "practice", "id-1", {}, {"token": "canary-of-the-app"})
    with pytest.raises(InputError, match="authentication and app"):
        agent.reveal("agent", "token", 20)
    assert agent.reveal("agent", "token", 20, of="app").value == "canary-of-the-app"


async def test_a_production_project_shows_nothing_until_it_is_armed(engine: Engine, home: Home) -> None:
    engine.create_project("prod", production=True)
    live = open_engine(home, project="prod")
    try:
        live.workspace.authentications.add("practice", "token", "agent", {}, {"token": "canary-live"})
        with pytest.raises(PolicyError, match="production"):
            live.reveal("agent", "token", 20)
        assert live.reveal("agent", "token", 20, armed=True).value == "canary-live"
    finally:
        await live.close()
