"""The `tests` of a connector file: what is wrong with them is found when the file is read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from connectors import load_definition, read_compiled

HEAD = "operations:\n  list-tickets:"
TEST = """tests:
  - name: lists
    operation: list-tickets
    auth: token
    given:
      variables: {region: us}
      input: {limit: 3}
      responses: [{status: 200, body: {data: {items: []}}}]
    expect: {requests: [{path: /tickets, query: {limit: '3'}}], count: 0}
"""

Change = Callable[[str, str], list[str]]


def test_a_whole_test_is_accepted(problems_after: Change, desk: Path) -> None:
    assert problems_after(HEAD, TEST + HEAD) == []
    (test,) = load_definition(desk).definition.tests
    assert (test.auth, test.expect.state, test.given.responses[0].status) == ("token", "success", 200)


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        ("operation: list-tickets", "operation: §list-tickts", "there is no operation 'list-tickts'; did you mean"),
        ("auth: token", "auth: §tokn", "there is no authentication method 'tokn'; did you mean 'token'?"),
        ("{region: us}", "{§regoin: us}", "there is no input 'regoin'; did you mean 'region'?"),
        ("{limit: 3}", "{limit: §many}", '"many" is not of type "integer"'),
        ("status: 200", "status: §20", "found 20, expected at least 100"),
        ("count: 0", "error: {}, state: §success", "a run that ends with an error has the state failed"),
        ("path: /tickets", "path: §tickets?a=1", "expected a path that begins with / and has no query"),
        ("path: /tickets", "§pth: /tickets", "unknown key 'pth'; did you mean 'path'?"),
        ("status: 200", "status: 200, §exception: timeout", "there was no answer, so it stands alone; leave out body and status"),
        ("status: 200", 'status: 200, headers: {X-A: §"a\\r\\nX-B: c"}', "a header has no line break and no control character"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_at_its_place(problems_after: Change, was: str, now: str, problem: str) -> None:
    assert was in TEST
    found = problems_after(HEAD, TEST.replace(was, now) + HEAD)
    assert len(found) == 1
    assert found[0].startswith("§1: tests[0].")
    assert problem in found[0]


@pytest.mark.parametrize("claim", ["count: 3", "records: [{id: 1}]", "result: 3 tickets"])
def test_a_run_that_fails_cannot_claim_what_it_gives(problems_after: Change, claim: str) -> None:
    lying = TEST.replace("count: 0", f"state: failed, §{claim}")
    (found,) = problems_after(HEAD, lying + HEAD)
    assert found.startswith(
        f"§1: tests[0].expect.{claim.partition(':')[0]}: a run that fails gives none of it"
    )


SEND = """operations:
  send-file:
    input: {f: file!}
    request: {method: POST, path: /f, body_type: file, body: '{{ input.f }}'}
  list-tickets:"""


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ("{f: §/etc/hostname}", ["§1: tests[0].given.input.f: a file of a test has its text under `given.files`, by this name"]),
        ("{f: a.txt}\n      files: {a.txt: text}", []),
    ],
)  # fmt: skip
def test_a_test_reads_no_file_of_whoever_runs_it(
    problems_after: Change, given: str, problems: list[str]
) -> None:
    test = TEST.replace("list-tickets", "send-file").replace("count: 0", "state: success")
    assert problems_after(HEAD, test.replace("{limit: 3}", given) + SEND) == problems


def test_input_that_cannot_be_read_is_told_where_it_stands(problems_after: Change) -> None:
    broken = SEND.replace("{f: file!}", "{f: file! - a path, or two}")
    found = problems_after(HEAD, TEST.replace("list-tickets", "send-file") + broken)
    assert found
    assert all("operations.send-file.input.or two: found n" in one for one in found)


def test_a_name_is_there_once(problems_after: Change) -> None:
    again = TEST.replace("tests:\n", "").replace("name: lists", "name: §lists")
    assert problems_after(HEAD, TEST + again + HEAD) == [
        "§1: tests[1].name: another test has the name 'lists' already"
    ]


def test_input_that_must_be_refused_may_be_wrong(problems_after: Change) -> None:
    refused = TEST.replace("{limit: 3}", "{limit: many}").replace("count: 0", "error: {class: input}")
    assert problems_after(HEAD, refused + HEAD) == []


def test_tests_are_no_part_of_a_revision(desk: Path) -> None:
    before = load_definition(desk)
    desk.write_text(desk.read_text(encoding="utf-8") + TEST, encoding="utf-8")
    after = load_definition(desk)
    assert len(after.definition.tests) == 1
    assert (after.hash, after.compiled) == (before.hash, before.compiled)
    assert read_compiled(after.compiled).tests == ()
