"""Kept certificates: opened before they are kept, shown by the connection that names one, and never lost in use."""

import http.server
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core import ConfigError, Engine, Home, InputError, PolicyError
from storage import VaultError, open_store
from storage.records import Connection

CONNECTOR = """
schema: connect/1
revision: 1
handle: vendor
name: Vendor
summary: A vendor behind mutual TLS.
type: api
author: {company: Tests}
inputs: [{key: base_url, type: url, required: true}, {key: ca}]
http: {base_url: '{{ var.base_url }}', tls: {ca: '{{ var.ca }}'}}
operations: {get-things: {request: {path: /things}}}
"""


def kept_secrets(engine: Engine) -> int:
    return engine.keeper.status().secrets or 0


def test_a_certificate_is_kept_with_what_it_says(engine: Engine, authority: Any) -> None:
    mine = authority.issue("client one")
    row = engine.workspace.certificates.add("client", {"certificate": mine.cert, "private_key": mine.key()})
    assert "client one" in row.subject
    assert row.not_before_us < row.not_after_us
    assert set(row.secrets) == {"certificate", "private_key"}
    assert mine.key()[40:80] not in str(row)
    assert kept_secrets(engine) == 2
    engine.workspace.certificates.delete("CLIENT")
    assert kept_secrets(engine) == 0


def test_a_key_that_is_not_the_certificates_is_refused_and_not_kept(engine: Engine, authority: Any) -> None:
    mine, other = authority.issue("one"), authority.issue("two")
    with pytest.raises(Exception, match="does not belong"):
        engine.workspace.certificates.add("client", {"certificate": mine.cert, "private_key": other.key()})
    with pytest.raises(InputError, match="no certificate"):
        engine.workspace.certificates.add("client", {"private_key": other.key()})
    assert not engine.keeper.status().exists


def test_a_new_certificate_takes_the_place_of_the_old_one(engine: Engine, authority: Any) -> None:
    old, new = authority.issue("old one"), authority.issue("new one")
    before = engine.workspace.certificates.add("client", {"certificate": old.key() + old.cert})
    with pytest.raises(Exception, match="does not belong"):
        engine.workspace.certificates.replace("client", {"certificate": new.cert, "private_key": old.key()})
    assert "old one" in engine.workspace.certificates.get("client").subject
    after = engine.workspace.certificates.replace(
        "client", {"certificate": new.cert, "private_key": new.key()}
    )
    assert (after.id, after.created_us) == (before.id, before.created_us)
    assert "new one" in engine.workspace.certificates.get("client").subject
    assert kept_secrets(engine) == 2


def test_a_reference_to_a_certificate_is_only_noted(engine: Engine, authority: Any, tmp_path: Path) -> None:
    mine = authority.issue("one")
    (tmp_path / "one.pem").write_text(mine.key() + mine.cert)
    where = f"ref:file:{tmp_path / 'one.pem'}"
    row = engine.workspace.certificates.add("client", {"certificate": where})
    assert dict(row.secrets) == {"certificate": where}
    assert not engine.keeper.status().exists
    with pytest.raises(VaultError):
        engine.workspace.certificates.add("none", {"certificate": "ref:file:/not/there"})


@pytest.fixture
def guarded(authority: Any, tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """A real server that wants a client certificate of the authority; its address, and who came."""
    came: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown = dict(pair[0] for pair in self.connection.getpeercert()["subject"])
            came.append(shown["commonName"])
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    own = authority.issue("server", hosts=("127.0.0.1",))
    (tmp_path / "server.pem").write_text(own.key() + own.cert)
    (tmp_path / "ca.pem").write_text(authority.cert)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    context.load_verify_locations(tmp_path / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}", came
    server.shutdown()
    server.server_close()
    thread.join()


async def test_a_connection_shows_the_certificate_that_it_names(
    engine: Engine, authority: Any, guarded: tuple[str, list[str]], tmp_path: Path
) -> None:
    url, came = guarded
    (tmp_path / "vendor.yaml").write_text(CONNECTOR)
    engine.catalog.add(tmp_path / "vendor.yaml")
    mine = authority.issue("one")
    engine.workspace.certificates.add("client", {"certificate": mine.cert + mine.key()})
    variables = {"base_url": url, "ca": str(tmp_path / "ca.pem")}
    engine.workspace.create_connection("vendor", "it", variables=variables, certificate="Client")
    engine.workspace.activate("it")
    assert (await engine.run("it", "get-things", {})).state == "success"
    assert came == ["one"]
    with pytest.raises(PolicyError, match="client is used by it"):
        engine.workspace.certificates.delete("client")
    engine.workspace.edit_connection("it", certificate="")
    assert engine.workspace.connection("it").certificate is None
    assert (await engine.run("it", "get-things", {})).error is not None
    engine.workspace.certificates.delete("client")
    assert came == ["one"]


def test_a_certificate_of_another_project_is_never_shown(engine: Engine, authority: Any, home: Home) -> None:
    mine = authority.issue("one")
    kept = engine.workspace.certificates.add("client", {"certificate": mine.cert + mine.key()})
    with open_store(home.database) as store:
        theirs = replace(kept, id="crt_theirs", project_id=store.projects.create("second").id)
        store.certificates.add(theirs)
    row = Connection("con_1", kept.project_id, "it", "c", 1, "h", None, "active", {}, 1, 1)
    assert engine.workspace.certificates.of(replace(row, certificate=kept.id)) == kept
    with pytest.raises(ConfigError, match="the certificate of it is gone"):
        engine.workspace.certificates.of(replace(row, certificate=theirs.id))
