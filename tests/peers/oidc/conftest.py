"""A real OpenID provider (npm: oidc-provider), and a browser for its pages."""

import base64
import fcntl
import json
import os
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from connectors import load_definition
from core.oauth2 import Client
from core.request import Request, Response
from core.unseal import build_unsealed
from storage.records import Connection

PROVIDER = "oidc-provider@9.13.3"
NODE = "node@22"  # where the system's is too old for the provider
OLDEST_NODE = 20
REDIRECT = "http://127.0.0.1:8765/callback"


@dataclass(frozen=True)
class OpenIdProvider:
    """A running provider; ``secrets`` are those of its clients, ``key`` that of the client `keyed`."""

    base_url: str
    secrets: Mapping[str, str]
    key: str = field(repr=False)


@pytest.fixture(scope="session")
def oidc_clients() -> tuple[list[dict[str, Any]], dict[str, str], str]:
    """The clients that the provider knows, with their secrets and the private key of one."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    numbers = key.public_key().public_numbers()
    written = {name: base64.urlsafe_b64encode(value.to_bytes(32, "big")).rstrip(b"=").decode()
               for name, value in (("x", numbers.x), ("y", numbers.y))}  # fmt: skip
    jwks = {"keys": [{"kty": "EC", "crv": "P-256", "kid": "k1", "use": "sig", **written}]}
    device = "urn:ietf:params:oauth:grant-type:device_code"
    person = {"grant_types": ["authorization_code", "refresh_token", device], "redirect_uris": [REDIRECT],
              "response_types": ["code"], "application_type": "native"}  # fmt: skip
    machine = {"grant_types": ["client_credentials"], "redirect_uris": [], "response_types": []}
    secrets = {name: f"secret-of-{name}-in-the-tests" for name in ("web", "machine", "poster", "signer")}
    clients = [
        {"client_id": "web", "token_endpoint_auth_method": "client_secret_basic", **person},
        {"client_id": "public", "token_endpoint_auth_method": "none", **person},
        {"client_id": "machine", "token_endpoint_auth_method": "client_secret_basic", **machine},
        {"client_id": "poster", "token_endpoint_auth_method": "client_secret_post", **machine},
        {"client_id": "signer", "token_endpoint_auth_method": "client_secret_jwt", **machine},
        {"client_id": "keyed", "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks,
         "token_endpoint_auth_signing_alg": "ES256", **machine},
    ]  # fmt: skip
    whole = [{**one, **({"client_secret": secrets[one["client_id"]]} if one["client_id"] in secrets else {})}
             for one in clients]  # fmt: skip
    return whole, secrets, pem


@pytest.fixture(scope="session")
def oidc(
    servers: Any, oidc_clients: tuple[list[dict[str, Any]], dict[str, str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[OpenIdProvider]:  # fmt: skip
    """An oidc-provider on a free port."""
    servers.need(
        shutil.which("node") is not None and shutil.which("npm") is not None, "node and npm are not installed"
    )
    node, module = _installed(servers)
    with ExitStack() as stack:
        yield servers.start_twice(
            lambda: stack.enter_context(
                _provider(servers, node, module, oidc_clients, tmp_path_factory.mktemp("oidc"))
            )
        )


def _installed(servers: Any) -> tuple[str, Path]:
    """Give a node that is new enough, and the provider's module, installed once into a cache of the user's."""
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    is_old = int(version.strip().removeprefix("v").split(".")[0]) < OLDEST_NODE
    wanted = [PROVIDER, *([NODE] if is_old else [])]
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = caches / "connect-tui-tests" / "-".join(wanted)
    folder.mkdir(parents=True, exist_ok=True)
    module = folder / "node_modules" / "oidc-provider" / "lib" / "index.js"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), *wanted]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=110)
            servers.need(done.returncode == 0, f"npm cannot install {PROVIDER}: {done.stderr[-500:]}")
            (folder / "whole").touch()
    own = folder / "node_modules" / "node" / "bin" / "node"
    return (str(own) if is_old else "node"), module


@contextmanager
def _provider(
    servers: Any,
    node: str,
    module: Path,
    known: tuple[list[dict[str, Any]], dict[str, str], str],
    folder: Path,
) -> Iterator[OpenIdProvider]:
    clients, secrets, key = known
    (port,) = servers.free_ports(1)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "OIDC_MODULE": str(module),
        "OIDC_PORT": str(port),
        "OIDC_CLIENTS": json.dumps(clients),
    }
    script = Path(__file__).with_name("provider.mjs")
    url = f"http://127.0.0.1:{port}"
    with servers.running([node, str(script)], environment, folder / "server.log") as server:
        servers.wait_ready(
            lambda: urllib.request.urlopen(f"{url}/.well-known/openid-configuration", timeout=10).read(),
            server,
            folder,
        )
        yield OpenIdProvider(url, secrets, key)


class Browser:
    """A person at the provider's own pages: signs in, allows, enters codes."""

    def __init__(self) -> None:
        self._client = httpx.Client(follow_redirects=False, trust_env=False, timeout=30)

    def close(self) -> None:
        self._client.close()

    def sign_in(self, url: str, login: str = "ada", *, allows: bool = True, back: str = REDIRECT) -> str:
        """Open an address, go through the pages, and give the address that leads back to us."""
        response = self._client.get(url)
        for _ in range(20):
            if response.is_redirect:
                url = urljoin(url, response.headers["location"])
                if url.startswith(back):
                    return url
                response = self._client.get(url)
                continue
            action, fields = _form(response.text)
            if fields.get("prompt") == "login":
                fields |= {"login": login, "password": "any"}
            elif not allows:
                abort = re.search(r'href="([^"]*/abort)"', response.text)
                assert abort is not None
                url = urljoin(url, abort[1])
                response = self._client.get(url)
                continue
            url = urljoin(url, action)
            response = self._client.post(url, data=fields)
        raise AssertionError(f"it never led back: {response.status_code} {response.text[:500]}")

    def enter_code(self, page: str, code: str, login: str = "ada", *, allows: bool = True) -> str:
        """Enter a user code at the page for it, and give what the last page says."""
        url, response = page, self._client.get(page)
        for _ in range(20):
            if response.is_redirect:
                url = urljoin(url, response.headers["location"])
                response = self._client.get(url)
                continue
            if "<form" not in response.text:
                return response.text
            action, fields = _form(response.text)
            if fields.get("prompt") == "login":
                fields |= {"login": login, "password": "any"}
            elif "user_code" in fields:
                fields["user_code"] = code
                if fields.get("confirm") and not allows:
                    fields["abort"] = "yes"
            url = urljoin(url, action)
            response = self._client.post(url, data=fields)
            if "abort" in fields:
                return response.text
        raise AssertionError(f"it never ended: {response.status_code} {response.text[:500]}")


