"""The staged connection test against real servers in every kind of trouble."""

import datetime as dt
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core import Engine, TestReport
from core.events import StageEnded
from core.request import Response
from core.stages import clock, tcp

ME = b'{"name": "agent@small"}'
THINGS = b'{"items": [{"id": 1}]}'


def verdicts(report: TestReport) -> dict[str, str]:
    return {stage.stage: stage.verdict for stage in report.stages}


def stage(report: TestReport, name: str):
    return next(item for item in report.stages if item.stage == name)


@pytest.fixture
def healthy(serve, answer):
    server = serve()
    server.answers["/me"] = answer(200, ME)
    server.answers["/things"] = answer(200, THINGS)
    return server


async def test_a_healthy_connection_passes_every_stage(engine: Engine, small, healthy) -> None:
    small(healthy.url)
    events: list[object] = []
    report = await engine.test("it", emit=events.append)
    assert verdicts(report) == {
        "inputs": "passed", "dns": "passed", "tcp": "passed", "tls": "skipped", "clock": "passed",
        "auth": "passed", "probe:things": "passed",
    }  # fmt: skip
    assert report.verdict == "passed"
    assert stage(report, "auth").evidence == "accepted as agent@small"
    assert stage(report, "probe:things").evidence == "1 thing read"
    assert stage(report, "tls").evidence == "plain http on loopback"
    assert [event.stage for event in events if isinstance(event, StageEnded)] == list(verdicts(report))
    kept = engine.workspace.connection("it")
    assert (kept.state, kept.last_test_verdict, kept.last_test_operation) == (
        "active",
        "passed",
        report.operation,
    )


async def test_refused_credentials_are_told_from_an_unreachable_host(engine, small, healthy, answer) -> None:
    healthy.answers["/me"] = answer(401, b'{"error": {"message": "bad token"}}')
    small(healthy.url)
    report = await engine.test("it")
    assert (report.verdict, report.error.error_class) == ("failed", "auth")
    assert stage(report, "probe:things").evidence == "not reached: auth failed"
    assert engine.workspace.connection("it").state == "authorization_required"


async def test_an_error_inside_a_200_fails_the_test_as_it_fails_an_operation(
    engine, small, healthy, answer
) -> None:
    healthy.answers["/me"] = answer(200, b'{"ok": false, "name": "nobody", "error": "invalid_auth"}')
    small(healthy.url)
    report = await engine.test("it")
    assert (report.verdict, report.error.error_class) == ("failed", "auth")
    assert engine.workspace.connection("it").state == "authorization_required"


async def test_not_permitted_is_not_bad_credentials(engine, small, healthy, answer) -> None:
    healthy.answers["/me"] = answer(403, b'{"why": "read only"}')
    small(healthy.url)
    report = await engine.test("it")
    assert report.error.error_class == "permission"
    assert engine.workspace.connection("it").state == "error"


async def test_a_vendor_that_is_down_says_so(engine, small, healthy, answer) -> None:
    healthy.answers["/me"] = answer(503)
    small(healthy.url)
    assert (await engine.test("it")).error.error_class == "vendor"


async def test_an_optional_probe_that_hits_a_limit_only_warns(engine, small, healthy, answer) -> None:
    healthy.answers["/things"] = answer(429, b'{"message": "30 per minute"}')
    small(healthy.url)
    report = await engine.test("it")
    assert report.verdict == "warned"
    assert "not a fault of this connection" in stage(report, "probe:things").hint


async def test_a_refused_port_fails_at_tcp_and_skips_the_rest(engine, small, free_port) -> None:
    small(f"http://127.0.0.1:{free_port}")
    report = await engine.test("it")
    found = verdicts(report)
    assert (found["dns"], found["tcp"], found["auth"]) == ("passed", "failed", "skipped")
    assert (report.error.error_class, report.error.retryable) == ("network", True)


async def test_a_name_without_an_address_fails_at_dns(engine, small) -> None:
    small("http://nowhere.invalid")
    report = await engine.test("it")
    assert verdicts(report)["dns"] == "failed"
    assert "nowhere.invalid" in report.error.message


async def test_a_metadata_address_is_refused_by_policy(engine, small) -> None:
    small("http://169.254.169.254")
    report = await engine.test("it")
    assert (verdicts(report)["dns"], report.error.error_class) == ("failed", "policy")


async def test_a_secret_that_is_gone_fails_at_inputs(engine, small, healthy) -> None:
    small(healthy.url, secrets={"token": "ref:env:NO_SUCH_CANARY"})
    report = await engine.test("it")
    assert (verdicts(report)["inputs"], report.error.error_class) == ("failed", "vault")
    assert healthy.seen == []


async def test_a_method_without_a_test_is_undefined_and_passes(engine, small, healthy, canary) -> None:
    small(healthy.url, method="login", secrets={"password": canary}, variables={"username": "u"})
    report = await engine.test("it")
    assert (verdicts(report)["auth"], report.verdict) == ("undefined", "passed")


