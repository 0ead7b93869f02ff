"""Client certificates shown to a real nginx that wants one, and to OpenSSL's server for what nginx never says."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from connectors import ClientCertificate
from core import Engine
from core.certificates import find_certificate
from core.clients import Clients, TlsProfile
from core.hosts import build_policy
from core.redact import Redactor
from core.redirects import next_request
from core.request import Request, Response
from core.send import HttpTransport, Route
from core.unseal import Unsealed
from storage.reading import open_reading, parse_filter

from ..peer_needed import need

pytestmark = [pytest.mark.peer, pytest.mark.xdist_group("nginx"), pytest.mark.timeout(240)]

CONNECTOR = """
schema: connect/1
revision: 1
handle: vault-desk
name: Vault desk
summary: A desk behind mutual TLS.
type: api
author: {company: Tests}
inputs:
  - {key: base_url, type: url, required: true}
  - {key: ca}
http:
  base_url: '{{ var.base_url }}'
  tls: {ca: '{{ var.ca }}'}
auth:
  certificate:
    kind: mtls
    test: [{name: me, operation: who, show: 'accepted as {{ response.body.subject }}'}]
  bundle:
    kind: mtls
    certificate: {pkcs12: '{{ auth.bundle }}', password: '{{ auth.pin }}'}
    inputs:
      - {key: bundle, type: secret, required: true}
      - {key: pin, type: secret}
  login:
    kind: basic
    certificate: {cert: '{{ auth.cert }}', key: '{{ auth.key }}'}
    inputs:
      - {key: username, required: true}
      - {key: password, type: secret, required: true}
      - {key: cert, type: secret, required: true}
      - {key: key, type: secret, required: true}
  tokens:
    kind: oauth2
    grants: [client_credentials]
    client_auth: tls
    token_url: '{{ var.base_url }}/token'
    certificate: {cert: '{{ auth.cert }}', key: '{{ auth.key }}'}
    inputs:
      - {key: client_id, required: true}
      - {key: cert, type: secret, required: true}
      - {key: key, type: secret, required: true}
  nobody: {kind: basic}
operations:
  who: {request: {path: /who}}
  back: {request: {path: /back}}
"""
SERVER = """
server {
  listen 127.0.0.1:PORT ssl;
  ssl_certificate FOLDER/server.pem; ssl_certificate_key FOLDER/server.key;
  ssl_client_certificate FOLDER/authority.pem; ssl_verify_client MODE; ssl_verify_depth 3; ssl_protocols PROTOCOLS;
  default_type application/json; client_max_body_size 50m;
  location /back { return 302 /who; }
  location /token { return 200 '{"access_token": "token-$ssl_client_serial", "token_type": "Bearer",
    "expires_in": 3600}'; }
  location / { return 200 '{"verified": "$ssl_client_verify", "subject": "$ssl_client_s_dn",
    "serial": "$ssl_client_serial", "version": "$ssl_protocol", "user": "$remote_user",
    "authorization": "$http_authorization"}'; }
}
"""


@dataclass(frozen=True)
class Desk:
    """Addresses of one nginx: one that wants a certificate, the same in TLS 1.2, and one that takes any."""

    url: str
    old_url: str
    other_url: str
    ca: str
    folder: Path


@pytest.fixture(scope="module")
def desk(nginx, free_ports, authority, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("certificates")
    mine = authority.issue("server", hosts=("127.0.0.1", "localhost"))
    (folder / "server.pem").write_text(mine.cert)
    (folder / "server.key").write_text(mine.key())
    (folder / "authority.pem").write_text(authority.cert)
    ports = free_ports(3)
    modes = (("on", "TLSv1.3"), ("on", "TLSv1.2"), ("optional_no_ca", "TLSv1.2 TLSv1.3"))
    blocks = "".join(
        SERVER.replace("PORT", str(port)).replace("FOLDER", str(folder)).replace("MODE", mode)
        .replace("PROTOCOLS", protocols)
        for port, (mode, protocols) in zip(ports, modes, strict=True)
    )  # fmt: skip
    nginx(blocks, ports)
    urls = [f"https://127.0.0.1:{port}" for port in ports]
    return Desk(*urls, str(folder / "authority.pem"), folder)


@pytest.fixture
def connected(engine: Engine, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Make a connection with secrets in the vault; gives its name."""
    (tmp_path / "vault-desk.yaml").write_text(CONNECTOR)
    engine.catalog.add(tmp_path / "vault-desk.yaml")
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))

    def make(method: str = "certificate", url: str = desk.url, **secrets: str) -> str:
        name = f"desk-{len(engine.workspace.connections())}"
        plain = {key: secrets.pop(key) for key in ("username", "client_id") if key in secrets}
        engine.workspace.create_connection(
            "vault-desk", name, method=method, secrets=secrets,
            variables={"base_url": url, "ca": desk.ca, **plain},
        )  # fmt: skip
        engine.workspace.activate(name)
        return name

    return make


