"""``run``: records where they were asked for, the line about them beside them, the exit code by the class."""

import csv
import io
import json
import os
import signal
import stat
import time
from pathlib import Path

import pytest


def test_the_outcome_has_the_promised_shape(cli, desk):
    ran = cli("run", "desk", "list-tickets", "--json")
    assert ran.code == 0
    shape = ran.json
    assert shape.items() >= {
        "state": "success", "kind": "action", "connection": "desk", "name": "list-tickets", "result": "25 tickets", "error": None,
    }.items()  # fmt: skip
    assert shape["operation"].startswith("op_")
    assert shape["started_at"].endswith("Z")
    assert isinstance(shape["took_ms"], int)
    assert shape["counts"].items() >= {"records": 25, "pages": 1, "requests": 1, "retries": 0}.items()
    assert shape["counts"]["bytes"] > 1000
    assert len(shape["records"]) == 25
    assert "id" in shape["records"][0]


def test_people_get_a_table_and_the_line_beside_it(cli, desk):
    ran = cli("run", "desk", "list-tickets", "--set", "limit=3")
    lines = ran.out.splitlines()
    assert lines[0].split()[:2] == ["ID", "SUBJECT"]
    assert len(lines) == 4
    assert ran.err.startswith("op_")
    assert "3 tickets" in ran.err


def test_a_create_changes_the_vendor(cli, desk):
    ran = cli(
        "run", "desk", "create-ticket", "--set", "subject=A new one", "--set", "customer_id=1", "--json"
    )
    assert ran.code == 0
    number = ran.json["records"][0]["id"]
    found = cli("run", "desk", "get-ticket", "--set", f"id={number}", "--json").json
    assert found["records"][0]["subject"] == "A new one"


def test_json_lines_are_one_object_a_line_and_nothing_else(cli, desk):
    for words in (["--format", "jsonl"], ["--format", "jsonl", "--json"]):
        ran = cli("run", "desk", "list-tickets", "--set", "limit=3", *words)
        assert [set(json.loads(line)) >= {"id", "subject"} for line in ran.out.splitlines()] == [True] * 3
        assert "op_" in ran.err


def test_csv_and_json_hold_the_same_records(cli, desk):
    rows = list(
        csv.DictReader(
            io.StringIO(cli("run", "desk", "list-tickets", "--set", "limit=4", "--format", "csv").out)
        )
    )
    records = json.loads(cli("run", "desk", "list-tickets", "--set", "limit=4", "--format", "json").out)
    assert [row["subject"] for row in rows] == [record["subject"] for record in records]
    assert [json.loads(row["tags"]) for row in rows] == [record["tags"] for record in records]


def test_csv_that_no_terminal_shows_is_exactly_what_came(cli, desk):
    rows = list(csv.DictReader(io.StringIO(cli("run", "desk", "drill-hostile", "--format", "csv").out)))
    records = cli("run", "desk", "drill-hostile", "--json").json["records"]
    assert [row["subject"] for row in rows] == [record["subject"] for record in records]
    assert set(records[0]) <= set(rows[0])


@pytest.mark.parametrize(("ending", "count"), [("jsonl", 5), ("json", 7), ("csv", 6), ("out", 5)])
def test_a_file_gets_the_records_by_its_ending_and_only_its_owner_reads_it(
    cli, desk, tmp_path, ending, count
):
    file = tmp_path / f"tickets.{ending}"
    ran = cli("run", "desk", "list-tickets", "--set", "limit=5", "--output", str(file), "--json")
    assert ran.code == 0
    assert ran.json["records"] == []
    assert ran.json["output"] == str(file)
    assert len(file.read_text().splitlines()) == count
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_no_records_are_an_empty_file_and_an_empty_array(cli, desk, tmp_path):
    file = tmp_path / "none.json"
    nothing = ["run", "desk", "list-tickets", "--set", "q=nothing-is-called-so"]
    cli(*nothing, "--output", str(file))
    assert json.loads(file.read_text()) == []
    assert json.loads(cli(*nothing, "--format", "json").out) == []
    assert cli(*nothing, "--format", "jsonl").out == ""
    assert cli(*nothing, "--json").json["records"] == []


def test_a_failed_operation_leaves_an_existing_file_alone(cli, desk, tmp_path):
    file = tmp_path / "kept.jsonl"
    file.write_text("before\n")
    ran = cli("run", "desk", "drill-fail", "--output", str(file))
    assert ran.code == 4
    assert file.read_text() == "before\n"


def new_ticket(subject: str) -> list[str]:
    return ["run", "desk", "create-ticket", "--set", f"subject={subject}", "--set", "customer_id=1"]


def tickets_called(cli, subject: str) -> list[str]:
    found = cli("run", "desk", "list-tickets", "--set", f"q={subject}", "--json").json["records"]
    return [ticket["subject"] for ticket in found]


