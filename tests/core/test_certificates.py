"""Client certificates: every form in which people have them, what is wrong with one, and where the key goes."""

import asyncio
import base64
import gc
import ssl
import stat
import subprocess
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors import ClientCertificate as CertificateSpec
from core import Engine
from core.certificates import ClientCertificate, find_certificate, load_certificate, read_facts
from core.clients import Clients, TlsProfile
from core.errors import ConfigError
from core.hosts import build_policy
from core.redact import Redactor
from core.unseal import Unsealed

SPEC = CertificateSpec(
    cert="{{ auth.certificate }}", key="{{ auth.private_key }}", password="{{ auth.key_password }}"
)
PKCS12 = CertificateSpec(pkcs12="{{ auth.certificate }}", password="{{ auth.key_password }}")


def given(
    certificate: str, private_key: str = "", key_password: str = "", spec: CertificateSpec = SPEC
) -> Any:
    auth = {"certificate": certificate, "private_key": private_key, "key_password": key_password}
    kept = {name: value for name, value in auth.items() if value}
    return find_certificate(spec, Unsealed({"auth": kept, "var": {}}, set(), Redactor()))


def context() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


FORMS: dict[str, Callable[[Any, Path], Any]] = {
    "two texts": lambda mine, _: given(mine.cert, mine.key()),
    "one text": lambda mine, _: given(mine.key() + mine.cert),
    "an encrypted key": lambda mine, _: given(mine.cert, mine.key("pass word"), "pass word"),
    "a needless password": lambda mine, _: given(mine.cert, mine.key(), "anything"),
    "base64": lambda mine, _: given(base64.encodebytes(mine.pkcs12("pass")).decode(), "", "pass"),
    "base64 without password": lambda mine, _: given(base64.b64encode(mine.pkcs12()).decode()),
    "pkcs12": lambda mine, _: given(base64.b64encode(mine.pkcs12("pass")).decode(), "", "pass", PKCS12),
    "two files": lambda mine, folder: given(
        written(folder, "a.pem", mine.cert.encode()), written(folder, "a.key", mine.key().encode())
    ),
    "a file": lambda mine, folder: given(written(folder, "a.p12", mine.pkcs12("pass")), "", "pass"),
}


