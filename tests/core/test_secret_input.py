"""An input of type secret reaches the vendor, and nothing else."""

import base64
from pathlib import Path

import pytest

from connectors import find_problems
from core import Engine, InputError
from core.home import Home
from storage.reading import open_reading

PIN = "canary-pin-5512/x+"
CODED = base64.b64encode(PIN.encode()).decode()

CONNECTOR = """
schema: connect/1
revision: 1
handle: safe
name: Safe
summary: Opens doors.
type: api
author: {company: Tests}
inputs: [{key: base_url, type: url, required: true}]
http: {base_url: '{{ var.base_url }}'}
auth: {token: {kind: bearer}}
operations:
  unlock:
    input: {pin: secret!, note: string}
    request:
      method: POST
      path: '/doors/{{ input.pin }}'
      headers: {X-Code: '{{ base64(input.pin) }}'}
      body: {code: '{{ input.pin }}', all: '{{ json(input) }}', note: '{{ input.note }}'}
    errors:
      - {match: {status: 400}, message: 'no door opens with {{ input.pin }} ({{ base64(input.pin) }})'}
  strict:
    input: {type: object, required: [pin], properties: {pin: {type: secret, minLength: 40}}}
    request: {method: POST, path: /doors, body: {code: '{{ input.pin }}'}}
"""


@pytest.fixture
def safe(engine: Engine, serve, answer, tmp_path: Path):
    """A connection called ``it`` to a server that says back what it was told."""
    server = serve()
    server.answers["*"] = answer(400, f'{{"message": "{PIN} is wrong", "code": "{CODED}"}}'.encode())
    path = tmp_path / "safe.yaml"
    path.write_text(CONNECTOR)
    engine.catalog.add(path)
    engine.workspace.create_connection(
        "safe", "it", method="token", variables={"base_url": server.url}, secrets={"token": "made-up"}
    )
    engine.workspace.activate("it")
    return server


def leaks(text: str) -> list[str]:
    return [one for one in (PIN, "canary-pin-5512", CODED, CODED[:12]) if one in text]


async def test_it_is_sent_and_stands_in_no_log_event_or_error(engine: Engine, safe, home: Home) -> None:
    events: list[object] = []
    outcome = await engine.run("it", "unlock", {"pin": PIN, "note": "for me"}, emit=events.append)
    _, path, headers, body = safe.seen[0]
    assert path == "/doors/canary-pin-5512%2Fx%2B"
    assert headers["X-Code"] == CODED
    assert PIN.encode() in body
    assert (outcome.error.message, outcome.error.error_class) == ("•••", "input")
    assert leaks(f"{events}{outcome}") == []
    await engine.close()
    with open_reading(home.database) as reading:
        row = reading.operation(outcome.operation)
        (exchange,) = reading.exchanges(outcome.operation, bodies=True)
    assert row.input == {"pin": "•••", "note": "for me"}
    assert leaks(f"{row}{exchange}".replace("\\\\", "")) == []
    for file in home.data.rglob("*"):
        assert not file.is_file() or leaks(file.read_bytes().decode("latin-1")) == []


async def test_a_dry_run_shows_the_request_without_it(engine: Engine, safe) -> None:
    outcome = await engine.run("it", "unlock", {"pin": PIN}, dry_run=True)
    assert outcome.request.url.endswith("/doors/•••")
    assert leaks(str(outcome)) == []
    assert safe.seen == []


async def test_what_is_wrong_with_it_is_told_without_it(engine: Engine, safe) -> None:
    with pytest.raises(InputError, match="pin: this value is shorter than 40 characters"):
        await engine.run("it", "strict", {"pin": PIN})
    with pytest.raises(InputError, match="the log does not keep it"):
        await engine.run("it", "unlock", {"pin": "•••"})


async def test_it_is_not_kept_where_the_credentials_cannot_be_read(
    engine: Engine, safe, home: Home, monkeypatch
) -> None:
    engine.workspace.create_connection(
        "safe",
        "other",
        method="token",
        variables={"base_url": safe.url},
        secrets={"token": "ref:env:NO_SUCH"},
    )
    engine.workspace.activate("other")
    outcome = await engine.run("other", "unlock", {"pin": PIN})
    assert outcome.error.error_class == "vault"
    await engine.close()
    with open_reading(home.database) as reading:
        assert reading.operation(outcome.operation).input == {"pin": "•••"}


def test_a_secret_has_no_default(tmp_path: Path) -> None:
    path = tmp_path / "safe.yaml"
    path.write_text(CONNECTOR.replace("pin: secret!", "pin: secret = 1234"))
    (problem,) = find_problems(path)
    assert problem.message == "a secret has no default; the person gives it"
