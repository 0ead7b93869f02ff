"""Every operation of the practice connector works against the practice service, and its failures are understood."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core import Engine
from core.practice import PracticeService

METHODS = {"token": {"token": "token"}, "basic": {"password": "password"}, "key": {"api_key": "api_key"}}


@pytest.fixture
def desk(engine: Engine, practice: PracticeService, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Make a connection to the practice service; gives its name."""

    def make(method: str = "token", **overrides: str) -> str:
        name = f"desk-{method}-{len(engine.workspace.connections())}"
        variables = {"base_url": practice.base_url}
        if method == "basic":
            variables["username"] = practice.credentials.username
        secrets = {}
        for key, field in METHODS[method].items():
            monkeypatch.setenv(f"DESK_{key}", overrides.get(key, getattr(practice.credentials, field)))
            secrets[key] = f"ref:env:DESK_{key}"
        engine.workspace.create_connection(
            "practice", name, method=method, variables=variables, secrets=secrets
        )
        engine.workspace.activate(name)
        return name

    return make


@pytest.mark.parametrize("method", METHODS)
async def test_each_way_to_sign_in_passes_the_whole_test(engine: Engine, desk, method: str) -> None:
    report = await engine.test(desk(method))
    assert report.verdict == "passed"
    evidence = {stage.stage: stage.evidence for stage in report.stages}
    assert evidence["auth"] == "accepted as agent@practice"
    assert evidence["probe:customers"] == "1 customer read"
    assert evidence["probe:tickets"] == "1 ticket read"


async def test_a_narrow_token_works_with_a_warning_that_names_the_scope(engine, desk, practice) -> None:
    report = await engine.test(desk(token=practice.credentials.narrow_token))
    tickets = report.stages[-1]
    assert (report.verdict, tickets.verdict, tickets.error_class) == ("warned", "warned", "permission")
    assert "tickets:read" in tickets.evidence


async def test_a_wrong_token_is_bad_credentials(engine, desk) -> None:
    report = await engine.test(desk(token="canary-7391"))
    assert (report.verdict, report.error.error_class, report.error.status) == ("failed", "auth", 401)
    assert "canary" not in str(report)


@pytest.mark.parametrize(
    ("operation", "given", "result"),
    [
        ("list-tickets", {}, "25 tickets"),
        ("list-tickets", {"status": "open", "limit": 1}, "1 ticket"),
        ("get-ticket", {"id": 1042}, "ticket 1042: "),
        ("create-ticket", {"subject": "New", "customer_id": 1, "tags": ["vip"]}, "created ticket 1043"),
        ("update-ticket", {"id": 1042, "status": "solved"}, "changed ticket 1042, now version 2"),
        ("delete-ticket", {"id": 1042}, "deleted ticket 1042"),
        ("list-customers", {"q": "luna"}, "1 customer"),
        ("get-customer", {"id": 3}, "customer 3: Café Luna"),
        ("create-customer", {"name": "New", "email": "desk@new.example"}, "created customer 61"),
        ("list-comments", {"ticket_id": 803}, " comment"),
        ("add-comment", {"ticket_id": 1042, "body": "Hello"}, "added comment "),
        ("list-attachments", {"ticket_id": 1042}, "1 attachment"),
        ("export-tickets", {"records": 500}, "500 tickets"),
        ("drill-slow", {"seconds": 0.1}, "answered after 0.1 s"),
        ("drill-limited", {}, "answered; 29 calls are left in this minute"),
        ("drill-hostile", {}, "17 hostile records"),
        ("drill-numbers", {}, "12 numbers"),
        ("drill-redirect", {"to": "/me"}, "200 ok"),
    ],
)
async def test_an_operation_does_what_it_says(engine, desk, operation: str, given, result: str) -> None:
    outcome = await engine.run(desk(), operation, given)
    assert outcome.state == "success", outcome.error
    assert result in outcome.result


