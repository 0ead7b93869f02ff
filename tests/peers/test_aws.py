"""Signature Version 4 against moto, which finds each signature anew with botocore and refuses a wrong one."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from core import Engine
from storage.reading import open_reading, parse_filter

pytestmark = [pytest.mark.peer, pytest.mark.xdist_group("moto"), pytest.mark.timeout(240)]

CONNECTOR = """
schema: connect/1
revision: 1
handle: cloud
name: Cloud
summary: Some services of a cloud.
type: api
author: {company: Tests}
inputs:
  - {key: base_url, type: url, required: true}
  - {key: region, default: eu-central-1}
  - {key: service, required: true}
http:
  base_url: '{{ var.base_url }}'
auth:
  keys:
    kind: aws_sigv4
    service: '{{ var.service }}'
    region: '{{ var.region }}'
    test: [{name: who, operation: who-am-i, show: 'accepted as {{ response.body.GetCallerIdentityResponse.GetCallerIdentityResult.Arn }}'}]
  role:
    kind: aws_sigv4
    service: '{{ var.service }}'
    region: '{{ var.region }}'
    assume_role: {url: '{{ var.base_url }}', external_id: '{{ auth.external_id }}', duration: 900}
    inputs:
      - {key: access_key_id, required: true}
      - {key: secret_access_key, type: secret, required: true}
      - {key: role_arn, required: true}
      - {key: external_id}
operations:
  put-object:
    input: {bucket: string!, key: string!, text: string!}
    request:
      {method: PUT, path: '/{{ input.bucket }}/{{ input.key }}', body_type: text, body: '{{ input.text }}',
       headers: {X-Amz-Meta-Note: 'two  spaces '}}
  put-file:
    input: {bucket: string!, key: string!, file: file!}
    request: {method: PUT, path: '/{{ input.bucket }}/{{ input.key }}', body_type: file, body: '{{ input.file }}'}
  get-object:
    input: {bucket: string!, key: string!}
    request: {path: '/{{ input.bucket }}/{{ input.key }}'}
    response: {type: text}
  list-objects:
    input: {bucket: string!, prefix: string}
    request: {path: '/{{ input.bucket }}', query: {list-type: 2, prefix: '{{ input.prefix }}', delimiter: ''}}
    response: {type: xml, xml: {lists: [Contents], namespaces: {'': 'http://s3.amazonaws.com/doc/2006-03-01/'}}}
    records: ListBucketResult.Contents
  call-json:
    input: {target: string!, version: string!, body: object!}
    request:
      method: POST
      path: /
      headers: {X-Amz-Target: '{{ input.target }}', Content-Type: 'application/x-amz-json-{{ input.version }}'}
      body: '{{ input.body }}'
    response: {type: json}
  who-am-i:
    request: {method: POST, path: /, body_type: form, body: {Action: GetCallerIdentity, Version: '2011-06-15'}}
    danger: none
    read_only: true
    response: {type: xml}
"""
KEYS = ("a.txt", "folder/a b+c.txt", "é/日本 ~-_.!*'()", "100%&x=1?#;:@,$", "a//b")


@pytest.fixture
def cloud(engine: Engine, aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Make a connection to a service of the cloud; gives its name."""
    path = tmp_path / "cloud.yaml"
    path.write_text(CONNECTOR)
    engine.catalog.add(path)
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))

    def make(service: str, *, method: str = "keys", secret: str = aws.secret_access_key, **more: Any) -> str:
        monkeypatch.setenv("PEER_SECRET", secret)
        name = f"cloud-{len(engine.workspace.connections())}"
        engine.workspace.create_connection(
            "cloud", name, method=method, secrets={"secret_access_key": "ref:env:PEER_SECRET"},
            variables={"base_url": aws.base_url, "service": service, "access_key_id": aws.access_key_id, **more},
        )  # fmt: skip
        engine.workspace.activate(name)
        return name

    return make


async def test_objects_of_any_name_are_written_read_and_listed(engine: Engine, cloud, aws) -> None:
    name = cloud("s3")
    for key in KEYS:
        put = await engine.run(
            name, "put-object", {"bucket": aws.bucket, "key": key, "text": f"text of {key}"}
        )
        assert put.error is None, (key, put.error)
        got = await engine.run(name, "get-object", {"bucket": aws.bucket, "key": key})
        assert (got.error, got.value) == (None, f"text of {key}")
        assert aws.object(key) == f"text of {key}".encode()
    listed = await engine.run(name, "list-objects", {"bucket": aws.bucket, "prefix": "folder/a b+"})
    assert listed.error is None
    assert [row["Key"] for row in listed.records] == ["folder/a b+c.txt"]


