"""The product against a real RabbitMQ: the main job as commands, and every operation through the engine."""

from pathlib import Path

import pytest

from connectors import load_definition, shipped_paths
from core import Engine

pytestmark = [pytest.mark.peer, pytest.mark.xdist_group("rabbitmq"), pytest.mark.timeout(240)]

PASSWORD = "PEER_PASSWORD"


@pytest.fixture
def broker(engine: Engine, rabbitmq, monkeypatch: pytest.MonkeyPatch):
    """Make a connection to the broker as some user; gives its name."""

    def make(username: str = rabbitmq.username, password: str = rabbitmq.password, **variables: str) -> str:
        monkeypatch.setenv(PASSWORD, password)
        name = f"broker-{len(engine.workspace.connections())}"
        engine.workspace.create_connection(
            "rabbitmq", name, method="basic", secrets={"password": f"ref:env:{PASSWORD}"},
            variables={"base_url": rabbitmq.base_url, "username": username, **variables},
        )  # fmt: skip
        engine.workspace.activate(name)
        return name

    return make


def user(rabbitmq, name: str, tags: str, *, vhost: bool = False) -> None:
    rabbitmq.ask("PUT", f"/api/users/{name}", {"password": "peer-password", "tags": tags})
    if vhost:
        rights = {"configure": "", "write": "", "read": ".*"}
        rabbitmq.ask("PUT", f"/api/permissions/%2F/{name}", rights)


def test_the_main_job_works_as_commands(connect, rabbitmq) -> None:
    added = connect(
        *("auth", "add", "rabbitmq", "--method", "basic", "--name", "operator", "--set", "username=operator"),
        *("--secret", f"password=env:{PASSWORD}"),
        **{PASSWORD: rabbitmq.password},
    )
    assert (added.code, added.json["kind"], added.json["state"]) == (0, "basic", "ready")
    created = connect(
        *("connection", "create", "rabbitmq", "--name", "queue-7", "--auth", "operator"),
        *("--set", f"base_url={rabbitmq.base_url}", "--no-test"),
    )
    assert (created.code, created.json["connector"], created.json["variables"]["vhost"]) == (
        0,
        "rabbitmq",
        "/",
    )

    tested = connect("connection", "test", "queue-7")
    evidence = {stage["stage"]: stage["evidence"] for stage in tested.json["stages"]}
    assert (tested.code, tested.json["verdict"]) == (0, "passed")
    assert evidence["auth"] == "accepted as operator"

    made = connect("run", "queue-7", "create-queue", "--set", "name=by-command", "--set", "type=quorum")
    assert (made.code, made.json["result"]) == (0, "created queue by-command")
    assert rabbitmq.ask("GET", "/api/queues/%2F/by-command")["type"] == "quorum"
    listed = connect("run", "queue-7", "list-queues", "--set", "name=by-command")
    assert (listed.code, listed.json["state"], listed.json["result"]) == (0, "success", "1 queue")
    assert listed.json["records"][0]["name"] == "by-command"
    missing = connect("run", "queue-7", "get-queue", "--set", "name=nowhere")
    assert (missing.code, missing.json["error"]["class"], missing.json["error"]["status"]) == (
        1,
        "not_found",
        404,
    )

    log = connect("operation", "list")
    told = [(row["name"], row["state"], row["connector"]) for row in log.json]
    assert told[:3] == [
        ("get-queue", "failed", "rabbitmq"),
        ("list-queues", "success", "rabbitmq"),
        ("create-queue", "success", "rabbitmq"),
    ]
    for said in (added, created, tested, made, listed, missing, log):
        assert rabbitmq.password not in said.out + said.err


async def test_the_whole_test_passes_for_an_administrator(engine: Engine, broker) -> None:
    report = await engine.test(broker())
    evidence = {stage.stage: stage.evidence for stage in report.stages}
    assert report.verdict == "passed"
    assert evidence["probe:vhost"].endswith("exchanges in /")
    assert evidence["probe:monitoring"] == "1 node"


async def test_every_reading_operation_is_answered(engine: Engine, broker, rabbitmq) -> None:
    name = broker()
    rabbitmq.ask("PUT", "/api/queues/%2F/readable", {"durable": True})
    node = rabbitmq.ask("GET", "/api/overview")["node"]
    given = {"get-node": {"name": node}, "get-queue": {"name": "readable"}, "list-queue-bindings": {"name": "readable"},
             "check-port": {"port": rabbitmq.ask("GET", "/api/overview")["listeners"][0]["port"]}}  # fmt: skip
    path = next(path for path in shipped_paths() if path.stem == "rabbitmq")
    operations = load_definition(path).definition.operations
    for operation in (key for key, value in operations.items() if value.read_only):
        outcome = await engine.run(name, operation, given.get(operation, {}))
        assert outcome.state == "success", f"{operation}: {outcome.error}"