async def who(engine: Engine, name: str, operation: str = "who") -> dict[str, Any]:
    done = await engine.run(name, operation, {})
    assert done.error is None, done.error
    found: dict[str, Any] = done.value
    return found


@pytest.mark.parametrize("version", ["TLSv1.3", "TLSv1.2"])
async def test_the_server_sees_the_certificate(
    engine: Engine, connected, desk, authority, version: str
) -> None:
    mine = authority.issue("Client 7")
    url = desk.url if version == "TLSv1.3" else desk.old_url
    seen = await who(
        engine, connected(url=url, certificate=mine.cert, private_key=mine.key("pin 1"), key_password="pin 1")
    )
    assert (seen["verified"], seen["subject"], seen["version"]) == ("SUCCESS", "CN=Client 7", version)
    assert int(seen["serial"], 16) == mine.certificate.serial_number


async def test_pkcs12_and_files_are_shown_too(engine: Engine, connected, authority, tmp_path: Path) -> None:
    mine = authority.issue("In a bundle")
    (tmp_path / "mine.p12").write_bytes(mine.pkcs12("pin"))
    (tmp_path / "mine.pem").write_text(mine.cert + mine.key())
    text = base64.b64encode(mine.pkcs12("pin")).decode()
    for name in (
        connected("bundle", bundle=text, pin="pin"),
        connected("bundle", bundle=str(tmp_path / "mine.p12"), pin="pin"),
        connected(certificate=f"ref:file:{tmp_path / 'mine.pem'}"),
        connected(certificate=str(tmp_path / "mine.pem")),
    ):
        assert (await who(engine, name))["subject"] == "CN=In a bundle"


async def test_the_certificates_in_between_are_sent_along(engine: Engine, connected, authority) -> None:
    mine = authority.issue("Middle", is_authority=True).issue("Leaf")
    assert (await who(engine, connected(certificate=mine.cert, private_key=mine.key())))[
        "verified"
    ] == "SUCCESS"


async def test_a_certificate_goes_beside_other_credentials(engine: Engine, connected, authority) -> None:
    mine = authority.issue("Both")
    name = connected("login", username="ada", password="love lace", cert=mine.cert, key=mine.key())
    seen = await who(engine, name)
    assert (seen["subject"], seen["user"]) == ("CN=Both", "ada")


async def test_tokens_are_fetched_and_used_with_the_certificate(engine: Engine, connected, authority) -> None:
    mine = authority.issue("Client of tokens")
    seen = await who(engine, connected("tokens", client_id="us", cert=mine.cert, key=mine.key()))
    serial = seen["serial"]
    assert int(serial, 16) == mine.certificate.serial_number
    assert seen["authorization"] == "Bearer •••"


