"""The Elasticsearch connector against answers as Elasticsearch documents them."""

import json

import pytest

from core import ConnectError, Engine

INFO = {
    "name": "node-1",
    "cluster_name": "logs",
    "version": {"number": "9.2.0"},
    "tagline": "You Know, for Search",
}
HEALTH = {"cluster_name": "logs", "status": "yellow", "unassigned_shards": 2}


def refused(kind: str, reason: str, status: int) -> dict:
    return {
        "error": {"root_cause": [{"type": kind, "reason": reason}], "type": kind, "reason": reason},
        "status": status,
    }


@pytest.fixture
def elastic(engine: Engine, vendor, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ELASTIC_CANARY", "canary-5527")
    engine.workspace.create_connection(
        "elasticsearch", "logs", method="key", secrets={"api_key": "ref:env:ELASTIC_CANARY"},
        variables={"base_url": vendor.base_url},
    )  # fmt: skip
    engine.workspace.activate("logs")
    return "logs"


async def test_the_test_names_the_cluster_its_version_and_its_health(engine, vendor, elastic) -> None:
    vendor.lay("/", INFO)
    vendor.lay("/_cluster/health", HEALTH)
    report = await engine.test(elastic)
    evidence = {stage.stage: stage.evidence for stage in report.stages}
    assert report.verdict == "passed"
    assert evidence["auth"] == "accepted by logs, version 9.2.0"
    assert evidence["probe:health"] == "the cluster is yellow"
    assert vendor.last["headers"]["authorization"] == "ApiKey canary-5527"


async def test_health_is_asked_for_the_cluster_or_for_some_indices(engine, vendor, elastic) -> None:
    vendor.lay("/_cluster/health", HEALTH)
    vendor.lay("/_cluster/health/logs-%2A%2Cmetrics", HEALTH)
    whole = await engine.run(elastic, "get-health", {})
    assert whole.result == "logs is yellow, 2 shards unassigned"
    some = await engine.run(elastic, "get-health", {"index": "logs-*,metrics"})
    assert some.state == "success"


async def test_lists_ask_the_cat_apis_for_json(engine, vendor, elastic) -> None:
    vendor.lay("/_cat/indices", [{"index": "logs-1", "health": "green", "docs.count": "42"}])
    outcome = await engine.run(elastic, "list-indices", {"sort": "store.size:desc"})
    assert outcome.records[0]["docs.count"] == "42"
    sent = set(vendor.last["query"].split("&"))
    assert {"format=json", "bytes=b", "s=store.size%3Adesc", "expand_wildcards=open%2Cclosed"} <= sent


async def test_hits_become_records_with_their_id(engine, vendor, elastic) -> None:
    hits = [{"_index": "logs-1", "_id": "a", "_source": {"level": "error"}}, {"_index": "logs-1", "_id": "b"}]
    vendor.lay("/logs-%2A/_search", {"hits": {"total": {"value": 2}, "hits": hits}})
    body = {"query": {"match_all": {}}}
    outcome = await engine.run(elastic, "search-documents", {"index": "logs-*", "body": body})
    assert outcome.result == "2 documents"
    assert outcome.records == (
        {"level": "error", "_id": "a", "_index": "logs-1"},
        {"_id": "b", "_index": "logs-1"},
    )
    assert json.loads(vendor.last["body"]) == body
    await engine.run(elastic, "search-documents", {"index": "logs-*", "q": "level:error", "size": 5})
    assert set(vendor.last["query"].split("&")) == {"q=level%3Aerror", "size=5", "from=0"}
    assert vendor.last["body"] == b""


async def test_nothing_to_explain_is_no_failure(engine, vendor, elastic) -> None:
    reason = (
        "No shard was specified in the request which means the response should explain a randomly-chosen "
    )
    reason += "unassigned shard, but there are no unassigned shards: unable to find any unassigned shards to explain"
    vendor.lay("/_cluster/allocation/explain", refused("illegal_argument_exception", reason, 400), 400)
    outcome = await engine.run(elastic, "explain-allocation", {})
    assert (outcome.state, outcome.records, vendor.last["body"]) == ("success", (), b"")
    vendor.lay("/_cluster/allocation/explain", {"index": "logs-1", "can_allocate": "no"})
    outcome = await engine.run(elastic, "explain-allocation", {"index": "logs-1"})
    assert json.loads(vendor.last["body"]) == {"index": "logs-1", "shard": 0, "primary": True}


async def test_a_document_is_kept_under_its_id(engine, vendor, elastic) -> None:
    vendor.lay("/logs-1/_doc/a%2Fb", {"_id": "a/b", "result": "created"}, 201)
    outcome = await engine.run(
        elastic, "index-document", {"index": "logs-1", "id": "a/b", "document": {"n": 1}}
    )
    assert outcome.result == "created document a/b"
    assert json.loads(vendor.last["body"]) == {"n": 1}


@pytest.mark.parametrize("index", ["*", "logs-*", "_all"])
@pytest.mark.parametrize(("operation", "more"), [("delete-index", {}), ("delete-by-query", {"q": "a:b"})])
async def test_nothing_is_deleted_by_a_pattern_of_indices(
    engine, vendor, elastic, operation, more, index
) -> None:
    with pytest.raises(ConnectError, match="index"):
        await engine.run(elastic, operation, {"index": index, **more})
    assert vendor.requests == []


@pytest.mark.parametrize(
    ("status", "body", "error_class", "words"),
    [
        (401, refused("security_exception", "unable to authenticate user [x]", 401), "auth", "credentials"),
        (403, refused("security_exception", "action [indices:data/read/get] is unauthorized", 403), "permission",
         "indices:data/read/get"),
        (404, refused("index_not_found_exception", "no such index [logs-1]", 404), "not_found", "no such index"),
        (404, {"_index": "logs-1", "_id": "a", "found": False}, "not_found", "no document a in logs-1"),
        (400, refused("resource_already_exists_exception", "index [logs-1] already exists", 400), "conflict", "exists"),
        (409, refused("version_conflict_engine_exception", "version conflict, current version [3]", 409), "conflict",
         "current version"),
        (400, refused("parsing_exception", "unknown query [mach]", 400), "input", "unknown query"),
        (405, {"error": "Incorrect HTTP method for uri [/x]", "status": 405}, "input", "Incorrect HTTP method"),
        (429, refused("circuit_breaking_exception", "[parent] Data too large", 429), "limit", "short of memory"),
        (429, refused("es_rejected_execution_exception", "rejected execution", 429), "limit", "busy"),
        (503, refused("master_not_discovered_exception", "no master", 503), "vendor", "no master"),
    ],
)  # fmt: skip
async def test_failures_mean_what_elasticsearch_means(
    engine, vendor, elastic, status, body, error_class, words
) -> None:
    vendor.lay("/logs-1/_doc/a", body, status)
    failure = (await engine.run(elastic, "get-document", {"index": "logs-1", "id": "a"})).error
    assert (failure.error_class, failure.status) == (error_class, status)
    assert words in failure.message
    assert "canary" not in str(failure)