@pytest.mark.parametrize("place", ["no/tickets.json", "a-file/tickets.json", "a-folder"])
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_sent(cli, desk, tmp_path, place):
    (tmp_path / "a-file").touch()
    (tmp_path / "a-folder").mkdir()
    file, subject = tmp_path / place, f"unwritten-{place.replace('/', '-')}"
    before = len(cli("operation", "list", "--json").json)
    ran = cli(*new_ticket(subject), "--output", str(file), "--json")
    assert ran.code == 2
    assert (ran.json["operation"], ran.json["state"], ran.json["error"]["class"]) == (
        None,
        "refused",
        "input",
    )
    assert str(file) in ran.json["error"]["message"]
    assert len(cli("operation", "list", "--json").json) == before
    assert tickets_called(cli, subject) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("form", ["jsonl", "json", "csv", "table"])
def test_a_file_that_fills_up_is_told_after_the_run_with_its_operation(cli, desk, form):
    subject = f"{form} disk is full"
    ran = cli(*new_ticket(subject), "--output", "/dev/full", "--format", form, "--json")
    assert ran.code == 7
    shape = ran.json
    assert (shape["state"], shape["error"]["class"], shape["output"]) == ("failed", "storage", None)
    assert "/dev/full" in shape["error"]["message"]
    assert shape["operation"] in shape["error"]["remedy"]
    row = cli("operation", "list", "--json", "--limit", "1").json[0]
    assert (row["id"], row["state"]) == (shape["operation"], "success")
    assert tickets_called(cli, subject) == [subject]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("form", ["jsonl", "json", "csv", "table"])
def test_standard_output_that_fills_up_is_told_too(child, desk, form):
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device, not a file
        ran = child(
            "run", "desk", "list-tickets", "--set", "limit=2", "--format", form,
            stdout=full, stderr=-1, capture_output=False,
        )  # fmt: skip
    assert ran.returncode == 7
    assert "standard output cannot be written" in ran.stderr
    assert "op_" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_download_is_kept_byte_by_byte(cli, desk, tmp_path):
    file = tmp_path / "picture.png"
    ran = cli("run", "desk", "download-attachment", "--set", "id=1", "--output", str(file), "--json")
    assert ran.code == 0
    assert file.read_bytes().startswith(b"\x89PNG")
    assert len(file.read_bytes()) == ran.json["counts"]["bytes"]


def test_input_comes_from_a_file_from_standard_input_and_set_goes_on_top(cli, desk, tmp_path):
    file = tmp_path / "input.json"
    file.write_text('{"limit": 2, "status": "open"}')
    assert len(cli("run", "desk", "list-tickets", "--input", str(file), "--json").json["records"]) == 2
    assert (
        len(
            cli("run", "desk", "list-tickets", "--input", str(file), "--set", "limit=3", "--json").json[
                "records"
            ]
        )
        == 3
    )
    assert (
        len(
            cli("run", "desk", "list-tickets", "--input", "-", "--json", stdin='{"limit": 1}').json["records"]
        )
        == 1
    )


@pytest.mark.parametrize("text", ["", "[1]", "{", "null"])
def test_input_that_is_no_json_object_is_wrong_use(cli, desk, text):
    ran = cli("run", "desk", "list-tickets", "--input", "-", "--json", stdin=text)
    assert ran.code == 2
    assert "standard input" in ran.json["error"]["message"]


SAFE = """schema: connect/1
revision: 1
handle: safe
name: Safe
summary: Opens doors.
http: {base_url: 'http://127.0.0.1:9'}
auth: {open: {kind: none}}
operations:
  unlock:
    input: {pin: secret!}
    request: {method: POST, path: '/doors/{{ input.pin }}', body: {pin: '{{ input.pin }}'}}
"""


def test_a_secret_input_comes_from_where_it_is_and_is_shown_nowhere(cli, desk, tmp_path, monkeypatch, canary):
    file = tmp_path / "safe.yaml"
    file.write_text(SAFE)
    monkeypatch.setenv("PIN", canary)
    cli("connector", "add", str(file))
    cli("connection", "create", "safe", "--name", "door", "--method", "open")
    command = ("run", "door", "unlock", "--secret", "pin=env:PIN")
    dry = cli(*command, "--dry-run", "--json")
    assert (dry.code, dry.json["request"]["url"]) == (0, "http://127.0.0.1:9/doors/•••")
    ran = cli(*command)
    assert (ran.code, "127.0.0.1" in ran.err) == (5, True)
    log = cli("operation", "list", "--json", "--filter", "op:unlock")
    shown = cli("operation", "show", log.json[0]["id"], "--json")
    assert shown.json["input"] == {"pin": "•••"}
    for one in (dry, ran, log, shown):
        assert "canary" not in one.out + one.err
    kept = cli("run", "door", "unlock", "--secret", "pin=ref:env:PIN")
    assert (kept.code, "give it as env:PIN" in kept.err) == (2, True)


def test_a_list_can_be_given_as_json(cli, desk):
    words = ["--set", "subject=x", "--set", "customer_id=1", "--set", 'tags:=["a","b"]']
    assert cli("run", "desk", "create-ticket", *words, "--json").json["records"][0]["tags"] == ["a", "b"]


