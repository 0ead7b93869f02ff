"""``operation …``: what happened, read without the engine, live across processes."""

import json
import os
import select
import signal
import time
from types import SimpleNamespace

import pytest

from tui.commands import operation_tail


@pytest.fixture
def busy(cli, desk):
    cli("run", "desk", "list-tickets", "--set", "limit=2")
    cli("run", "desk", "get-ticket", "--set", "id=999999")
    return desk


def test_the_list_is_newest_first_with_the_promised_shape(cli, busy):
    rows = cli("operation", "list", "--json").json
    assert [row["name"] for row in rows] == ["get-ticket", "list-tickets", "test desk"]
    promised = {"id", "kind", "name", "state", "connection", "connector", "revision", "project", "actor", "started_at",
                "took_ms", "counts", "result", "error"}  # fmt: skip
    assert all(promised <= set(row) for row in rows)
    assert rows[1].items() >= {
        "kind": "action", "state": "success", "connection": "desk", "connector": "practice", "revision": 1,
        "project": "default", "result": "2 tickets", "error": None,
    }.items()  # fmt: skip
    assert rows[0]["error"].items() >= {"class": "not_found", "status": 404, "retryable": False}.items()
    assert "@" in rows[0]["actor"]


def test_an_empty_home_has_no_operations_and_stays_empty(cli, tmp_path):
    ran = cli("operation", "list", "--json")
    assert (ran.code, ran.json) == (0, [])
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["--filter", "state:failed"], ["get-ticket"]),
        (["--filter", "-state:failed kind:action"], ["list-tickets"]),
        (["--filter", "conn:desk kind:test"], ["test desk"]),
        (["--filter", "status:404"], ["get-ticket"]),
        (["--filter", "/^get-[a-z]+$/ state:failed"], ["get-ticket"]),
        (["--filter", "project:other"], []),
        (["--limit", "1"], ["get-ticket"]),
    ],
)
def test_the_filter_and_the_limit_choose(cli, busy, words, names):
    assert [row["name"] for row in cli("operation", "list", "--json", *words).json] == names


def test_a_pattern_that_cannot_be_read_is_named_with_its_place(cli, busy):
    ran = cli("operation", "list", "--json", "--filter", "state:failed /get(-ticket/")
    assert ran.code == 2
    assert "column 18: the pattern cannot be read from here on" in ran.json["error"]["message"]


def test_the_list_for_people(cli, busy):
    lines = cli("operation", "list").out.splitlines()
    assert lines[0].split()[:3] == ["STARTED", "STATE", "CONNECTION"]
    assert "2 tickets" in lines[2]


def test_one_operation_has_the_promised_shape(cli, busy, desk_service):
    found = cli("operation", "list", "--json", "--limit", "1").json[0]["id"]
    ran = cli("operation", "show", found, "--json", "--exchanges", "--bodies")
    shape = ran.json
    assert shape["id"] == found
    exchange = shape["exchanges"][0]
    promised = {"attempt", "reason", "waited_ms", "method", "url", "status", "took_ms", "request", "response"}
    assert promised <= set(exchange)
    assert exchange.items() >= {"attempt": 1, "method": "GET", "status": 404}.items()
    assert exchange["url"].endswith("/tickets/999999")
    headers = {name.lower(): value for name, value in exchange["request"]["headers"]}
    assert "•••" in headers["authorization"]
    assert exchange["response"].items() >= {"truncated": False}.items()
    assert exchange["response"]["bytes"] == len(exchange["response"]["body"].encode())
    assert {"at", "level", "text"} <= set(shape["log"][0])
    assert desk_service.credentials.token not in ran.out


def test_bodies_and_exchanges_come_only_when_asked_for(cli, busy):
    found = cli("operation", "list", "--json", "--limit", "1").json[0]["id"]
    assert cli("operation", "show", found, "--json").json["exchanges"] is None
    response = cli("operation", "show", found, "--json", "--exchanges").json["exchanges"][0]["response"]
    assert response["body"] is None
    assert response["bytes"] > 0