async def test_a_slow_answer_is_a_timeout_of_its_stage(engine, small, healthy, monkeypatch) -> None:
    monkeypatch.setattr("core.staged_test.STAGE_S", 0.2)

    def late(handler) -> None:
        time.sleep(0.5)
        handler.close_connection = True

    healthy.answers["/me"] = late
    small(healthy.url)
    report = await engine.test("it")
    assert (verdicts(report)["auth"], report.error.error_class) == ("failed", "timeout")


async def test_one_stage_alone_leaves_the_connection_as_it_is(engine, small, healthy) -> None:
    small(healthy.url)
    report = await engine.test("it", stages={"tcp"})
    assert verdicts(report)["tcp"] == "passed"
    assert verdicts(report)["auth"] == "skipped"
    assert engine.workspace.connection("it").last_test_verdict is None


async def test_a_draft_stays_a_draft_until_it_is_saved(engine, small, healthy, canary) -> None:
    small(healthy.url)
    engine.workspace.create_connection(
        "small", "new", authentication="it", variables={"base_url": healthy.url}
    )
    await engine.test("new")
    assert engine.workspace.connection("new").state == "draft"
    assert engine.workspace.activate("new").state == "active"


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(0, "passed"), (20, "passed"), (-90, "warned"), (600, "warned")]
)
def test_clock_skew_beyond_half_a_minute_is_a_warning(seconds: int, verdict: str) -> None:
    moment = dt.datetime.now(dt.UTC)
    header = (moment + dt.timedelta(seconds=seconds)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    found = clock.judge(Response(200, (("Date", header),), b"", "http://x", 0, 0), moment.timestamp())
    assert found.verdict == verdict


@pytest.mark.parametrize("headers", [(), (("Date", "yesterday"),)])
def test_a_server_without_a_readable_date_is_undefined(headers) -> None:
    assert clock.judge(Response(200, headers, b"", "http://x", 0, 0), 0).verdict == "undefined"


def make_certificate(folder: Path, name: str, days: int) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=400))
        .not_valid_after(now + dt.timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, private


@pytest.fixture
def serve_tls(serve, answer, tmp_path: Path) -> Callable[[str, int], tuple[str, Path]]:
    """Start a TLS server; gives its URL and its certificate."""

    def start(name: str, days: int) -> tuple[str, Path]:
        certificate, key = make_certificate(tmp_path, name, days)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server = serve()
        server._server.socket = context.wrap_socket(
            server._server.socket, server_side=True, do_handshake_on_connect=False
        )
        server.answers["/me"] = answer(200, ME)
        server.answers["/things"] = answer(200, THINGS)
        return f"https://localhost:{server.port}", certificate

    return start


@pytest.mark.parametrize(
    ("name", "days", "trusted", "verdict", "said"),
    [
        ("localhost", 90, True, "passed", "90 days left"),
        ("localhost", 5, True, "warned", "5 days left"),
        ("localhost", -3, True, "failed", "ended"),
        ("elsewhere.example", 90, True, "failed", "is for elsewhere.example, not for localhost"),
        ("localhost", 90, False, "failed", "self-signed"),
    ],
)
async def test_the_tls_stage_explains_the_certificate(
    engine, serve_tls, tmp_path, name, days, trusted, verdict, said, canary
) -> None:
    url, certificate = serve_tls(name, days)
    engine.catalog.add(_connector(tmp_path, certificate if trusted else None))
    engine.workspace.create_connection(
        "small", "it", method="token", variables={"base_url": url}, secrets={"token": canary}
    )
    engine.workspace.activate("it")
    report = await engine.test("it")
    found = stage(report, "tls")
    assert (found.verdict, said in found.evidence) == (verdict, True), found
    if verdict == "failed":
        assert report.error.error_class == "tls"
        outcome = await engine.run("it", "list-things", {})
        assert outcome.error.error_class == "tls"
    else:
        assert stage(report, "auth").verdict == "passed"


def _connector(folder: Path, authority: Path | None) -> Path:
    path = folder / "tls.yaml"
    path.write_text(
        f"""
schema: connect/1
revision: 1
handle: small
name: Small
summary: A connector of the tests.
type: api
inputs:
  - {{key: base_url, type: url, required: true}}
http:
  base_url: '{{{{ var.base_url }}}}'
  {f"tls: {{ca: '{authority}'}}" if authority else "tls: {verify: true}"}
auth:
  token:
    kind: bearer
    test: [{{name: me, request: {{path: /me}}}}]
operations:
  list-things: {{request: {{path: /things}}, records: items}}
"""
    )
    return path


async def test_every_address_is_tried_until_one_answers(serve) -> None:
    server = serve()
    finding, address = await tcp.check(("::1", "127.0.0.1"), server.port)
    assert (finding.verdict, address) == ("passed", "127.0.0.1")


async def test_an_optional_probe_that_is_slow_only_warns(engine, small, healthy, monkeypatch) -> None:
    monkeypatch.setattr("core.staged_test.STAGE_S", 0.3)

    def late(handler) -> None:
        time.sleep(0.6)
        handler.close_connection = True

    healthy.answers["/things"] = late
    small(healthy.url)
    report = await engine.test("it")
    assert (verdicts(report)["probe:things"], report.verdict) == ("warned", "warned")