def test_the_job_is_done_by_commands(connect, desk, authority, tmp_path: Path) -> None:
    mine = authority.issue("By command", days=12.5)
    for name, content in (
        ("desk.yaml", CONNECTOR.encode()), ("mine.p12", mine.pkcs12("pin")), ("pin", b"pin")
    ):  # fmt: skip
        (tmp_path / name).write_bytes(content)
    assert connect("connector", "add", "desk.yaml").code == 0
    added = connect(
        *("auth", "add", "vault-desk", "--method", "certificate", "--name", "mine"),
        *("--secret", "certificate=cmd:base64 -w0 mine.p12", "--secret", "key_password=@pin"),
    )
    assert (added.code, added.json["kind"]) == (0, "mtls"), added.err
    created = connect(
        *("connection", "create", "vault-desk", "--name", "it", "--auth", "mine", "--no-test"),
        *("--set", f"base_url={desk.url}", "--set", f"ca={desk.ca}"),
    )
    assert created.code == 0, created.err
    tested = connect("connection", "test", "it")
    stages = {stage["stage"]: stage for stage in tested.json["stages"]}
    assert (tested.json["verdict"], stages["auth"]["evidence"]) == ("warned", "accepted as CN=By command")
    assert "your certificate expires in 12 days" in stages["tls"]["hint"]


async def test_a_stranger_whom_a_redirect_names_is_not_shown_the_certificate(
    engine: Engine, connected, desk, authority
) -> None:
    mine = authority.issue("Stays home")
    assert (await who(engine, connected(certificate=mine.cert, private_key=mine.key()), "back"))[
        "verified"
    ] == "SUCCESS"

    policy = build_policy(desk.other_url, [])
    spec = ClientCertificate(cert="{{ auth.cert }}", key="{{ auth.key }}")
    known = Unsealed({"auth": {"cert": mine.cert, "key": mine.key()}, "var": {}}, set(), Redactor())
    route = Route("it", policy, TlsProfile(ca=desk.ca, certificate=find_certificate(spec, known)))
    at_home = Request("GET", "https://elsewhere.example/who")
    there = Response(302, (("Location", f"{desk.other_url}/who"),), b"", at_home.url, 1, 0)
    strange = next_request(at_home, at_home, there, "any", policy)
    assert strange is not None
    transport = HttpTransport(Clients())
    seen = [
        json.loads((await transport.send(one, route)).body)
        for one in (strange, replace(strange, is_stranger=False))
    ]
    await transport.close()
    assert [one["verified"] for one in seen] == ["NONE", "SUCCESS"]


async def test_the_test_tells_whose_certificate_it_is_and_warns_before_it_ends(
    engine: Engine, connected, authority
) -> None:
    mine, late = authority.issue("Fresh", days=200.5), authority.issue("Soon over", days=12.5)
    report = await engine.test(connected(certificate=mine.cert, private_key=mine.key()))
    stages = {stage.stage: stage for stage in report.stages}
    assert (report.verdict, stages["auth"].evidence) == ("passed", "accepted as CN=Fresh")
    shown = f"shown CN=Fresh, issued by CN=Test Authority, serial {mine.certificate.serial_number:x}, 200 days left"
    assert shown in stages["tls"].evidence

    (kept,) = engine.workspace.authentications.list()
    assert kept.expires_us == int(mine.certificate.not_valid_after_utc.timestamp()) * 1_000_000

    report = await engine.test(connected(certificate=late.cert, private_key=late.key()))
    tls = {stage.stage: stage for stage in report.stages}["tls"]
    assert (report.verdict, tls.verdict) == ("warned", "warned")
    assert "your certificate expires in 12 days" in (tls.hint or "")


async def test_what_is_wrong_with_a_certificate_is_said_before_anything_leaves(
    engine: Engine, connected, authority
) -> None:
    a, b, over = authority.issue("A"), authority.issue("B"), authority.issue("Over", days=-3, since=-9)
    for secrets, sentence in (
        (
            {"certificate": a.cert, "private_key": b.key()},
            "the private key does not belong to the certificate CN=A",
        ),
        (
            {"certificate": a.cert, "private_key": a.key("x"), "key_password": "y"},
            "the password does not open the private key",
        ),
        ({"certificate": over.cert, "private_key": over.key()}, "your certificate CN=Over expired on"),
    ):
        name = connected(**secrets)
        done = await engine.run(name, "who", {})
        assert done.error is not None
        assert sentence in done.error.message
        assert done.counts.requests in {0, 1}
        report = await engine.test(name)
        failed = [stage for stage in report.stages if stage.verdict == "failed"]
        assert [(stage.stage, sentence in stage.evidence) for stage in failed] == [("tls", True)]