async def test_messages_go_in_and_come_out(engine: Engine, broker) -> None:
    name = broker()

    async def run(operation: str, **given) -> str:
        outcome = await engine.run(name, operation, given)
        assert outcome.state == "success", outcome.error
        return outcome.result

    assert await run("create-queue", name="orders") == "created queue orders"
    assert await run("create-queue", name="orders") == "nothing to do, there is a queue orders"
    assert await run("create-exchange", name="desk", type="topic") == "created exchange desk"
    assert (
        await run("bind-queue", exchange="desk", queue="orders", routing_key="order.*")
        == "bound orders to desk"
    )
    sent = {"exchange": "desk", "payload": "Grüße", "properties": {"headers": {"n": 1}}}
    assert await run("publish-message", routing_key="order.new", **sent) == "published, and routed to a queue"
    assert await run("publish-message", routing_key="other", **sent) == "published, but no queue took it"
    peeked = await engine.run(name, "peek-messages", {"name": "orders"})
    assert [message["payload"] for message in peeked.records] == ["Grüße"]
    taken = await engine.run(name, "get-messages", {"name": "orders", "count": 9})
    assert [message["redelivered"] for message in taken.records] == [True]
    assert await run("peek-messages", name="orders") == "0 messages"
    await run("publish-message", routing_key="order.new", **sent)
    assert await run("purge-queue", name="orders") == "purged queue orders"
    assert await run("delete-queue", name="orders", if_empty=True) == "deleted queue orders"
    assert await run("delete-exchange", name="desk", if_unused=True) == "deleted exchange desk"


async def test_names_with_slashes_reach_the_broker_whole(engine: Engine, broker, rabbitmq) -> None:
    rabbitmq.ask("PUT", "/api/vhosts/a%2Fb%20c")
    rabbitmq.ask(
        "PUT", "/api/permissions/a%2Fb%20c/operator", {"configure": ".*", "write": ".*", "read": ".*"}
    )
    name = broker(vhost="a/b c")
    made = await engine.run(name, "create-queue", {"name": "q/1?x=#%41"})
    assert made.state == "success", made.error
    found = await engine.run(name, "get-queue", {"name": "q/1?x=#%41"})
    assert found.records[0]["vhost"] == "a/b c"


@pytest.mark.parametrize(
    ("operation", "given", "error_class", "words"),
    [
        ("get-queue", {"name": "nowhere"}, "not_found", "no such object"),
        ("list-queues", {"vhost": "nowhere"}, "not_found", "no such object"),
        ("list-queues", {"page": 99}, "input", "Page out of range"),
        ("create-queue", {"name": "amq.mine"}, "permission", "Access refused"),
        ("create-queue", {"name": "ttl", "arguments": {"x-message-ttl": "soon"}}, "input", "x-message-ttl"),
        (
            "publish-message",
            {"exchange": "nowhere", "routing_key": "a", "payload": ""},
            "not_found",
            "nowhere",
        ),
        ("check-port", {"port": 1}, "vendor", "No active listener"),
    ],
)
async def test_a_failure_means_what_the_broker_means(
    engine, broker, operation, given, error_class, words
) -> None:
    failure = (await engine.run(broker(), operation, given)).error
    assert failure.error_class == error_class
    assert words in failure.message
    assert failure.remedy


async def test_a_queue_with_other_properties_is_a_conflict(engine: Engine, broker) -> None:
    name = broker()
    await engine.run(name, "create-queue", {"name": "firm"})
    outcome = await engine.run(name, "create-queue", {"name": "firm", "durable": False})
    assert (outcome.error.error_class, outcome.error.status) == ("conflict", 400)


async def test_a_wrong_password_is_bad_credentials(engine: Engine, broker) -> None:
    report = await engine.test(broker(password="canary-8812"))
    assert (report.verdict, report.error.error_class) == ("failed", "auth")
    assert "canary" not in str(report)


async def test_a_user_without_the_management_tag_is_not_permitted(engine: Engine, broker, rabbitmq) -> None:
    user(rabbitmq, "plain", "")
    report = await engine.test(broker("plain"))
    assert (report.verdict, report.error.error_class) == ("failed", "permission")
    assert "tag management" in report.error.remedy


async def test_a_user_without_access_to_the_virtual_host_is_told_so(engine: Engine, broker, rabbitmq) -> None:
    user(rabbitmq, "outsider", "management")
    report = await engine.test(broker("outsider"))
    evidence = {stage.stage: stage for stage in report.stages}
    assert evidence["auth"].verdict == "passed"
    assert (evidence["probe:vhost"].verdict, evidence["probe:vhost"].error_class) == ("failed", "permission")


async def test_a_user_who_may_not_monitor_is_only_warned(engine: Engine, broker, rabbitmq) -> None:
    user(rabbitmq, "reader", "management", vhost=True)
    report = await engine.test(broker("reader"))
    assert report.verdict == "warned"
    assert report.stages[-1].evidence == "401 Not monitor user"


async def test_an_address_that_is_not_the_management_plugin_is_told_apart(
    engine: Engine, broker, rabbitmq
) -> None:
    listeners = rabbitmq.ask("GET", "/api/overview")["listeners"]
    amqp = next(item["port"] for item in listeners if item["protocol"] == "amqp")
    report = await engine.test(broker(base_url=f"http://127.0.0.1:{amqp}"))
    assert report.verdict == "failed"
    assert report.error.error_class in ("network", "vendor")


def test_the_node_of_the_tests_listens_on_loopback_only(rabbitmq) -> None:
    ports = {item["port"] for item in rabbitmq.ask("GET", "/api/overview")["listeners"]}
    listening = [line.split()[1:4:2] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    own = [place for place, state in listening if state == "0A" and int(place.split(":")[1], 16) in ports]
    assert len(own) == len(ports) == 3
    assert {place.split(":")[0] for place in own} == {"0100007F"}
