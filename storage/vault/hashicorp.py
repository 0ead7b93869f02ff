"""Read one field of a secret from HashiCorp Vault or OpenBao over its HTTP API.

Where the server is and who asks is told by the variables that their own command reads: VAULT_ADDR,
VAULT_NAMESPACE, VAULT_CACERT, VAULT_TOKEN or the file ~/.vault-token; VAULT_ROLE_ID with VAULT_SECRET_ID or
VAULT_SECRET_ID_FILE sign in with AppRole instead (developer.hashicorp.com/vault/api-docs/auth/approle).
Both versions of the key-value engine are read; which one it is, the server says.
"""

import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from ..errors import SecretMissingError

_MOST_BYTES = 4 * 1024 * 1024
_USUAL = "http://127.0.0.1:8200"


def read_field(path: str, name: str, environ: Mapping[str, str], timeout_s: float) -> str:
    """Give a field of the secret at ``path``, such as ``secret/shop`` or ``secret/data/shop``.

    Raises:
        SecretMissingError: the server cannot be reached, refuses, or has no such secret or field.
    """
    server = _Server(environ, timeout_s)
    server.sign_in()
    try:
        data = server.ask("GET", f"v1/{quote(server.full_path(path))}").get("data")
    finally:
        server.sign_out()
    if not isinstance(data, dict):
        raise SecretMissingError(f"{server.name} has no secret at {path}", "look with `vault kv get`")
    inner = data.get("data")
    fields = inner if isinstance(inner, dict) and "metadata" in data else data
    value = fields.get(name)
    if value is None:
        raise SecretMissingError(
            f"the secret {path} in {server.name} has no field {name}",
            f"it has {', '.join(sorted(map(str, fields))) or 'none'}",
        )
    return value if isinstance(value, str) else json.dumps(value)


class _Server:
    def __init__(self, environ: Mapping[str, str], timeout_s: float) -> None:
        self._environ = environ
        self._ends = time.monotonic() + timeout_s
        self._is_role = False
        self._address = (environ.get("VAULT_ADDR") or _USUAL).rstrip("/")
        self._token = environ.get("VAULT_TOKEN", "").strip()
        parts = urlsplit(self._address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SecretMissingError("VAULT_ADDR is no http or https address", "set it as for `vault read`")
        self.name = f"the Vault at {parts.hostname}"

    def sign_in(self) -> None:
        """Get a token: the one that is given, else one for the role."""
        environ = self._environ
        if self._token:
            return
        role, secret = environ.get("VAULT_ROLE_ID"), environ.get("VAULT_SECRET_ID")
        if role and not secret and (file := environ.get("VAULT_SECRET_ID_FILE")):
            secret = _file_text(Path(file))
        if role:
            body = {"role_id": role, **({"secret_id": secret} if secret else {})}
            answer = self.ask("POST", "v1/auth/approle/login", body)
            self._token = str((answer.get("auth") or {}).get("client_token") or "")
            self._is_role = bool(self._token)
        elif home := environ.get("HOME"):
            self._token = _file_text(Path(home) / ".vault-token", missing="")
        if not self._token:
            raise SecretMissingError(
                f"nothing says who asks {self.name}",
                "set VAULT_TOKEN, or VAULT_ROLE_ID and VAULT_SECRET_ID, or run `vault login`",
            )

    def sign_out(self) -> None:
        """Give back a token that was got for a role, for each stays on the server until its time is over."""
        if self._is_role:
            with suppress(SecretMissingError):  # a batch token cannot be given back
                self.ask("POST", "v1/auth/token/revoke-self", {})

    def full_path(self, path: str) -> str:
        """Give the path to read: version 2 of the engine keeps secrets below ``data/``."""
        path = path.strip("/")
        try:
            mount = self.ask("GET", f"v1/sys/internal/ui/mounts/{quote(path)}").get("data") or {}
        except SecretMissingError:
            return path  # whoever may not look at mounts writes the whole path
        root, options = str(mount.get("path", "")), mount.get("options") or {}
        rest = path.removeprefix(root)
        if options.get("version") != "2" or rest == path or rest.startswith("data/"):
            return path
        return f"{root}data/{rest}"

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Give the JSON of an answer."""
        headers = {"X-Vault-Request": "true", "Accept": "application/json"}
        if self._token:
            headers["X-Vault-Token"] = self._token
        if namespace := self._environ.get("VAULT_NAMESPACE"):
            headers["X-Vault-Namespace"] = namespace
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            f"{self._address}/{path}", data, headers, method=method
        )
        opener = urllib.request.build_opener(
            # No proxy of the environment sees the token.
            urllib.request.ProxyHandler({}),
            _NoRedirect(),
            urllib.request.HTTPSHandler(context=self._context()),
        )
        try:
            with opener.open(request, timeout=self._left_s()) as answer:
                found = json.loads(self._content(answer) or b"{}")
        except urllib.error.HTTPError as error:
            error.close()
            raise self._refused(error.code, path) from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or type(error).__name__
            raise SecretMissingError(
                f"{self.name} does not answer: {reason}", "check VAULT_ADDR and VAULT_CACERT"
            ) from None
        except ValueError:
            # What is wrong with it may hold the token, so it is not said.
            raise SecretMissingError(
                f"{self.name} cannot be asked, or answers with something else than JSON",
                "check VAULT_ADDR, and that token and namespace are one line each",
            ) from None
        return found if isinstance(found, dict) else {}

    def _content(self, answer: http.client.HTTPResponse) -> bytes:
        content = b""
        while len(content) < _MOST_BYTES and (part := answer.read1(_MOST_BYTES)):
            content += part
            self._left_s()
        return content

    def _left_s(self) -> float:
        left_s = self._ends - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("timed out")
        return left_s

    def _refused(self, status: int, path: str) -> SecretMissingError:
        place = path.removeprefix("v1/")
        if status == HTTPStatus.NOT_FOUND:
            return SecretMissingError(f"{self.name} has no secret at {place}", "look with `vault kv get`")
        if status in {HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED, HTTPStatus.BAD_REQUEST}:
            return SecretMissingError(
                f"{self.name} refuses to give {place} (status {status})",
                "the token or role is wrong, ended, or not allowed to read it",
            )
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            return SecretMissingError(f"{self.name} is sealed", "unseal it, then try again")
        return SecretMissingError(f"{self.name} answered with status {status}", "look at its log")

    def _context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._environ.get("VAULT_CACERT") or None)
        except (OSError, ssl.SSLError) as error:
            raise SecretMissingError(f"VAULT_CACERT cannot be read: {error}", "name a PEM file") from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nowhere: the token is for this server alone."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""


def _file_text(path: Path, missing: str | None = None) -> str:
    try:
        return path.expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        if missing is not None:
            return missing
        raise SecretMissingError(f"the file {path} cannot be read: {error}", "make it readable") from None