async def test_nginx_without_or_with_a_foreign_certificate_is_understood(
    engine: Engine, connected, authority
) -> None:
    none = await engine.run(connected("nobody", username="ada", password="x"), "who", {})
    assert none.error is not None
    assert (none.error.error_class, none.error.status) == ("auth", 400)
    assert none.error.message == "400: the server wants a client certificate, and none was given"

    stranger = authority.issue("Not one of us", is_authority=True)
    foreign = type(stranger)(_self_signed(stranger), stranger.private_key)
    done = await engine.run(connected(certificate=foreign.cert, private_key=foreign.key()), "who", {})
    assert done.error is not None
    assert done.error.message == "400: the server does not accept your client certificate"


async def test_a_certificate_needs_https(engine: Engine, connected, authority) -> None:
    mine = authority.issue("Plain")
    name = connected(url="http://127.0.0.1:9", certificate=mine.cert, private_key=mine.key())
    done = await engine.run(name, "who", {})
    assert done.error is not None
    assert "is plain http" in done.error.message


@pytest.fixture
def strict(desk: Desk, tmp_path: Path, free_ports, wait_listening) -> Iterator[Any]:
    """Start OpenSSL's own server, which answers with TLS alerts where nginx has pages."""
    need(shutil.which("openssl") is not None, "openssl is not installed")
    started: list[subprocess.Popen[bytes]] = []

    def start(version: str) -> str:
        (port,) = free_ports(1)
        command = [
            *("openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-quiet", f"-{version}"),
            *("-cert", str(desk.folder / "server.pem"), "-key", str(desk.folder / "server.key")),
            *("-CAfile", desk.ca, "-Verify", "2", "-verify_return_error"),
        ]
        with (tmp_path / f"{port}.log").open("wb") as log:
            started.append(
                subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
            )
        wait_listening(port, started[-1])
        return f"https://127.0.0.1:{port}"

    yield start
    for process in started:
        process.terminate()
        process.wait(20)


@pytest.mark.parametrize("version", ["tls1_3", "tls1_2"])
async def test_a_server_that_wants_a_certificate_and_gets_none_is_understood(
    engine: Engine, connected, strict, version: str
) -> None:
    name = connected("nobody", url=strict(version), username="ada", password="x")
    wanted = {
        "tls1_3": "127.0.0.1 wants a client certificate, and none was given",
        "tls1_2": "127.0.0.1 broke off the TLS handshake",
    }[version]
    done = await engine.run(name, "who", {})
    assert done.error is not None
    assert done.error.message == wanted
    assert "client certificate" in done.error.message + done.error.remedy
    report = await engine.test(name)
    assert [(stage.stage, stage.evidence) for stage in report.stages if stage.verdict == "failed"] == [
        ("tls", wanted)
    ]


@pytest.mark.parametrize("version", ["tls1_3", "tls1_2"])
async def test_a_server_that_does_not_trust_ours_is_understood(
    engine: Engine, connected, strict, authority, version: str
) -> None:
    stranger = authority.issue("Nobody's", is_authority=True)
    foreign = type(stranger)(_self_signed(stranger), stranger.private_key)
    name = connected(url=strict(version), certificate=foreign.cert, private_key=foreign.key())
    wanted = "127.0.0.1 does not trust the authority of your client certificate"
    done = await engine.run(name, "who", {})
    assert done.error is not None
    assert (done.error.message, done.error.error_class) == (wanted, "auth")
    report = await engine.test(name)
    assert [(stage.stage, stage.evidence) for stage in report.stages if stage.verdict == "failed"] == [
        ("tls", wanted)
    ]


APACHE = """
LoadModule mpm_event_module MODULES/mod_mpm_event.so
LoadModule authz_core_module MODULES/mod_authz_core.so
LoadModule socache_shmcb_module MODULES/mod_socache_shmcb.so
LoadModule ssl_module MODULES/mod_ssl.so
ServerRoot FOLDER
ServerName 127.0.0.1
Listen 127.0.0.1:PORT
PidFile FOLDER/pid
DefaultRuntimeDir FOLDER
ErrorLog FOLDER/error.log
DocumentRoot FOLDER/www
USER
StartServers 1
ThreadsPerChild 4
ServerLimit 1
MaxRequestWorkers 4
SSLEngine on
SSLProtocol TLSv1.3
SSLCertificateFile CERTIFICATES/server.pem
SSLCertificateKeyFile CERTIFICATES/server.key
SSLCACertificateFile CERTIFICATES/authority.pem
<Location /who>
  SSLVerifyClient require
</Location>
"""