def _form(page: str) -> tuple[str, dict[str, str]]:
    """Give where the form of a page leads, and its fields."""
    action = re.search(r'<form[^>]*action="([^"]*)"', page)
    assert action is not None, page[:500]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name is not None:
            fields[name[1]] = value[1] if value is not None else ""
    return action[1].replace("&amp;", "&"), fields


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A browser with cookies of its own."""
    opened = Browser()
    yield opened
    opened.close()


CONNECTOR = """
schema: connect/1
revision: 1
handle: provided
name: Provided
summary: A connector whose provider is a real one.
type: api
author: {company: Tests}
inputs: [{key: issuer, type: url, required: true}]
http: {base_url: '{{ var.issuer }}'}
auth:
  web: &web
    kind: oauth2
    grants: [authorization_code, device_code, refresh_token]
    issuer: '{{ var.issuer }}'
    scopes: {default: [openid, offline_access, email, read], optional: [{scope: write, why: to change things}]}
    params: {authorize: {prompt: consent}}
    redirect_uri: http://127.0.0.1:8765/callback
    test: [{name: me, request: {path: /me}, show: 'signed in as {{ response.body.email }}'}]
    captured:
      - {key: account, from: userinfo, path: email}
      - {key: subject, from: id_token, path: sub}
      - {key: sent_by, from: callback, path: iss}
  public: {<<: *web, client_auth: none}
  pushed: {<<: *web, par_url: '{{ var.issuer }}/request'}
  bound: {<<: *web, client_auth: none, dpop: true}
  open: {<<: *web, client_auth: none, pkce: none}
  machine: &machine {kind: oauth2, grants: [client_credentials], issuer: '{{ var.issuer }}', scopes: [read]}
  poster: {<<: *machine, client_auth: post}
  signer: {<<: *machine, client_auth: client_secret_jwt}
  keyed: {<<: *machine, client_auth: private_key_jwt, client_assertion: {algorithm: ES256, header: {kid: k1}}}
operations:
  get-me: {request: {path: /me}}
"""


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    """The file of a connector with a method for each way to sign in."""
    path = tmp_path / "provided.yaml"
    path.write_text(_without_anchors(CONNECTOR))
    return path


def _without_anchors(text: str) -> str:
    """Write the methods that are merged out in full, because a connector file knows no merge keys."""
    import yaml

    return yaml.safe_dump(yaml.safe_load(text), sort_keys=False)


@pytest.fixture
def client_of(oidc: OpenIdProvider, connector: Path) -> Callable[..., Client]:
    """Build the client of a method, as the unsealed values of an authentication make it."""
    definition = load_definition(connector).definition
    connection = Connection("con_1", "p", "it", "provided", 1, "", None, "active", {}, 0, 0)

    def build(method: str, client_id: str = "", **more: Any) -> Client:
        client_id = client_id or method
        values = {
            "client_id": client_id,
            "client_secret": oidc.secrets.get(client_id, ""),
            "private_key": oidc.key,
        }
        secret = [("auth", "client_secret"), ("auth", "private_key")]
        unsealed = build_unsealed(connection, {"issuer": oidc.base_url}, {**values, **more}, secret)
        found: Any = definition.auth[method]
        return Client(found, unsealed, method)

    return build


@pytest.fixture
def carry() -> Iterator[Callable[[Generator[Request, Response, Any]], Any]]:
    """Carry the requests of a flow to the provider and give what the flow gives."""
    with httpx.Client(trust_env=False, timeout=30) as client:

        def run(flow: Generator[Request, Response, Any]) -> Any:
            try:
                request = next(flow)
                while True:
                    request = flow.send(_sent(client, request))
            except StopIteration as end:
                return end.value

        yield run


def _sent(client: httpx.Client, request: Request) -> Response:
    answer = client.request(request.method, request.url, headers=list(request.headers), content=request.body)
    headers = tuple(answer.headers.items())
    return Response(answer.status_code, headers, answer.content, request.url, 0, len(answer.content))