def test_one_operation_for_people(cli, busy):
    found = cli("operation", "list", "--json", "--limit", "1").json[0]["id"]
    out = cli("operation", "show", found, "--exchanges", "--bodies").out
    for word in ("get-ticket", "failed", "not_found", "404", "Authorization: Bearer •••", "does not exist"):
        assert word in out


def test_what_a_killed_process_left_is_interrupted_never_running(cli, desk, start):
    process = start("run", "desk", "drill-slow", "--set", "seconds=30")
    wait_for(lambda: cli("operation", "list", "--json", "--filter", "state:running").json)
    process.kill()
    process.communicate()
    rows = cli("operation", "list", "--json", "--filter", "op:drill-slow").json
    assert [row["state"] for row in rows] == ["interrupted"]


def test_tail_tells_what_other_processes_do_one_object_a_line(cli, desk, start):
    tail = start("operation", "tail", "--json", "--filter", "op:list-tickets")
    while not select.select([tail.stdout], [], [], 0)[0]:
        cli("run", "desk", "list-tickets", "--set", "limit=2")
    cli("run", "desk", "get-ticket", "--set", "id=1")
    cli("run", "desk", "list-tickets", "--set", "limit=1")
    lines = read_lines(tail, until=lambda one: one["result"] == "1 ticket")
    assert {one["name"] for one in lines} == {"list-tickets"}
    assert lines[-1]["state"] == "success"
    tail.send_signal(signal.SIGINT)
    _, err = tail.communicate()
    assert tail.returncode == 130
    assert err == ""


def test_tail_starts_before_there_is_anything(cli, child, tmp_path, ready_home, monkeypatch):
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(ready_home / "vault.key"))

    def pause(_seconds: float) -> None:
        """Let something happen while tail waits for the first time; interrupt it at the second."""
        if (tmp_path / "home").exists():
            raise KeyboardInterrupt
        child("auth", "add", "practice", "--method", "token", "--name", "a", "--secret", "token=ref:env:T")
        child("connection", "create", "practice", "--name", "c", "--auth", "a", "--no-test")
        child("run", "c", "list-tickets")

    monkeypatch.setattr(operation_tail, "time", SimpleNamespace(sleep=pause, monotonic=time.monotonic))
    ran = cli("operation", "tail", "--json")
    assert ran.code == 130
    last = json.loads(ran.out.splitlines()[-1])
    assert (last["state"], last["error"]["class"]) == ("failed", "vault")


def test_tail_tells_that_a_killed_process_left_its_operation_interrupted(cli, desk, start):
    tail = start("operation", "tail", "--json", "--filter", "op:drill-slow")
    cli("run", "desk", "list-tickets")
    slow = start("run", "desk", "drill-slow", "--set", "seconds=30")
    read_lines(tail, until=lambda one: one["state"] == "running")
    slow.kill()
    slow.communicate()
    lines = read_lines(tail, until=lambda one: one["state"] == "interrupted")
    assert lines[-1]["name"] == "drill-slow"
    tail.send_signal(signal.SIGINT)
    tail.communicate()


def test_tail_shows_older_ones_where_asked(cli, busy, start):
    tail = start("operation", "tail", "--last", "2")
    first = tail.stdout.readline()
    second = tail.stdout.readline()
    assert "list-tickets" in first
    assert "get-ticket" in second


def read_lines(process, until):
    found, buffer = [], b""
    while read := os.read(process.stdout.fileno(), 65536):
        *lines, buffer = (buffer + read).split(b"\n")
        for line in lines:
            found.append(json.loads(line))
            if until(found[-1]):
                return found
    raise AssertionError(f"not seen in {found}")


def wait_for(happened) -> None:
    while not happened():
        time.sleep(0.05)
