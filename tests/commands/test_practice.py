"""``practice``: says where it is in one line, serves, and ends with 0 when it is stopped."""

import json
import signal
import socket
import urllib.request
from contextlib import nullcontext

import pytest

from core.errors import ConfigError
from core.practice import DEFAULT_PORT, PRACTICE_CREDENTIALS, find_practice, start_practice


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_tells_serves_and_stops(start, number):
    process = start("practice", "--port", "0", "--json")
    told = json.loads(process.stdout.readline())
    assert set(told["credentials"]) >= {"token", "username", "password", "api_key"}
    request = urllib.request.Request(
        told["base_url"] + "/me", headers={"Authorization": f"Bearer {told['credentials']['token']}"}
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
    process.send_signal(number)
    out, err = process.communicate()
    assert (process.returncode, out, err) == (0, "", "")


def test_people_are_told_too(start):
    process = start("practice", "--port", "0")
    assert process.stdout.readline().startswith("base URL")


def test_it_stops_even_when_a_shell_told_it_to_ignore_interrupts(start):
    process = start(
        "practice", "--port", "0", "--json", preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)
    )
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert process.wait() == 0


def test_a_port_that_is_taken_is_told_by_whom(cli, desk_service):
    ran = cli("practice", "--port", str(desk_service.port), "--json")
    assert ran.code == 2
    assert "practice" in ran.json["error"]["message"]
    with socket.create_connection(("127.0.0.1", desk_service.port)):
        pass


def test_without_a_port_one_that_runs_already_is_told_in_the_same_shape(cli):
    try:
        service = start_practice(DEFAULT_PORT)
    except ConfigError:
        if find_practice() is None:
            pytest.skip("another program holds the port of the practice service")
        service = nullcontext()
    with service:
        ran = cli("practice", "--json")
        named = cli("practice", "--port", str(DEFAULT_PORT), "--json")
    assert (ran.code, ran.err) == (0, "it runs already, in another process\n")
    assert ran.json["base_url"] == f"http://127.0.0.1:{DEFAULT_PORT}"
    assert ran.json["credentials"] == PRACTICE_CREDENTIALS.as_json()
    assert named.code == 2


@pytest.mark.parametrize("port", ["-1", "70000", "many"])
def test_a_port_that_is_none_is_wrong_use(cli, port):
    assert cli("practice", "--port", port).code == 2
