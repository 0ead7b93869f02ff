"""The tests that stand in a connector file: the engine's own way, with only the transport answering from the file."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors import load_definition
from core.offline_test import OfflineResult, run_offline_tests

CONNECTOR = """
schema: connect/1
revision: 1
handle: broker
name: Broker
inputs:
  - {key: base_url, type: url, required: true, default: 'https://broker.example/base'}
  - {key: vhost, example: orders}
  - {key: tenant}
  - {key: pin, type: secret}
  - {key: ca, type: file, example: /nowhere/ca.pem}
  - {key: plan, type: enum, options: [free, paid], default: free}
  - {key: seats, type: int, example: 5, visible_when: plan == 'paid'}
http:
  base_url: '{{ var.base_url }}'
  headers: {X-Tenant: '{{ var.tenant }}', X-Pin: '{{ var.pin }}', X-Seats: '{{ var.seats }}'}
  hosts: {files: files.broker.example}
  redirects: any
auth:
  user: {kind: basic}
  key: {kind: api_key, apply: [{in: header, name: X-Api-Key}]}
  region:
    kind: bearer
    format: '{{ auth.region }} {{ auth.token }} {{ auth.realm }}'
    inputs:
      - {key: region, type: enum, options: [eu, us]}
      - {key: token, type: secret}
      - {key: realm, default: main}
  certificate: {kind: mtls}
  both: {kind: basic, certificate: {cert: '{{ auth.username }}', key: '{{ auth.password }}'}}
  role:
    kind: aws_sigv4
    service: sqs
    region: eu-west-3
    assume_role: {}
    inputs: [{key: access_key_id}, {key: secret_access_key, type: secret}, {key: role_arn}]
errors:
  - match: {status: 401}
    class: auth
    message: 'refused: {{ response.body.reason }}'
    remedy: mend the password
  - {match: {exception: timeout}, class: vendor, message: the broker sleeps, remedy: wake it}
operations:
  list-queues:
    input: {vhost: string, page: 'integer = 1', tags: 'string[]'}
    request:
      path: '/queues/{{ default(input.vhost, var.vhost) }}'
      query: {page: '{{ input.page }}', tag: '{{ input.tags }}'}
    records: items
  make-queue:
    input: {name: string!, size: number}
    request: {method: POST, path: /queues, body: {name: '{{ input.name }}', size: '{{ input.size }}', at: [1, true]}}
  sign-up:
    input: {name: string!}
    request: {method: POST, path: /sign-up, body_type: form, body: {name: '{{ input.name }}', role: [a, b]}}
  send-file:
    input: {what: file!}
    request: {method: PUT, path: /file, body_type: file, body: '{{ input.what }}'}
  send-files:
    input: {all: 'file[]', about: string}
    request: {method: POST, path: /form, body_type: multipart, body: {all: '{{ input.all[].{file: @} }}', about: '{{ input.about }}'}}
  send-form:
    input: {what: file!, about: string}
    request:
      method: POST
      path: /form
      body_type: multipart
      body: {what: {file: '{{ input.what }}', type: text/csv}, about: '{{ input.about }}', tag: [a, b]}
"""

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run one test, which is written as the text of its keys."""

    async def run_one(text: str) -> OfflineResult:
        test = {"name": "it", **yaml.safe_load(text)}
        path = tmp_path / "broker.yaml"
        path.write_text(CONNECTOR + yaml.safe_dump({"tests": [test]}, sort_keys=False), encoding="utf-8")
        (result,) = await run_offline_tests(load_definition(path).definition)
        return result

    return run_one


def paths(result: OfflineResult) -> list[str]:
    return [difference.path for difference in result.differences]


GOOD = """
operation: list-queues
given:
  input: {vhost: /, tags: [a, b]}
  responses: [{body: {items: [{name: orders, size: 3}, {name: mails, size: 0}], more: false}}]
expect:
  requests:
    - method: GET
      path: /base/queues/%2F
      query: {page: '1', tag: [a, b], other: null}
      headers: {authorization: Basic dGVzdC11c2VybmFtZTp0ZXN0LXBhc3N3b3Jk, X-Other: null}
  count: 2
  records: [{name: orders}]
  result: 2 queues
"""