async def test_a_file_goes_to_s3_unsigned(engine: Engine, cloud, aws, tmp_path: Path) -> None:
    (tmp_path / "big.bin").write_bytes(b"\0\xff" * 300_000)
    given = {"bucket": aws.bucket, "key": "big.bin", "file": str(tmp_path / "big.bin")}
    put = await engine.run(cloud("s3"), "put-file", given)
    assert put.error is None
    assert aws.object("big.bin") == b"\0\xff" * 300_000


async def test_a_message_goes_through_a_queue(engine: Engine, cloud, aws) -> None:
    name = cloud("sqs")

    async def call(action: str, body: dict[str, Any]) -> Any:
        done = await engine.run(
            name, "call-json", {"target": f"AmazonSQS.{action}", "version": "1.0", "body": body}
        )
        assert done.error is None, done.error
        return done.value

    queue = {"QueueUrl": aws.queue_url}
    await call("SendMessage", {**queue, "MessageBody": "hello é"})
    received = await call("ReceiveMessage", queue)
    assert [one["Body"] for one in received["Messages"]] == ["hello é"]


@pytest.mark.parametrize("method", ["keys", "role"])
async def test_an_item_is_put_and_read(engine: Engine, cloud, aws, method: str) -> None:
    more = {"role_arn": aws.role_arn, "external_id": aws.external_id} if method == "role" else {}
    name = cloud("dynamodb", method=method, **more)

    async def call(action: str, body: dict[str, Any]) -> Any:
        given = {
            "target": f"DynamoDB_20120810.{action}",
            "version": "1.0",
            "body": {"TableName": aws.table, **body},
        }
        done = await engine.run(name, "call-json", given)
        assert done.error is None, done.error
        return done.value

    await call("PutItem", {"Item": {"id": {"S": method}, "n": {"N": "1"}}})
    assert (await call("GetItem", {"Key": {"id": {"S": method}}}))["Item"]["n"] == {"N": "1"}


async def test_the_test_says_who_signs(engine: Engine, cloud) -> None:
    report = await engine.test(cloud("sts"))
    auth = {stage.stage: stage for stage in report.stages}["auth"]
    assert (auth.verdict, auth.evidence.startswith("accepted as arn:aws:")) == ("passed", True), auth


async def test_a_wrong_secret_key_is_refused(engine: Engine, cloud, aws) -> None:
    name = cloud("s3", secret="wrong" + aws.secret_access_key[5:])
    refused = await engine.run(name, "get-object", {"bucket": aws.bucket, "key": "a.txt"})
    assert refused.error is not None
    assert refused.error.status == 403


async def test_a_role_signs_as_the_role_and_its_keys_are_fetched_once(
    engine: Engine, cloud, aws, home
) -> None:
    name = cloud("sts", method="role", role_arn=aws.role_arn, external_id=aws.external_id)
    for _ in range(3):
        done = await engine.run(name, "who-am-i", {})
        assert done.error is None
        assert ":assumed-role/connect-reader/connect-tui" in json.dumps(done.value)
    with closing(sqlite3.connect(home.database)) as database:
        (fetched,) = database.execute("select count(*) from operation where kind = 'auth'").fetchone()
    assert fetched == 1


async def test_nothing_that_signs_is_kept(engine: Engine, cloud, aws, home) -> None:
    name = cloud("sts", method="role", role_arn=aws.role_arn, external_id=aws.external_id)
    assert (await engine.run(name, "who-am-i", {})).error is None
    (row,) = engine.workspace.authentications.list()
    held = json.loads(engine.keeper.resolve(f"vault:{row.id}/tokens"))["values"]
    await engine.close()
    kept = b"".join(path.read_bytes() for path in home.data.parent.rglob("*") if path.is_file())
    with open_reading(home.database) as reading:
        for one in reading.operations_block(parse_filter(""), limit=50):
            exchanges = reading.exchanges(one.id, bodies=True)
            kept += repr((reading.operation(one.id), exchanges, reading.log_lines(one.id))).encode()
            bodies = [body for each in exchanges for body in (each.request_body, each.response_body) if body]
            kept += b"".join(body.content for body in bodies)
    assert b"AssumeRoleResponse" in kept
    signatures = re.findall(rb"Signature=[0-9a-f]{64}", kept)
    assert signatures == []
    for secret in (aws.secret_access_key, held["role_secret_access_key"], held["role_session_token"]):
        for form in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1]):
            assert form.encode() not in kept


async def test_a_role_that_may_not_be_taken_on_says_what_helps(engine: Engine, cloud, aws) -> None:
    name = cloud("sts", method="role", role_arn=aws.role_arn, external_id="not-this-one")
    refused = await engine.run(name, "who-am-i", {})
    assert refused.error is not None
    assert "AccessDenied" in refused.error.message
    assert "trust policy" in refused.error.remedy
