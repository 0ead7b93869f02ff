"""``request``: a request of one's own with the authentication of a connection."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


def test_the_answer_goes_to_standard_output_and_the_line_beside_it(cli, desk):
    ran = cli("request", "desk", "GET", "/tickets", "--query", "limit=2")
    assert ran.code == 0
    assert len(json.loads(ran.out)["data"]["items"]) == 2
    assert "GET /tickets" in ran.err


def test_the_json_has_the_outcome_and_the_body(cli, desk):
    ran = cli("request", "desk", "get", "/me", "--json")
    assert (
        ran.json.items()
        >= {"state": "success", "kind": "proxy", "name": "GET /me", "connection": "desk"}.items()
    )
    assert ran.json["body"]


class Witness(BaseHTTPRequestHandler):
    """Answers with the headers as they arrived: repeated ones, and in order."""

    def do_GET(self) -> None:
        body = json.dumps(self.headers.items()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def witness():
    with ThreadingHTTPServer(("127.0.0.1", 0), Witness) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_header_that_is_given_twice_arrives_twice(cli, desk, witness):
    words = ["--name", "w", "--auth", "agent", "--set", f"base_url={witness}", "--no-test"]
    assert cli("connection", "create", "practice", *words).code == 0
    ran = cli("request", "w", "GET", "/", "--header", "X-Why=first", "--header", "X-Why=second", "--json")
    assert ran.code == 0
    assert [value for name, value in ran.json["body"] if name == "X-Why"] == ["first", "second"]


def test_a_body_comes_from_a_file_or_from_standard_input(cli, desk, tmp_path):
    file = tmp_path / "ticket.json"
    file.write_text('{"subject": "from a file", "customer_id": 1}')
    assert cli("request", "desk", "POST", "/tickets", "--body", str(file), "--json").code == 0
    ran = cli(
        "request",
        "desk",
        "POST",
        "/tickets",
        "--body",
        "-",
        "--json",
        stdin='{"subject": "piped", "customer_id": 1}',
    )
    assert ran.json["body"]["data"]["subject"] == "piped"


def test_an_answer_can_be_kept_in_a_file(cli, desk, tmp_path):
    file = tmp_path / "answer.json"
    ran = cli("request", "desk", "GET", "/tickets", "--query", "limit=1", "--output", str(file), "--json")
    assert ran.code == 0
    assert len(json.loads(file.read_text())["data"]["items"]) == 1
    assert ran.json["output"] == str(file)


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_sent(cli, desk, tmp_path):
    before = len(cli("operation", "list", "--json").json)
    file = tmp_path / "no" / "answer.json"
    ran = cli("request", "desk", "DELETE", "/tickets/1041", "--output", str(file), "--json")
    assert ran.code == 2
    assert str(file) in ran.json["error"]["message"]
    assert len(cli("operation", "list", "--json").json) == before
    assert cli("request", "desk", "GET", "/tickets/1041").code == 0


def test_a_dry_run_sends_nothing(cli, desk, desk_service):
    ran = cli("request", "desk", "DELETE", "/tickets/1042", "--header", "X-Why=a test", "--dry-run")
    assert ran.code == 0
    assert "DELETE" in ran.out
    assert "X-Why: a test" in ran.out
    assert desk_service.credentials.token not in ran.out
    assert cli("request", "desk", "GET", "/tickets/1042").code == 0


def test_a_production_project_lets_a_change_through_only_when_it_is_armed(cli, prod):
    made = cli("run", "desk", "create-ticket", "--set", "subject=x", "--set", "customer_id=1", "--json")
    ticket = f"/tickets/{made.json['records'][0]['id']}"
    words = ["request", "live", "DELETE", ticket, "--project", prod]
    look = ["request", "live", "GET", ticket, "--project", prod]
    refused = cli(*words, "--json")
    assert refused.code == 6
    assert (refused.json["state"], refused.json["error"]["class"]) == ("refused", "policy")
    assert cli(*look).code == 0
    assert cli(*words, "--armed").code == 0
    assert cli(*look).code == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["GET", "/nothing"], 1),
        (["GET", "/fail/503"], 4),
        (["GET", "/fail/403"], 3),
        (["FETCH", "/me"], 2),
        (["GET", "http://169.254.169.254/latest"], 6),
        (["GET", "http://example.invalid/"], 6),
    ],
)
def test_a_failure_has_its_code(cli, desk, words, code):
    ran = cli("request", "desk", *words, "--json")
    assert ran.code == code
    assert ran.json["error"]["message"]
