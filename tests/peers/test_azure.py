"""A signature template against Azurite, the emulator of Azure Storage, which checks every Shared Key."""

from pathlib import Path

import pytest

from core import Engine

pytestmark = [pytest.mark.peer, pytest.mark.xdist_group("azurite"), pytest.mark.timeout(180)]

# The account of the emulator, which everybody knows.
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

CONNECTOR = """
schema: connect/1
revision: 1
handle: blobs
name: Blobs
summary: Blobs of Azure Storage.
type: api
author: {company: Tests}
inputs:
  - {key: base_url, type: url, required: true}
http:
  base_url: '{{ var.base_url }}/{{ connection.name }}'
  headers: {x-ms-version: '2021-08-06'}
auth:
  key:
    kind: hmac
    key_encoding: base64
    encoding: base64
    timestamp: http
    inputs:
      - {key: account, label: Storage account, required: true}
      - {key: key, label: Key, type: secret, required: true}
    before: [{in: header, name: x-ms-date, format: '{{ signing.timestamp }}'}]
    string_to_sign: |-
      {{ signing.method }}
      {{ default(signing.headers."content-encoding", '') }}
      {{ default(signing.headers."content-language", '') }}
      {{ signing.body_size > `0` && to_string(signing.body_size) || '' }}
      {{ default(signing.headers."content-md5", '') }}
      {{ default(signing.headers."content-type", '') }}

      {{ default(signing.headers."if-modified-since", '') }}
      {{ default(signing.headers."if-match", '') }}
      {{ default(signing.headers."if-none-match", '') }}
      {{ default(signing.headers."if-unmodified-since", '') }}
      {{ default(signing.headers.range, '') }}
      {{ join(`"\\n"`, signing.header_list[?starts_with(name, 'x-ms-')].join(':', [name, value])) }}
      /{{ auth.account }}{{ signing.path }}{{ join('', signing.query_fields[].join('', [`"\\n"`, lower(name), ':', join(',', values)])) }}
    apply:
      - {in: header, name: Authorization, format: 'SharedKey {{ auth.account }}:{{ signing.signature }}'}
operations:
  create-container:
    input: {container: string!}
    request: {method: PUT, path: '/{{ input.container }}', query: {restype: container}}
  put-text:
    input: {container: string!, name: string!, text: string!}
    request:
      {method: PUT, path: '/{{ input.container }}/{{ input.name }}', body_type: text, body: '{{ input.text }}',
       headers: {x-ms-blob-type: BlockBlob, x-ms-meta-note: a note}}
  put-file:
    input: {container: string!, name: string!, file: file!}
    request:
      {method: PUT, path: '/{{ input.container }}/{{ input.name }}', body_type: file, body: '{{ input.file }}',
       headers: {x-ms-blob-type: BlockBlob}}
  get:
    input: {container: string!, name: string!}
    request: {path: '/{{ input.container }}/{{ input.name }}', headers: {Range: bytes=0-99}}
    response: {type: text}
  list:
    input: {container: string!, prefix: string}
    request:
      path: '/{{ input.container }}'
      query: {restype: container, comp: list, prefix: '{{ input.prefix }}', include: 'metadata,tags'}
    response: {type: xml, xml: {lists: [Blob]}}
    records: EnumerationResults.Blobs.Blob
"""


@pytest.fixture
def blobs(engine: Engine, azurite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A connection to the emulator with its usual account."""
    path = tmp_path / "blobs.yaml"
    path.write_text(CONNECTOR)
    engine.catalog.add(path)
    monkeypatch.setenv("PEER_SECRET", KEY)
    engine.workspace.create_connection(
        "blobs", azurite.username, method="key", secrets={"key": "ref:env:PEER_SECRET"},
        variables={"base_url": azurite.base_url, "account": azurite.username},
    )  # fmt: skip
    engine.workspace.activate(azurite.username)
    return azurite.username


async def test_blobs_of_any_name_are_written_listed_and_read(
    engine: Engine, blobs: str, tmp_path: Path
) -> None:
    (tmp_path / "big.bin").write_bytes(b"0123456789" * 50_000)
    box = {"container": "peer"}
    made = await engine.run(blobs, "create-container", box)
    assert made.error is None, made.error
    for name in ("a.txt", "folder/a b+c.txt", "é 日本.txt"):
        put = await engine.run(blobs, "put-text", {**box, "name": name, "text": f"text of {name}"})
        assert put.error is None, (name, put.error)
        got = await engine.run(blobs, "get", {**box, "name": name})
        assert (got.error, got.value) == (None, f"text of {name}")
    file = await engine.run(blobs, "put-file", {**box, "name": "big.bin", "file": str(tmp_path / "big.bin")})
    assert file.error is None, file.error
    listed = await engine.run(blobs, "list", {**box, "prefix": "folder/a b+"})
    assert (listed.error, [row["Name"] for row in listed.records]) == (None, ["folder/a b+c.txt"])


async def test_a_wrong_key_is_refused_and_nothing_of_it_is_kept(
    engine: Engine, blobs: str, monkeypatch: pytest.MonkeyPatch, kept
) -> None:
    monkeypatch.setenv("PEER_SECRET", KEY.replace("E", "F"))
    outcome = await engine.run(blobs, "list", {"container": "peer"})
    assert outcome.error.status == 403
    await engine.close()
    found = kept()
    assert "SharedKey" not in found
    assert "by8vdM02" not in found