def written(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return str(folder / name)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("in_memory", [True, False])
def test_every_form_is_read_and_loaded(authority, tmp_path: Path, form: str, in_memory: bool) -> None:
    mine = authority.issue("Client 7", days=12.5)
    found = FORMS[form](mine, tmp_path)
    facts = read_facts(found)
    assert (facts.subject, facts.issuer, facts.days_left()) == ("CN=Client 7", "CN=Test Authority", 12)
    assert int(facts.serial, 16) == mine.certificate.serial_number
    load_certificate(context(), found, in_memory=in_memory)


@pytest.mark.parametrize("kind", ["rsa:2048", "ed25519", "ec -pkeyopt ec_paramgen_curve:P-384"])
def test_every_kind_of_key_is_loaded(tmp_path: Path, kind: str) -> None:
    command = f"openssl req -x509 -newkey {kind} -nodes -keyout k.pem -out c.pem -subj /CN=any -days 9"
    subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
    load_certificate(context(), given(str(tmp_path / "c.pem"), str(tmp_path / "k.pem")))


def test_a_key_encrypted_in_the_old_way_is_read(authority, tmp_path: Path) -> None:
    mine = authority.issue("Old")
    written(tmp_path, "k.pem", mine.key().encode())
    command = "openssl ec -in k.pem -aes128 -passout pass:old -out old.pem"
    subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
    assert b"Proc-Type: 4,ENCRYPTED" in (tmp_path / "old.pem").read_bytes()
    assert read_facts(given(mine.cert, str(tmp_path / "old.pem"), "old")).subject == "CN=Old"
    with pytest.raises(ConfigError, match="the password does not open the private key"):
        read_facts(given(mine.cert, str(tmp_path / "old.pem"), "new"))


def test_the_certificate_of_the_key_comes_first_wherever_it_stands(authority) -> None:
    middle = authority.issue("Middle", is_authority=True)
    mine = middle.issue("Leaf")
    assert mine.cert.count("BEGIN CERTIFICATE") == 2
    turned = "-----BEGIN".join(["", *reversed(mine.cert.split("-----BEGIN")[1:])])
    assert read_facts(given(turned, mine.key())).subject == "CN=Leaf"


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda a, b: given(a.cert, b.key()), "does not belong to the certificate CN=A"),
        (lambda a, _: given(a.cert), "no private key beside"),
        (lambda a, _: given(a.cert, a.key("right")), "encrypted, and no password"),
        (lambda a, _: given(a.cert, a.key("right"), "wrong"), "the password does not open the private key"),
        (lambda a, _: given(base64.b64encode(a.pkcs12("right")).decode(), "", "wrong"), "the password does not open the PKCS#12"),
        (lambda a, _: given(base64.b64encode(a.pkcs12("right")).decode()), "cannot be opened without a password"),
        (lambda a, _: given(a.key(), a.key()), "holds none that can be read"),
        (lambda a, _: given(a.cert, a.key().replace(a.key()[40:60], "*" * 20)), "the private key cannot be read"),
        (lambda a, _: given(a.cert, "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----"), "the private key cannot be read"),
        (lambda _, __: given("what is this"), "is no PEM, no PKCS#12"),
        (lambda _, __: given("relative/path.pem"), "is no PEM, no PKCS#12"),
        (lambda _, __: given("/not/there.pem"), "cannot be read: No such file"),
        (lambda _, __: given("/dev/null"), "is empty"),
        (lambda _, __: given("/"), "cannot be read: Is a directory"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(authority, make: Callable[[Any, Any], Any], sentence: str) -> None:
    a, b = authority.issue("A"), authority.issue("B")
    with pytest.raises(ConfigError, match=sentence) as refused:
        read_facts(make(a, b))
    said = str(refused.value) + refused.value.failure.remedy
    assert not any(line in said for line in (a.key() + b.key()).splitlines() if len(line) > 20)
    assert "right" not in said.replace("right password", "")


@pytest.mark.parametrize(
    ("days", "since", "sentence"), [(-3, -9, "expired on"), (9, 3, "is valid only from")]
)
def test_a_certificate_out_of_its_time_is_not_shown(authority, days: int, since: int, sentence: str) -> None:
    mine = authority.issue("Late", days=days, since=since)
    with pytest.raises(ConfigError, match=f"your certificate CN=Late {sentence}") as refused:
        load_certificate(context(), given(mine.cert, mine.key()))
    assert refused.value.failure.error_class == "auth"


def test_without_a_certificate_there_is_none() -> None:
    assert find_certificate(None, Unsealed({"auth": {}}, set(), Redactor())) is None
    assert given("") is None


class WatchedContext(ssl.SSLContext):
    """A context that keeps what the files hold from which it is loaded."""

    content: bytes = b""
    mode = 0

    def load_cert_chain(self, certfile: Any, keyfile: Any = None, password: Any = None) -> None:
        self.content, self.mode = Path(certfile).read_bytes(), stat.S_IMODE(Path(certfile).stat().st_mode)
        super().load_cert_chain(certfile, keyfile, password)


def test_where_files_in_memory_are_missing_the_key_is_encrypted_on_disk_and_removed(
    authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mine, watched = authority.issue("Mine"), WatchedContext(ssl.PROTOCOL_TLS_CLIENT)
    load_certificate(watched, given(mine.cert, mine.key()), in_memory=False)
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in watched.content
    assert watched.mode == 0o600
    assert list(tmp_path.iterdir()) == []


def test_in_memory_nothing_is_written(authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    mine, watched = authority.issue("Mine"), WatchedContext(ssl.PROTOCOL_TLS_CLIENT)
    load_certificate(watched, given(mine.cert, mine.key()), in_memory=True)
    assert b"BEGIN PRIVATE KEY" in watched.content


def test_a_profile_tells_nothing_of_its_key(authority) -> None:
    mine = authority.issue("Mine")
    # Each writing of an encrypted key is another one.
    key = mine.key("pass")
    found: ClientCertificate = given(mine.cert, key, "pass")
    profile = TlsProfile(certificate=found)
    shown = repr(profile) + repr(profile.key) + repr(found)
    secret = [*key.splitlines()[1:-1], "pass'", *mine.cert.splitlines()[1:3]]
    assert not any(line in shown for line in secret if line)
    assert profile.key != TlsProfile().key
    assert profile.key == TlsProfile(certificate=given(mine.cert, key, "pass")).key
    other = authority.issue("Mine")
    assert TlsProfile(certificate=given(other.cert, other.key())).key != profile.key
    assert given(mine.cert, mine.key()).identity != given(mine.cert, mine.key(), "x").identity


async def test_a_certificate_that_is_not_used_is_dropped(authority) -> None:
    mine = authority.issue("Mine")
    clients = Clients(kept_s=0.05)
    policy = build_policy("https://127.0.0.1", [])
    profile = TlsProfile(certificate=given(mine.cert, mine.key()))
    held = weakref.ref(await clients.context(profile))
    await clients.pool("it", profile, policy)
    await gone(held)
    assert clients._pools == {}
    await clients.context(TlsProfile())
    assert clients._used == {}
    await clients.close()


async def test_another_certificate_of_a_connection_replaces_the_one_before(authority) -> None:
    clients, policy = Clients(), build_policy("https://127.0.0.1", [])
    first, second = (
        TlsProfile(certificate=given(one.cert, one.key()))
        for one in (authority.issue("A"), authority.issue("B"))
    )
    await clients.pool("it", first, policy)
    held = weakref.ref(await clients.context(first))
    await clients.pool("it", second, policy)
    await gone(held)
    assert [place[1] for place in clients._pools] == [second.key]
    await clients.close()


async def test_a_locked_vault_leaves_no_key_in_memory(authority, engine: Engine) -> None:
    transport = engine._open_transport()
    mine = authority.issue("A")
    held = weakref.ref(await transport.context(TlsProfile(certificate=given(mine.cert, mine.key()))))
    await asyncio.to_thread(engine.keeper.lock)
    await gone(held)


async def gone(held: "weakref.ref[ssl.SSLContext]") -> None:
    while held() is not None:
        gc.collect()
        await asyncio.sleep(0.01)