def test_a_dry_run_shows_the_exact_request_without_its_secret_and_leaves_no_row(cli, desk, desk_service):
    words = ["run", "desk", "create-ticket", "--set", "subject=x", "--set", "customer_id=1", "--dry-run"]
    ran = cli(*words)
    assert ran.code == 0
    assert f"POST {desk_service.base_url}/tickets" in ran.out
    assert '"subject":"x"' in ran.out.replace(" ", "")
    assert desk_service.credentials.token not in ran.out + ran.err
    shown = cli(*words, "--json").json
    assert shown["operation"] is None
    assert shown["request"]["method"] == "POST"
    assert [one["name"] for one in cli("operation", "list", "--json").json] == ["test desk"]


@pytest.mark.parametrize(
    ("operation", "words", "code", "error_class"),
    [
        ("get-ticket", ["id=999999"], 1, "not_found"),
        ("drill-fail", ["status=409"], 1, "conflict"),
        ("drill-fail", ["status=401"], 3, "auth"),
        ("drill-fail", ["status=403"], 3, "permission"),
        ("drill-fail", ["status=429"], 4, "limit"),
        ("drill-fail", ["status=503"], 4, "vendor"),
        ("drill-fail", ["status=400"], 2, "input"),
        ("drill-hidden-error", [], 1, "vendor"),
        ("drill-web-page", [], 1, "vendor"),
        ("drill-reset", [], 5, "network"),
    ],
)
def test_a_failure_has_its_shape_and_its_code(cli, desk, operation, words, code, error_class):
    sets = [part for word in words for part in ("--set", word)]
    ran = cli("run", "desk", operation, *sets, "--json")
    assert ran.code == code
    assert (ran.json["state"], ran.json["error"]["class"]) == ("failed", error_class)
    assert ran.json["operation"].startswith("op_")
    assert ran.json["error"]["message"]
    assert {"remedy", "retryable", "status"} <= set(ran.json["error"])
    assert ran.json["records"] == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["desk", "list-tickts"], "list-tickets"),
        (["desk", "get-ticket"], "id"),
        (["desk", "list-tickets", "--set", "limt=3"], "limit"),
        (["desk", "list-tickets", "--set", "limit=many"], "limit"),
        (["nobody", "list-tickets"], "nobody"),
    ],
)
def test_wrong_use_is_refused_before_there_is_an_operation(cli, desk, words, named):
    ran = cli("run", *words, "--json")
    assert ran.code == 2
    assert (ran.json["operation"], ran.json["state"], ran.json["error"]["class"]) == (
        None,
        "refused",
        "input",
    )
    assert named in ran.json["error"]["message"] + ran.json["error"]["remedy"]


def test_a_production_project_lets_a_change_through_only_when_it_is_armed(cli, prod):
    words = ["run", "live", "create-ticket", "--set", "subject=for real", "--set", "customer_id=1"]
    refused = cli(*words, "--project", prod, "--json")
    assert refused.code == 6
    assert (refused.json["state"], refused.json["error"]["class"]) == ("refused", "policy")
    looked_for = ["run", "live", "list-tickets", "--set", "q=for real", "--project", prod, "--json"]
    assert cli(*looked_for).json["records"] == []
    assert cli(*words, "--project", prod, "--armed", "--json").code == 0
    assert [ticket["subject"] for ticket in cli(*looked_for).json["records"]] == ["for real"]
    assert cli(*words, "--project", prod).code == 6


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_cancels_the_operation_and_is_130(cli, desk, start, number):
    process = start("run", "desk", "drill-slow", "--set", "seconds=30", "--json")
    wait_for(lambda: [one for one in cli("operation", "list", "--json").json if one["name"] == "drill-slow"])
    process.send_signal(number)
    out, err = process.communicate()
    assert process.returncode == 130
    assert json.loads(out)["state"] == "cancelled"
    assert "Traceback" not in err
    rows = cli("operation", "list", "--json", "--filter", "op:drill-slow").json
    assert [one["state"] for one in rows] == ["cancelled"]


def test_a_closed_pipe_is_quiet_and_the_log_says_how_far_it_came(cli, desk, start):
    read_end, write_end = os.pipe()
    process = start(
        "run", "desk", "export-tickets", "--set", "records=20000", "--format", "jsonl", stdout=write_end
    )
    os.close(write_end)
    os.read(read_end, 10)
    os.close(read_end)
    _, err = process.communicate()
    assert "Traceback" not in err
    assert "Exception" not in err
    row = cli("operation", "list", "--json", "--filter", "op:export-tickets").json[0]
    assert process.returncode == {"success": 0, "cancelled": 130}[row["state"]]


def test_what_a_vendor_says_is_harmless_for_people(cli, desk):
    ran = cli("request", "desk", "GET", "/tickets/\x1b[31m")
    assert "\x1b" not in ran.out + ran.err


def wait_for(happened) -> None:
    while not happened():
        time.sleep(0.05)