async def test_a_test_whose_expectations_are_met_passes(run: Run) -> None:
    result = await run(GOOD)
    assert (result.state, result.connector, result.test, result.differences) == ("passed", "broker", "it", ())


@pytest.mark.parametrize(
    ("was", "now", "path", "message"),
    [
        ("method: GET", "method: PUT", "expect.requests[0].method", 'expected "PUT", found "GET"'),
        ("queues/%2F", "queues//", "expect.requests[0].path", 'expected "/base/queues//", found "/base/queues/%2F"'),
        ("page: '1'", "page: '2'", "expect.requests[0].query.page", 'expected "2", found "1"'),
        ("tag: [a, b]", "tag: a", "expect.requests[0].query.tag", 'expected "a", found ["a","b"]'),
        ("other: null", "page: null", "expect.requests[0].query.page", 'expected nothing, found "1"'),
        ("other: null", "other: ''", "expect.requests[0].query.other", 'expected "", found nothing'),
        ("X-Other: null", "X-Other: x", "expect.requests[0].headers.x-other", 'expected "x", found nothing'),
        ("count: 2", "count: 3", "expect.count", "expected 3, found 2"),
        ("{name: orders}]", "{name: mails}]", "expect.records[0].name", 'expected "mails", found "orders"'),
        ("{name: orders}]", "{size: '3'}]", "expect.records[0].size", 'expected "3", found 3'),
        ("{name: orders}]", "{age: 3}]", "expect.records[0].age", "expected 3, found nothing"),
        ("{name: orders}]", "{}, {}, {}]", "expect.records[2]", "expected {}, found nothing"),
        ("result: 2 queues", "result: 3 queues", "expect.result", 'expected "3 queues", found "2 queues"'),
    ],
)  # fmt: skip
async def test_what_differs_is_named_with_its_path(
    run: Run, was: str, now: str, path: str, message: str
) -> None:
    assert was in GOOD
    result = await run(GOOD.replace(was, now))
    assert [(one.path, one.message) for one in result.differences] == [(path, message)]


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("certificate", "{Authorization: null}"),
        ("both", "{Authorization: Basic dGVzdC11c2VybmFtZTp0ZXN0LXBhc3N3b3Jk}"),
        ("role", "{Host: null, X-Amz-Security-Token: null}"),
    ],
)
async def test_what_needs_a_certificate_or_a_role_is_tested_without_one(
    run: Run, method: str, headers: str
) -> None:
    result = await run(
        f"""
operation: list-queues
auth: {method}
given: {{responses: [{{body: {{items: []}}}}]}}
expect: {{count: 0, requests: [{{headers: {headers}}}]}}
"""
    )
    assert result.differences == ()


async def test_a_success_that_should_have_failed_is_a_difference(run: Run) -> None:
    test = "{operation: make-queue, given: {input: {name: a}, responses: [{status: 201}]}, expect: {state: failed}}"
    (difference,) = (await run(test)).differences
    assert (difference.path, difference.message) == ("expect.state", 'expected "failed", found "success"')


async def test_a_json_body_is_compared_by_what_is_named(run: Run) -> None:
    test = "{operation: make-queue, given: {input: {name: a}, responses: [{status: 201}]}, expect: {requests: [{body: %s}]}}"
    assert paths(await run(test % "{name: a, at: [1, true]}")) == []
    assert paths(await run(test % "{name: b, at: [1, 1], size: null}")) == [
        "expect.requests[0].body.name",
        "expect.requests[0].body.at[1]",
        "expect.requests[0].body.size",
    ]
    assert paths(await run(test % "{at: [1]}")) == ["expect.requests[0].body.at[1]"]
    assert paths(await run(test % """'{"name":"a","at":[1,true]}'""")) == []
    assert paths(await run(test % "[1]")) == ["expect.requests[0].body"]


async def test_a_form_is_compared_by_its_fields(run: Run) -> None:
    test = (
        "{operation: sign-up, given: {input: {name: a b}, responses: [{}]}, expect: {requests: [{body: %s}]}}"
    )
    assert paths(await run(test % "{name: a b, role: [a, b]}")) == []
    assert paths(await run(test % "{name: c}")) == ["expect.requests[0].body.name"]


