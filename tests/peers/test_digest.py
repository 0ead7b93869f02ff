"""Digest and basic authentication against Apache, digest with other hashes against lighttpd."""

import re
from pathlib import Path

import pytest

from core import Engine

pytestmark = [pytest.mark.peer, pytest.mark.xdist_group("apache"), pytest.mark.timeout(180)]

CONNECTOR = """
schema: connect/1
revision: 1
handle: folders
name: Folders
summary: Files behind a password.
type: api
author: {company: Tests}
inputs:
  - {key: base_url, type: url, required: true}
http:
  base_url: '{{ var.base_url }}'
auth:
  digest:
    kind: digest
    test:
      - {name: first, request: {path: '/digest/a b.json'}, show: 'in {{ response.body.in }}'}
      - {name: again, request: {path: '/digest/a b.json', query: {x: 'a b&c'}}}
      - {name: moved, request: {path: '/moved/a b.json'}}
      - {name: once, request: {path: '/once/a b.json'}}
      - {name: twice, request: {path: '/once/a b.json'}}
  basic:
    kind: basic
operations:
  read:
    input: {folder: string!}
    request: {path: '/{{ input.folder }}/a b.json'}
  send:
    input: {folder: string!, file: file!}
    request: {method: POST, path: '/{{ input.folder }}/a b.json', body_type: file, body: '{{ input.file }}'}
"""


@pytest.fixture
def folders(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Make a connection to a peer with a password; gives its name."""
    path = tmp_path / "folders.yaml"
    path.write_text(CONNECTOR)
    engine.catalog.add(path)

    def make(peer, method: str = "digest", password: str = "peer-password") -> str:
        monkeypatch.setenv("PEER_SECRET", password)
        engine.workspace.create_connection(
            "folders", "it", method=method, secrets={"password": "ref:env:PEER_SECRET"},
            variables={"base_url": peer.base_url, "username": peer.username},
        )  # fmt: skip
        engine.workspace.activate("it")
        return "it"

    return make


def told(peer) -> list[tuple[str, str, str]]:
    """Give status, path and Authorization of every request that Apache answered so far."""
    rows = [line.split("\t") for line in (peer.folder / "access.log").read_text().splitlines()]
    return [(status, path, authorization) for status, path, authorization in rows]


async def test_apache_accepts_the_answer_to_its_challenge(engine: Engine, folders, apache) -> None:
    outcome = await engine.run(folders(apache), "read", {"folder": "digest"})
    assert (outcome.error, outcome.value) == (None, {"in": "digest"})


async def test_one_nonce_serves_a_whole_test_and_a_redirect_is_signed_anew(
    engine: Engine, folders, apache
) -> None:
    before = len(told(apache))
    report = await engine.test(folders(apache))
    assert report.verdict == "passed", report.stages
    assert next(stage.evidence for stage in report.stages if stage.stage == "auth") == "in digest"
    asked = [(status, path) for status, path, _ in told(apache)[before + 1 :]]
    digest, moved, once = "/digest/a b.json", "/moved/a b.json", "/once/a b.json"
    # The folder of nonces that are good for one request sends the next one along.
    assert asked == [
        ("401", digest), ("200", digest), ("200", digest), ("307", moved), ("200", digest),
        ("401", once), ("200", once), ("200", once),
    ]  # fmt: skip


async def test_a_wrong_password_is_tried_once(engine: Engine, folders, apache) -> None:
    before = len(told(apache))
    outcome = await engine.run(folders(apache, password="wrong-peer-password"), "read", {"folder": "digest"})
    assert (outcome.error.error_class, outcome.error.status) == ("auth", 401)
    assert [status for status, *_ in told(apache)[before:]] == ["401", "401"]


async def test_a_file_is_sent_again_after_the_challenge(
    engine: Engine, folders, apache, tmp_path: Path
) -> None:
    (tmp_path / "big.bin").write_bytes(b"\0\xff" * 500_000)
    given = {"folder": "digest", "file": str(tmp_path / "big.bin")}
    before = len(told(apache))
    outcome = await engine.run(folders(apache), "send", given)
    assert (outcome.error, outcome.value) == (None, {"in": "digest"})
    assert [status for status, *_ in told(apache)[before:]] == ["401", "200"]


async def test_apache_accepts_basic(engine: Engine, folders, apache) -> None:
    outcome = await engine.run(folders(apache, method="basic"), "read", {"folder": "basic"})
    assert (outcome.error, outcome.value) == (None, {"in": "basic"})


async def test_a_server_that_asks_for_basic_is_named(engine: Engine, folders, apache) -> None:
    outcome = await engine.run(folders(apache), "read", {"folder": "basic"})
    assert outcome.error.error_class == "config"
    assert "asks for basic authentication and not for digest" in outcome.error.message


@pytest.mark.parametrize("folder", ["MD5", "SHA-256"])
async def test_lighttpd_accepts_each_hash(engine: Engine, folders, lighttpd, folder: str) -> None:
    outcome = await engine.run(folders(lighttpd), "read", {"folder": folder})
    assert (outcome.error, outcome.value) == (None, {"in": folder})


async def test_nothing_that_lets_in_is_stored(engine: Engine, folders, apache, kept) -> None:
    before = len(told(apache))
    name = folders(apache)
    await engine.run(name, "read", {"folder": "digest"})
    sent = " ".join(value for *_, value in told(apache)[before:])
    (proof,) = re.findall(r'response="([0-9a-f]{32})"', sent.replace('\\"', '"'))
    await engine.close()
    found = kept()
    assert "Digest •••" in found
    assert proof not in found
    assert "peer-password" not in found