@pytest.mark.parametrize(
    ("operation", "given", "error_class", "words"),
    [
        ("get-ticket", {"id": 7}, "not_found", "ticket 7 does not exist"),
        (
            "create-ticket",
            {"subject": "x", "customer_id": 999},
            "input",
            "customer_id names no customer: 999",
        ),
        ("update-ticket", {"id": 1042, "version": 9}, "conflict", "version 1 now, not 9"),
        (
            "create-customer",
            {"name": "x", "email": "desk@cafe-luna.example"},
            "conflict",
            "already has the address",
        ),
        ("list-tickets", {"since": "soon"}, "input", "since must be a date"),
        ("drill-fail", {"status": 401}, "auth", "always answers 401"),
        ("drill-fail", {"status": 403}, "permission", "always answers 403"),
        ("drill-fail", {"status": 429}, "limit", "always answers 429"),
        ("drill-fail", {"status": 503}, "vendor", "always answers 503"),
        ("drill-flaky", {}, "vendor", "every second call fails"),
        ("drill-web-page", {}, "vendor", "not JSON"),
        ("drill-hidden-error", {}, "vendor", "the monthly quota is used up"),
        ("drill-reset", {}, "network", "broke"),
        ("drill-truncated", {}, "network", "broke off"),
    ],
)
async def test_a_failure_has_its_class_and_says_why(
    engine, desk, operation, given, error_class, words
) -> None:
    outcome = await engine.run(desk(), operation, given)
    assert (outcome.state, outcome.error.error_class) == ("failed", error_class)
    assert words in outcome.error.message
    assert outcome.error.remedy


async def test_the_thirty_first_limited_call_says_when_the_limit_frees(engine, desk) -> None:
    name = desk()
    outcomes = [await engine.run(name, "drill-limited", {}) for _ in range(31)]
    assert [outcome.state for outcome in outcomes] == ["success"] * 30 + ["failed"]
    failure = outcomes[-1].error
    assert (failure.error_class, failure.retryable) == ("limit", True)
    assert "30 per minute" in failure.message
    assert failure.remedy.startswith("the limit frees in ")


async def test_a_download_is_saved_byte_for_byte(engine, desk, tmp_path: Path) -> None:
    outcome = await engine.run(desk(), "download-attachment", {"id": 1}, output=tmp_path / "screen.png")
    assert outcome.saved_to == tmp_path / "screen.png"
    assert outcome.saved_to.read_bytes().startswith(b"\x89PNG")


async def test_a_reading_key_may_not_write(engine, desk, practice) -> None:
    name = desk("key", api_key=practice.credentials.read_only_key)
    outcome = await engine.run(name, "create-ticket", {"subject": "x", "customer_id": 1})
    assert outcome.error.error_class == "permission"
    assert "tickets:write" in outcome.error.remedy


async def test_a_file_is_uploaded_and_comes_back_as_it_was(engine, desk, tmp_path: Path) -> None:
    name, path, saved = desk(), tmp_path / "Rückfrage.pdf", tmp_path / "saved"
    path.write_bytes(bytes(range(256)) * 1_000)
    sent = await engine.run(name, "upload-attachment", {"ticket_id": 1042, "file": str(path)})
    assert sent.result == "attached Rückfrage.pdf, 256000 bytes, to ticket 1042"
    assert sent.records[0]["media_type"] == "application/pdf"
    await engine.run(name, "download-attachment", {"id": sent.records[0]["id"]}, output=saved)
    assert saved.read_bytes() == path.read_bytes()


async def test_the_exports_agree_whatever_their_form(engine, desk) -> None:
    name = desk()
    lines = await engine.run(name, "export-tickets", {"status": "open"})
    table = await engine.run(name, "export-tickets-csv", {"status": "open"})
    document = await engine.run(name, "export-tickets-xml", {"status": "open"})
    subjects = [record["subject"] for record in lines.records]
    assert [record["subject"] for record in table.records] == subjects
    assert [record["subject"] for record in document.records] == subjects
    assert document.records[0]["@id"] == table.records[0]["id"] == str(lines.records[0]["id"])
    tags = [list(record["tags"]) for record in lines.records]
    assert [record.get("tag", []) for record in document.records] == tags
