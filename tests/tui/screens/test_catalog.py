"""The catalog and a connector on the screen: found as one types, narrowed, noticed when a file changes."""

import math
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from core.home import Home

OWN = """schema: connect/1
revision: 1
handle: {handle}
name: {name}
summary: Things of a test.
type: device
categories: [testing]
http: {{base_url: 'http://127.0.0.1:9'}}
operations:
  {operation}: {{summary: About it., request: {{path: /ping}}}}
"""


def write(home: Home, handle: str, name: str = "Own thing", operation: str = "ping-it") -> Path:
    path = home.connectors / f"{handle}.yaml"
    path.write_text(OWN.format(handle=handle, name=name, operation=operation))
    return path


async def test_connectors_are_found_as_one_types_by_their_operations_too(open_app, home) -> None:
    write(home, "own", operation="frobnicate-all")
    async with open_app() as hand:
        await hand.press("2")
        await hand.until("connectors")
        await hand.press("slash")
        await hand.type("frob")
        await hand.until("1 of")
        await hand.until("frobnicate-all")
        await hand.press("enter", "escape")
        await hand.until("ntfy")


async def test_a_facet_narrows_the_list_and_opens_it_again(open_app, home) -> None:
    write(home, "aa-own")
    for size in ((80, 24), (200, 50)):
        async with open_app(size) as hand:
            await hand.press("2")
            await hand.until("aa-own")
            await hand.press("f")
            await hand.until(lambda hand=hand: getattr(hand.app.focused, "id", "") == "facets")
            table = hand.app.focused
            lines = [(one.key, one.value) for one in hand.app.screen._facets]
            table.move_to(lines.index(("source", "user")))
            await hand.press("space")
            await hand.until("source:user")
            await hand.until("1 of")
            await hand.press("f")
            await hand.until("Own thing")
            await hand.press("escape")
            await hand.until("airtable")


async def test_a_changed_file_is_found_without_being_asked_for(open_app, home) -> None:
    async with open_app() as hand:
        await hand.press("2")
        await hand.until("airtable")
        write(home, "zz-late", operation="zorch-late")
        await hand.press("slash")
        await hand.type("zorch")
        await hand.until("zz-late")
        write(home, "zz-late", operation="leave-early")
        await hand.until("nothing fits")
        (home.connectors / "zz-late.yaml").unlink()
        await hand.press("escape")
        await hand.until(lambda: "zz-late" not in hand.text and "airtable" in hand.text)


def is_whole(index: Path) -> bool:
    """Tell whether an index holds the library, undamaged."""
    if not index.exists():
        return False
    with closing(sqlite3.connect(index)) as connection:
        try:
            rows = connection.execute("SELECT facets FROM connector").fetchall()
        except sqlite3.Error:
            return False
    return len(rows) > 20 and ("{",) not in rows


async def test_an_index_that_is_lost_or_damaged_is_made_again_in_sight(open_app, home) -> None:
    async with open_app() as hand:
        await hand.press("2")
        await hand.until("airtable")
        home.catalog.unlink()
        await hand.until(lambda: is_whole(home.catalog))
        with closing(sqlite3.connect(home.catalog, isolation_level=None)) as connection:
            connection.execute("UPDATE connector SET facets = '{'")
        write(home, "zz-late")
        await hand.until(lambda: is_whole(home.catalog))
        await hand.press("slash")
        await hand.type("zz-late")
        await hand.until("1 of")


async def test_a_broken_file_is_listed_with_its_place_and_mended_in_sight(open_app, home) -> None:
    bad = home.connectors / "bad.yaml"
    bad.write_text("schema: connect/1\nrevision: none\nhandle: aa-mine\n")
    async with open_app((120, 30)) as hand:
        await hand.press("2")
        await hand.until("cannot be used")
        await hand.until("airtable")
        await hand.press("g")
        await hand.until("bad.yaml:2:11: revision")
        await hand.press("n")
        await hand.until("enter shows what is wrong")
        await hand.press("enter")
        await hand.until("bad.yaml cannot be used")
        await hand.press("R")
        await hand.until("this connector cannot be used")
        await hand.press("escape")
        bad.write_text(OWN.format(handle="aa-mine", name="Mended thing", operation="ping-it"))
        await hand.until("Mended thing")


async def test_a_connector_is_read_tab_by_tab_and_used_from_there(open_app, desk) -> None:
    async with open_app() as hand:
        await hand.press("2", "slash")
        await hand.type("handle:practice")
        await hand.press("enter")
        await hand.until("1 of")
        await hand.until("1 connection")
        await hand.press("enter")
        await hand.until("The practice service is a real HTTP server")
        await hand.press("right")
        await hand.until("list-tickets")
        await hand.press("slash")
        await hand.type("get ticket")
        await hand.press("enter")
        await hand.until("get-ticket")
        assert "list-customers" not in hand.text
        await hand.press("right", "right")
        await hand.until("schema: connect/1")
        await hand.press("right")
        await hand.until("connection ")
        await hand.until(desk)
        await hand.press("R")
        await hand.until(lambda: type(hand.app.screen).__name__ == "RunScreen")
        await hand.until("get-ticket")


async def test_a_connector_leads_to_a_new_connection(open_app, home) -> None:
    async with open_app() as hand:
        await hand.press("2", "slash")
        await hand.type("practice")
        await hand.press("enter", "enter")
        await hand.until("used by")
        await hand.press("R")
        await hand.until("no connection uses it yet")
        await hand.press("n")
        await hand.until("practice ▸ Authentication")
        await hand.until(lambda: type(hand.app.screen).__name__ == "NewConnectionScreen")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which files change")
async def test_nobody_has_to_look_for_a_change_that_the_system_tells(open_app, home) -> None:
    async with open_app() as hand:
        await hand.press("2")
        await hand.until("airtable")
        refreshing = hand.app.screen._refreshing
        await hand.until(lambda: refreshing._watch is not None and not refreshing.is_running)
        refreshing._next_s = math.inf
        write(home, "zz-late", operation="zorch-late")
        await hand.press("slash")
        await hand.type("zorch")
        await hand.until("zz-late")
