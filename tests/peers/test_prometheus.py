"""The product against a real Prometheus: the main job as commands, and every operation through the engine."""

import time

import pytest

from connectors import load_definition, shipped_paths
from core import Engine

pytestmark = [pytest.mark.peer, pytest.mark.xdist_group("prometheus"), pytest.mark.timeout(180)]

PASSWORD = "PEER_PASSWORD"


@pytest.fixture
def metrics(engine: Engine, prometheus) -> str:
    """A connection to a Prometheus that has scraped itself and evaluated its rules."""
    deadline = time.monotonic() + 30
    for query in ("up", "ALERTS"):
        while not prometheus.ask("GET", f"/api/v1/query?query={query}")["data"]["result"]:
            assert time.monotonic() < deadline, f"{query} never had a value"
            time.sleep(0.2)
    engine.workspace.create_connection(
        "prometheus", "metrics", method="none", variables={"base_url": prometheus.base_url}
    )
    engine.workspace.activate("metrics")
    return "metrics"


def test_the_main_job_works_as_commands(connect, guarded_prometheus) -> None:
    added = connect(
        *(
            "auth",
            "add",
            "prometheus",
            "--method",
            "basic",
            "--name",
            "operator",
            "--set",
            "username=operator",
        ),
        *("--secret", f"password=env:{PASSWORD}"),
        **{PASSWORD: guarded_prometheus.password},
    )
    assert (added.code, added.json["kind"]) == (0, "basic")
    created = connect(
        *("connection", "create", "prometheus", "--name", "metrics", "--auth", "operator"),
        *("--set", f"base_url={guarded_prometheus.base_url}", "--no-test"),
    )
    assert created.code == 0
    tested = connect("connection", "test", "metrics")
    evidence = {stage["stage"]: stage["evidence"] for stage in tested.json["stages"]}
    assert (tested.code, tested.json["verdict"]) == (0, "passed")
    assert evidence["auth"].startswith("Prometheus 2.")

    listed = connect("run", "metrics", "list-targets")
    assert (listed.code, listed.json["result"]) == (0, "1 target")
    asked = connect("run", "metrics", "query", "--set", "query=vector(42)")
    assert (asked.json["result"], asked.json["records"][0]["value"]) == ("1 series", "42")
    wrong = connect("run", "metrics", "query", "--set", "query=up{")
    assert (wrong.code, wrong.json["error"]["class"]) == (2, "input")

    log = connect("operation", "list")
    assert [(row["name"], row["state"]) for row in log.json[:3]] == [
        ("query", "failed"), ("query", "success"), ("list-targets", "success"),
    ]  # fmt: skip
    for said in (added, created, tested, listed, asked, wrong, log):
        assert guarded_prometheus.password not in said.out + said.err


def test_a_guarded_server_refuses_callers_without_credentials(connect, guarded_prometheus) -> None:
    created = connect(
        *("connection", "create", "prometheus", "--name", "open", "--method", "none"),
        *("--set", f"base_url={guarded_prometheus.base_url}"),
    )
    assert created.code == 3
    assert created.json["state"] == "authorization_required"


async def test_the_whole_test_passes_without_credentials(engine: Engine, metrics: str) -> None:
    report = await engine.test(metrics)
    assert report.verdict == "passed"
    evidence = {stage.stage: stage.evidence for stage in report.stages}
    assert evidence["probe:build"].startswith("Prometheus 2.")
    assert evidence["probe:query"] == "success"


async def test_every_operation_is_answered(engine: Engine, metrics: str) -> None:
    given = {
        "query": {"query": "up"},
        "query-range": {"query": "vector(1)", "start": str(time.time() - 60), "step": "5s"},
        "query-recent": {"query": "vector(1)", "last": "30s", "step": "1s"},
        "list-series": {"match": '{job="prometheus"}'},
        "list-label-values": {"label": "__name__"},
    }
    path = next(path for path in shipped_paths() if path.stem == "prometheus")
    for operation, described in load_definition(path).definition.operations.items():
        assert described.read_only, operation
        outcome = await engine.run(metrics, operation, given.get(operation, {}))
        assert outcome.state == "success", f"{operation}: {outcome.error}"
        if operation not in ("list-dropped-targets", "list-alertmanagers"):
            assert outcome.records, operation


@pytest.mark.parametrize(
    ("query", "result", "record"),
    [
        ("up", "1 series", {"__name__": "up", "job": "prometheus", "value": "1"}),
        ("up == 5", "0 series", None),
        ("6 * 7", "the value is 42", {"value": "42"}),
        ('"text"', "the value is text", {"value": "text"}),
        ("vector(0) / 0", "1 series", {"value": "NaN"}),
    ],
)
async def test_each_kind_of_answer_becomes_flat_records(
    engine: Engine, metrics: str, query, result, record
) -> None:
    outcome = await engine.run(metrics, "query", {"query": query})
    assert outcome.result == result
    found = outcome.records[0] if outcome.records else None
    assert found == record or record.items() <= found.items()


async def test_a_range_gives_the_values_of_each_series(engine: Engine, metrics: str) -> None:
    outcome = await engine.run(metrics, "query-recent", {"query": "vector(1)", "last": "5s", "step": "1s"})
    values = outcome.records[0]["values"]
    assert 5 <= len(values) <= 6
    assert {value for _, value in values} == {"1"}


async def test_what_fires_is_listed_with_its_severity(engine: Engine, metrics: str) -> None:
    alert = (await engine.run(metrics, "list-alerts", {})).records[0]
    assert (alert["alertname"], alert["state"], alert["severity"]) == ("AlwaysFiring", "firing", "page")
    rules = (await engine.run(metrics, "list-rules", {"type": "record"})).records
    assert [rule["name"] for rule in rules] == ["job:up:sum"]


@pytest.mark.parametrize(
    ("operation", "given", "words"),
    [
        ("query", {"query": "up{"}, "parse error"),
        ("query", {"query": "up", "time": "yesterday"}, "invalid parameter"),
        ("query", {"query": 'label_replace(up, "a b", "$1", "job", "(.*)")'}, "cannot be evaluated"),
        ("query-range", {"query": "up", "start": "2020-01-01T00:00:00Z", "step": "1s"}, "maximum resolution"),
        ("list-series", {"match": "{}"}, "at least one non-empty matcher"),
    ],
)
async def test_a_wrong_question_is_answered_with_what_is_wrong(
    engine, metrics, operation, given, words
) -> None:
    failure = (await engine.run(metrics, operation, given)).error
    assert failure.error_class == "input"
    assert words in failure.message
    assert not failure.retryable


async def test_a_base_url_with_the_api_path_is_recognised(engine: Engine, prometheus) -> None:
    engine.workspace.create_connection(
        "prometheus", "wrong", method="none", variables={"base_url": f"{prometheus.base_url}/api/v1"}
    )
    report = await engine.test("wrong")
    assert (report.verdict, report.error.error_class) == ("failed", "config")
    assert "without /api/v1" in report.error.remedy