@pytest.fixture
def asks_late(desk: Desk, free_ports, wait_listening) -> Iterator[str]:
    """Start an Apache that wants a certificate only once it has read the path, after the handshake."""
    modules = Path("/usr/lib/apache2/modules")
    program = shutil.which("apache2", path=f"{os.environ['PATH']}:/usr/sbin")
    need(program is not None and (modules / "mod_ssl.so").exists(), "apache2-bin is not installed")
    (port,) = free_ports(1)
    # Its children run as another user, who may not look into the folders of pytest.
    with tempfile.TemporaryDirectory(prefix="connect-apache-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "www").mkdir()
        (folder / "www/who").write_text("come in")
        text = APACHE.replace("MODULES", str(modules)).replace("FOLDER", name).replace("PORT", str(port))
        user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
        text = text.replace("CERTIFICATES", str(desk.folder)).replace("USER", user)
        (folder / "apache.conf").write_text(text)
        process = subprocess.Popen([program, "-f", str(folder / "apache.conf"), "-DFOREGROUND"])
        try:
            wait_listening(port, process)
            yield f"https://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


async def test_a_server_that_asks_after_the_handshake_is_shown_it_too(
    engine: Engine, connected, asks_late: str, authority
) -> None:
    mine = authority.issue("Asked late")
    done = await engine.run(
        connected(url=asks_late, certificate=mine.cert, private_key=mine.key()), "who", {}
    )
    assert (done.error, done.value) == (None, "come in")
    none = await engine.run(connected("nobody", url=asks_late, username="a", password="b"), "who", {})
    assert none.error is not None


async def test_nothing_of_the_key_is_written_anywhere(
    engine: Engine, connected, authority, home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    mine = authority.issue("Canary")
    locked = mine.key("canary-pin")
    text = base64.b64encode(mine.pkcs12("canary-pin")).decode()
    names = [
        connected(certificate=mine.cert, private_key=locked, key_password="canary-pin"),
        connected("bundle", bundle=text, pin="canary-pin"),
        connected("bundle", bundle=text, pin="not-the-canary-pin"),
        connected(certificate=mine.cert, private_key=authority.key()),
    ]
    for name in names:
        await engine.run(name, "who", {})
        await engine.test(name)
    await engine.close()
    number = mine.private_key.private_numbers().private_value
    needles = [
        *(line.encode() for pem in (mine.key(), locked) for line in pem.splitlines()[1:-1]),
        *(text[at : at + 60].encode() for at in range(0, len(text) - 60, 60)),
        number.to_bytes(32, "big"), base64.b64encode(number.to_bytes(32, "big"))[4:40], b"canary-pin",
    ]  # fmt: skip
    files = [path for path in (*home.data.parent.rglob("*"), *tmp_path.rglob("*")) if path.is_file()]
    assert any(path.suffix == ".db" for path in files), files
    for path in files:
        content = path.read_bytes()
        assert not [needle for needle in needles if needle in content], path
    assert list(temporary.iterdir()) == []
    with open_reading(home.database) as reading:
        rows = reading.operations_block(parse_filter(""), limit=50)
        told = repr(
            [(row, reading.exchanges(row.id, bodies=True), reading.log_lines(row.id)) for row in rows]
        )
    assert "Canary" in told
    assert not [needle for needle in needles if needle.decode("latin-1") in told]


def _self_signed(issued: Any) -> Any:
    """Give a certificate for the same key that no authority of the server signed."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    old = issued.certificate
    return (
        x509.CertificateBuilder()
        .subject_name(old.subject)
        .issuer_name(old.subject)
        .public_key(old.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(old.not_valid_before_utc)
        .not_valid_after(old.not_valid_after_utc)
        .sign(issued.private_key, hashes.SHA256())
    )
