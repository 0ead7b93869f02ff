"""The GitHub connector against answers as GitHub documents them."""

import json

import pytest

from core import Engine

REPO = "/repos/octo-org/hello-world"
ISSUE = {
    "number": 7, "title": "It breaks", "state": "open", "user": {"login": "octocat"}, "labels": [{"name": "bug"}],
    "assignees": [{"login": "hubot"}], "comments": 2, "created_at": "2026-11-01T00:00:00Z",
    "updated_at": "2026-11-02T00:00:00Z", "html_url": "https://github.com/octo-org/hello-world/issues/7",
}  # fmt: skip


@pytest.fixture
def github(engine: Engine, vendor, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("GITHUB_CANARY", "canary-4410")
    engine.workspace.create_connection(
        "github", "hub", method="token", secrets={"token": "ref:env:GITHUB_CANARY"},
        variables={"base_url": vendor.base_url, "owner": "octo-org", "repo": "hello-world"},
    )  # fmt: skip
    engine.workspace.activate("hub")
    return "hub"


async def test_the_test_tells_who_signed_in_and_how_many_calls_are_left(engine, vendor, github) -> None:
    vendor.lay("/", {})
    vendor.lay("/user", {"login": "octocat"})
    vendor.lay("/rate_limit", {"resources": {"core": {"limit": 5000, "remaining": 4987}}})
    vendor.lay("/user/repos", [])
    report = await engine.test(github)
    evidence = {stage.stage: stage.evidence for stage in report.stages}
    assert report.verdict == "passed"
    assert evidence["auth"] == "accepted as octocat"
    assert evidence["probe:limit"] == "4987 of 5000 calls left"


async def test_requests_carry_the_token_and_the_version_of_the_api(engine, vendor, github) -> None:
    vendor.lay("/user", {"login": "octocat"})
    assert (await engine.run(github, "get-me", {})).result == "signed in as octocat"
    headers = vendor.last["headers"]
    assert headers["authorization"] == "Bearer canary-4410"
    assert headers["x-github-api-version"] == "2022-11-28"
    assert headers["accept"] == "application/vnd.github+json"


async def test_issues_are_flat_records_that_tell_pull_requests_apart(engine, vendor, github) -> None:
    vendor.lay(f"{REPO}/issues", [ISSUE, {**ISSUE, "number": 8, "pull_request": {"url": "…"}}])
    outcome = await engine.run(github, "list-issues", {"labels": "bug"})
    assert outcome.result == "2 issues"
    first, second = outcome.records
    assert (first["number"], first["user"], first["labels"], first["pull_request"]) == (
        7,
        "octocat",
        ["bug"],
        False,
    )
    assert second["pull_request"] is True
    assert set(vendor.last["query"].split("&")) == {"state=open", "labels=bug", "page=1", "per_page=30"}


async def test_another_repository_can_be_named_in_the_call(engine, vendor, github) -> None:
    vendor.lay(
        "/repos/octocat/spoon-knife/branches", [{"name": "main", "commit": {"sha": "1"}, "protected": True}]
    )
    outcome = await engine.run(github, "list-branches", {"owner": "octocat", "repo": "spoon-knife"})
    assert outcome.records == ({"name": "main", "sha": "1", "protected": True},)


async def test_only_what_was_given_is_sent_in_a_new_issue(engine, vendor, github) -> None:
    vendor.lay(f"{REPO}/issues", {"number": 9}, 201)
    outcome = await engine.run(github, "create-issue", {"title": "New", "labels": ["bug"]})
    assert outcome.result == "opened #9"
    assert json.loads(vendor.last["body"]) == {"title": "New", "labels": ["bug"]}


async def test_a_path_in_a_repository_stays_one_part_of_the_url(engine, vendor, github) -> None:
    path = f"{REPO}/contents/docs%2Fa%20b%3F.md"
    vendor.lay(path, {"text": 1})
    assert (await engine.run(github, "download-file", {"path": "docs/a b?.md"})).state == "success"
    assert vendor.last["path"] == path
    assert vendor.last["headers"]["accept"] == "application/vnd.github.raw+json"


async def test_failed_runs_are_found_and_repeated(engine, vendor, github) -> None:
    run = {"id": 5, "name": "ci", "conclusion": "failure", "actor": {"login": "hubot"}, "head_branch": "main"}
    vendor.lay(f"{REPO}/actions/runs", {"total_count": 1, "workflow_runs": [run]})
    vendor.lay(f"{REPO}/actions/runs/5/rerun-failed-jobs", None, 201)
    found = await engine.run(github, "list-workflow-runs", {"status": "failure"})
    assert (found.records[0]["branch"], found.records[0]["actor"]) == ("main", "hubot")
    again = await engine.run(github, "rerun-failed-jobs", {"run_id": 5})
    assert again.result == "started the failed jobs of run 5 again"


@pytest.mark.parametrize(
    ("status", "headers", "body", "error_class", "words"),
    [
        (401, {}, {"message": "Bad credentials"}, "auth", "Bad credentials"),
        (403, {"x_ratelimit_remaining": "0", "x_ratelimit_limit": "60", "x_ratelimit_reset": "1793536200"},
         {"message": "API rate limit exceeded"}, "limit", "free again at 2026-11-01T12:30:00Z"),
        (429, {"retry_after": "17"}, {"message": "You have exceeded a secondary rate limit."}, "limit", "wait 17 s"),
        (403, {}, {"message": "You have exceeded a secondary rate limit."}, "limit", "wait 60 s"),
        (403, {"x_github_sso": "required; url=https://github.com/orgs/octo/sso?x=1"},
         {"message": "Resource protected by organization SAML enforcement."}, "permission", "orgs/octo/sso?x=1"),
        (403, {"x_accepted_github_permissions": "issues=write"},
         {"message": "Resource not accessible by personal access token"}, "permission", "issues=write"),
        (404, {}, {"message": "Not Found"}, "not_found", "the token may not see it"),
        (410, {}, {"message": "Issues has been disabled in this repository."}, "not_found", "disabled"),
        (409, {}, {"message": "Git Repository is empty."}, "conflict", "empty"),
        (422, {}, {"message": "Validation Failed", "errors": [{"field": "title", "code": "missing_field"}]},
         "input", "title missing_field"),
        (422, {}, {"message": "Validation Failed", "errors": ["free text"]}, "input", "Validation Failed"),
        (503, {}, {"message": "Service Unavailable"}, "vendor", "githubstatus"),
    ],
)  # fmt: skip
async def test_failures_mean_what_github_means(
    engine, vendor, github, status, headers, body, error_class, words
) -> None:
    vendor.lay(f"{REPO}/issues/7", body, status, **headers)
    failure = (await engine.run(github, "get-issue", {"number": 7})).error
    assert (failure.error_class, failure.status) == (error_class, status)
    assert words in f"{failure.message} {failure.remedy}"


async def test_without_credentials_no_authorization_is_sent(engine, vendor) -> None:
    engine.workspace.create_connection(
        "github", "open", method="anonymous", variables={"base_url": vendor.base_url}
    )
    engine.workspace.activate("open")
    vendor.lay("/search/repositories", {"items": [{"full_name": "a/b", "stargazers_count": 3}]})
    outcome = await engine.run("open", "search-repositories", {"q": "textual"})
    assert outcome.records[0]["stars"] == 3
    assert "authorization" not in vendor.last["headers"]


async def test_an_operation_without_a_repository_says_what_is_missing(engine, vendor) -> None:
    engine.workspace.create_connection(
        "github", "open", method="anonymous", variables={"base_url": vendor.base_url}
    )
    engine.workspace.activate("open")
    outcome = await engine.run("open", "list-branches", {"repo": "b"})
    assert outcome.state == "failed"
    assert outcome.error.error_class == "input"
    assert "owner" in outcome.error.message
    assert vendor.requests == []