async def test_a_file_is_sent_as_it_is(run: Run) -> None:
    test = "{operation: send-file, given: {files: {a.csv: 'x,y'}, input: {what: a.csv}, responses: [{}]}, expect: {requests: [{body: %s}]}}"
    assert paths(await run(test % "'x,y'")) == []
    assert paths(await run(test % "'x,z'")) == ["expect.requests[0].body"]


async def test_only_an_input_that_is_a_file_becomes_one_also_in_a_list(
    run: Run, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("of whoever runs it")
    test = (
        "{operation: send-files, given: {files: {a.csv: 'x,y', b.csv: z}, input: {all: [a.csv, b.csv], about: a.csv},"
        " responses: [{}]}, expect: {requests: [{body: {all: ['x,y', z], about: a.csv}}]}}"
    )
    assert paths(await run(test)) == []


async def test_a_form_with_files_is_compared_by_its_parts(run: Run) -> None:
    test = (
        "{operation: send-form, given: {files: {a.csv: 'x,y'}, input: {what: a.csv, about: ünder}, responses: [{}]},"
        " expect: {requests: [{body: %s}]}}"
    )
    assert paths(await run(test % "{what: 'x,y', about: ünder, tag: [a, b]}")) == []
    whole = "{what: {filename: a.csv, type: text/csv, content: 'x,y'}}"
    assert paths(await run(test % whole)) == []
    wrong = await run(test % "{what: {filename: b.csv}, about: over, tag: [a], more: x}")
    assert paths(wrong) == [
        f"expect.requests[0].body.{one}" for one in ("what.filename", "about", "tag[1]", "more")
    ]


async def test_a_failure_is_compared_by_what_is_named(run: Run) -> None:
    test = (
        "{operation: list-queues, given: {responses: [{status: 401, body: {reason: of course}}]}, expect: %s}"
    )
    assert paths(await run(test % "{error: {class: auth, message: 'refused: of course', status: 401}}")) == []
    assert paths(await run(test % "{state: failed}")) == []
    wrong = await run(test % "{error: {class: vendor, remedy: none}}")
    assert paths(wrong) == ["expect.error.class", "expect.error.remedy"]
    (unexpected,) = (await run(test % "{count: 0}")).differences
    assert unexpected.message == 'expected "success", found "failed (auth): refused: of course"'


async def test_an_answer_that_never_came_goes_through_the_rules(run: Run) -> None:
    test = "{operation: list-queues, given: {responses: [{exception: %s}]}, expect: {error: {class: %s, message: %s}}}"
    assert paths(await run(test % ("timeout", "vendor", "the broker sleeps"))) == []
    assert paths(await run(test % ("network", "network", "there was no answer (network)"))) == []


async def test_every_answer_is_asked_for_and_every_request_is_answered(run: Run) -> None:
    test = "{operation: list-queues, given: {responses: %s}, expect: {state: %s}}"
    assert paths(await run(test % ("[]", "failed"))) == ["given.responses[0]"]
    (unused,) = (await run(test % ("[{body: {items: []}}, {}]", "success"))).differences
    assert (unused.path, unused.found) == ("given.responses[1]", unused.found)
    assert "a request that asks for it" in unused.message


async def test_a_redirect_is_followed_to_the_next_answer_without_the_credentials(run: Run) -> None:
    test = """
operation: list-queues
given:
  responses:
    - {status: 302, headers: {Location: 'https://%s/q'}}
    - {body: {items: []}}
expect:
  requests: [{path: /base/queues/orders}, {path: /q, headers: {Authorization: null}}]
"""
    assert paths(await run(test % "files.broker.example")) == []
    refused = await run(test % "evil.example")
    assert "expect.requests[1]" in paths(refused)
    assert "failed (policy)" in refused.differences[-1].message


async def test_variables_are_named_else_usual_else_examples_and_secrets_are_made_up(run: Run) -> None:
    test = "{operation: list-queues, given: {variables: %s, responses: [{body: {items: []}}]}, expect: {requests: [%s]}}"
    usual = "{path: /base/queues/orders, headers: {X-Pin: test-pin, X-Tenant: null, X-Seats: null}}"
    assert paths(await run(test % ("{}", usual))) == []
    paid = "{path: /v/queues/mails, headers: {X-Tenant: a, X-Seats: '5', X-Pin: '1234'}}"
    given = "{base_url: 'https://x.example/v', vhost: mails, tenant: a, plan: paid, pin: '1234'}"
    assert paths(await run(test % (given, paid))) == []


async def test_an_example_is_left_out_by_null(run: Run) -> None:
    test = "{operation: list-queues, given: {variables: {vhost: null}}, expect: {error: {class: input}}}"
    assert paths(await run(test)) == []


async def test_variables_that_cannot_be_used_are_a_difference(run: Run) -> None:
    test = "{operation: list-queues, given: {variables: {plan: gold}}, expect: {state: failed}}"
    (difference,) = (await run(test)).differences
    assert difference.path == "given.variables"
    assert "gold" in difference.message


@pytest.mark.parametrize(
    ("method", "header", "value"),
    [
        ("user", "Authorization", "Basic dGVzdC11c2VybmFtZTp0ZXN0LXBhc3N3b3Jk"),
        ("key", "X-Api-Key", "test-api_key"),
        ("region", "Authorization", "eu test-token main"),
    ],
)
async def test_the_named_method_signs_with_made_up_credentials(
    run: Run, method: str, header: str, value: str
) -> None:
    test = f"{{operation: list-queues, auth: {method}, given: {{responses: [{{body: {{items: []}}}}]}},"
    assert paths(await run(f"{test} expect: {{requests: [{{headers: {{{header}: {value}}}}}]}}}}")) == []


async def test_input_that_the_schema_refuses_fails_as_input(run: Run) -> None:
    test = "{operation: make-queue, given: {input: {}}, expect: {error: {class: input, message: name is required}}}"
    assert paths(await run(test)) == []


async def test_secrets_are_redacted_in_what_people_are_told(run: Run) -> None:
    test = "{operation: list-queues, given: {responses: [{status: 401, body: {reason: not test-password}}]}, expect: {error: {message: %s}}}"
    assert paths(await run(test % "'refused: not •••'")) == []


async def test_nothing_is_opened_and_nothing_is_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert (await run(GOOD)).state == "passed"
    assert [path.name for path in tmp_path.iterdir()] == ["broker.yaml"]


async def test_the_example_of_the_guide_passes(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs/connectors.md").read_text(encoding="utf-8")
    head = guide.split("prints the schema):\n\n")[1].split("\nThen:")[0]
    tests = guide.split("only the answers come from the file.\n\n")[1].split("\n- Variables")[0]
    path = tmp_path / "acme.yaml"
    path.write_text("\n".join(line[4:] for line in f"{head}\n{tests}".splitlines()), encoding="utf-8")
    results = await run_offline_tests(load_definition(path).definition)
    assert [(one.state, one.differences) for one in results] == [("passed", ())] * 2


def blocks(heading: str) -> str:
    """Give the indented text below a heading of the guide."""
    guide = (Path(__file__).parents[2] / "docs/connectors.md").read_text(encoding="utf-8")
    section = guide.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return "\n".join(line[4:] for line in section.splitlines() if line.startswith("    "))


def test_the_examples_of_extending_presets_and_modules_in_the_guide_hold(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs/connectors.md").read_text(encoding="utf-8")
    head = guide.split("prints the schema):\n\n")[1].split("\nThen:")[0]
    base = "\n".join(line[4:] for line in head.splitlines())
    (tmp_path / "acme.yaml").write_text(base, encoding="utf-8")
    child = tmp_path / "child.yaml"
    child.write_text(blocks("Extending a connector"), encoding="utf-8")
    mine = load_definition(child).definition
    assert (list(mine.operations), mine.lineage[0].name) == (["list-tickets"], "acme-desk@1")
    assert mine.operations["list-tickets"].request.query["team"] == "mine"
    top = base.split("\nauth:")[0]
    whole = tmp_path / "whole.yaml"
    whole.write_text(f"{top}\n{blocks('Presets')}\n{blocks('Modules')}\n", encoding="utf-8")
    definition = load_definition(whole).definition
    people = definition.operations["list-people"]
    assert list(people.request.query) == ["page", "per_page", "team"]
    assert list(people.input) == ["page", "per_page", "team"]
    assert [rule.match.status for rule in definition.errors] == [(409,), (401,), ("5xx",)]
    assert definition.operations["put-file"].module == "uploads"
