"""One method of a connector under trial: a person signs in to the peer, and what the peer was asked is checked."""

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from connectors import AuthMethod, OAuth1Auth, OAuth2Auth
from core import Engine

from .cases import Exchange, Way, as_headers, begun, in_full
from .trial import CLIENT_ID, SECRET

REDIRECT = "http://127.0.0.1:8733/callback"
CODE, DEVICE_CODE, REFRESH_TOKEN = "canary-code", "canary-device", "canary-refresh"
TEMPORARY = "canary-request"
_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Vendor(Protocol):
    """The peer, as the fixtures of conftest.py give it."""

    base_url: str
    requests: list[dict[str, Any]]

    def lay_once(self, path: str, body: Any, status: int = 200, **headers: str) -> None: ...


class Tried:
    """A connection called `peer`, made with one method, to a vendor that answers as its case says."""

    def __init__(
        self, engine: Engine, vendor: Vendor, method: AuthMethod, way: Way, variables: Mapping[str, Any]
    ) -> None:
        self.engine, self.vendor, self.method, self.way = engine, vendor, method, way
        self._variables = variables
        self._redirect = REDIRECT

    @property
    def is_attended(self) -> bool:
        """Whether a person takes part."""
        return isinstance(self.method, OAuth1Auth | OAuth2Auth) and self.method.is_attended

    def in_full(self, value: Any) -> Any:
        return in_full(value, self.vendor.base_url)

    def taken(self) -> list[dict[str, Any]]:
        """Take what was asked so far."""
        asked, self.vendor.requests = self.vendor.requests, []
        return asked

    async def sign_in(self) -> None:
        """Let a person sign in, where one has to; the answers to the requests for tokens are laid down."""
        way, method = self.way, self.method
        if not self.is_attended:
            self._lay(way.obtains)
            return
        if way.page is None:
            await self.enter_code()
            return
        if isinstance(method, OAuth1Auth):
            await self._sign_in_with_verifier()
            return
        assert isinstance(method, OAuth2Auth)
        # What the provider says of itself is asked for before there is a page to open.
        about = [one for one in way.obtains if "/.well-known/" in one.path]
        self._lay(about)
        attempt = await self.engine.begin_sign_in("peer", flow="paste", connection="peer")
        assert attempt.prompt is not None
        self._redirect = attempt.prompt.redirect_uri or ""
        opened = urlsplit(attempt.prompt.page)
        parameters = dict(parse_qsl(opened.query, keep_blank_values=True))
        nonce = parameters.pop("nonce", None)
        state = parameters.get(method.names.get("state", "state"), "")
        assert state
        assert {"at": opened.path, **parameters} == self._page(parameters)
        self._lay([one for one in way.obtains if one not in about], nonce)
        callback = {"code": CODE, "state": state, **self.in_full(way.callback)}
        await attempt.finish(f"{self._redirect}?{urlencode(callback)}")
        self.check_exchanges(self.taken(), way.obtains, self.grant_fields())

    async def _sign_in_with_verifier(self) -> None:
        """Let a person sign in by OAuth 1.0a."""
        self._lay(self.way.obtains)
        attempt = await self.engine.begin_sign_in("peer", flow="paste", connection="peer")
        assert attempt.prompt is not None
        opened = urlsplit(attempt.prompt.page)
        page = {"at": opened.path, **dict(parse_qsl(opened.query))}
        assert page == {"oauth_token": TEMPORARY, **self.in_full(self.way.page or {})}
        callback = {"oauth_token": TEMPORARY, "oauth_verifier": CODE, **self.in_full(self.way.callback)}
        await attempt.finish(f"{attempt.prompt.redirect_uri}?{urlencode(callback)}")
        self.check_exchanges(self.taken(), self.way.obtains, {})

    async def enter_code(self) -> None:
        """Let a person enter a code elsewhere."""
        about = [one for one in self.way.device if "/.well-known/" in one.path]
        start, *others = [one for one in self.way.device if one not in about]
        body = {**start.answer, "interval": 0.01}
        self._lay([*about, start.model_copy(update={"answer": body}), *others])
        attempt = await self.engine.begin_sign_in("peer", flow="device", connection="peer")
        assert attempt.prompt is not None
        assert attempt.prompt.user_code == body["user_code"]
        await attempt.finish()
        asked = self.taken()
        begun = [*about, start]
        self.check_exchanges(asked[: len(begun)], begun, {})
        fields = {"grant_type": _DEVICE, "device_code": DEVICE_CODE, "client_id": self._client_id}
        self.check_exchanges(asked[len(begun) :], others, fields)

    def lay_renewal(self) -> None:
        """Lay down what is answered when tokens are asked for once more, because the vendor refused them."""
        self._lay(self.way.renews or self.way.obtains)

    async def renew(self) -> None:
        """Use the refresh token, where one was given."""
        if not self.way.renews:
            return
        self._lay(self.way.renews)
        await self.engine.refresh("peer", connection="peer")
        fields = {"grant_type": "refresh_token", "refresh_token": REFRESH_TOKEN}
        self.check_exchanges(self.taken(), self.way.renews, fields)

    async def sign_out(self) -> None:
        """Tell the provider that the tokens are used no more, where it wants to know."""
        if not self.way.revokes:
            return
        self._lay(self.way.revokes)
        assert await self.engine.revoke("peer", connection="peer")
        self.check_exchanges(self.taken(), self.way.revokes, {})

    def grant_fields(self) -> dict[str, Any]:
        """Give what the grant always sends for the first tokens."""
        grant = self.method.grants[0] if isinstance(self.method, OAuth2Auth) else None
        fields: dict[str | None, dict[str, Any]] = {
            "authorization_code": {"code": CODE, "redirect_uri": self._redirect},
            "password": {"username": self._variables.get("username"), "password": SECRET},
            "refresh_token": {"refresh_token": SECRET},
        }
        sent = {"grant_type": _BEARER if grant == "jwt_bearer" else grant, **fields.get(grant, {})}
        return sent if grant is not None else {}

    def check_exchanges(
        self, asked: list[dict[str, Any]], said: Iterable[Exchange], usual: Mapping[str, Any]
    ) -> None:
        """Compare what was asked for tokens with what was said; no secret may stand anywhere else.

        The first of them, beside the question what the provider says of itself, sends what is ``usual`` for
        its grant.
        """
        said = list(said)
        first = next((at for at, one in enumerate(said) if "/.well-known/" not in one.path), 0)
        assert [(one["method"], one["path"]) for one in asked] == [(one.method, one.path) for one in said]
        for at, (one, exchange) in enumerate(zip(asked, said, strict=True)):
            headers, fields = dict(one["headers"]), _fields(one)
            for name, claims in self.in_full(exchange.signs).items():
                token = fields.pop(name, None) or headers.pop(name.lower()).removeprefix("Bearer ")
                found = _claims(token)
                assert {key: found.get(key) for key in claims} == claims
            expected = as_headers(self.in_full(exchange.headers))
            assert {
                name: begun(headers.pop(name, None), value) for name, value in expected.items()
            } == expected
            wanted = {**(self._renamed(usual) if at == first else {}), **self.in_full(exchange.sends)}
            if "code_verifier" in fields:
                assert getattr(self.method, "pkce", "none") != "none"
                fields.pop("code_verifier")
            assert {name: fields.pop(name, None) for name in wanted} == wanted
            assert "canary" not in f"{fields}{headers}"
            assert "PRIVATE KEY" not in f"{fields}{headers}"

    def check_kept(self) -> None:
        """Compare what is known of the tokens."""
        if self.way.keeps is None:
            return
        row, keeps = self.engine.workspace.authentications.get("peer"), self.way.keeps
        since = row.refreshed_us or 0
        for ends_us, lifetime in (
            (row.expires_us, keeps.lifetime),
            (row.refresh_expires_us, keeps.refresh_lifetime),
        ):
            assert (ends_us - since) / 1e6 == pytest.approx(lifetime, abs=10) if ends_us else lifetime is None
        if keeps.scopes is not None:
            assert list(row.scopes or ()) == keeps.scopes
        assert row.captured == self.in_full(keeps.captured)

    @property
    def _client_id(self) -> str:
        return str(self._variables.get("client_id", CLIENT_ID))

    def _page(self, opened: Mapping[str, str]) -> dict[str, str]:
        """Give what a person opens, as the case says; what is random is taken as it is."""
        assert isinstance(self.method, OAuth2Auth)
        usual = {"response_type": "code", "client_id": self._client_id, "redirect_uri": self._redirect}
        usual |= {name: opened[name] for name in self._renamed({"state": ""})}
        if self.method.pkce != "none":
            usual |= {"code_challenge": opened["code_challenge"], "code_challenge_method": self.method.pkce}
        whole = {**self._renamed(usual), **self.in_full(self.way.page or {})}
        return {name: value for name, value in whole.items() if value is not None}

    def _renamed(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        names = getattr(self.method, "names", {})
        return {names.get(name, name): value for name, value in fields.items()}

    def _lay(self, exchanges: Iterable[Exchange], nonce: str | None = None) -> None:
        for one in exchanges:
            answer = self.in_full(one.answer)
            if isinstance(answer, dict) and isinstance(answer.get("id_token"), dict):
                claims = {**answer["id_token"], **({"nonce": nonce} if nonce else {})}
                answer = {**answer, "id_token": _as_token(claims)}
            self.vendor.lay_once(one.path, answer, one.status, **one.answer_headers)


def _fields(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields of the query and of the body; a body that has none is the field ''."""
    fields: dict[str, Any] = dict(parse_qsl(asked["query"], keep_blank_values=True))
    text = asked["body"].decode()
    if "json" in asked["headers"].get("content-type", ""):
        return {**fields, **json.loads(text)}
    if "form" in asked["headers"].get("content-type", ""):
        return {**fields, **dict(parse_qsl(text, keep_blank_values=True))}
    return {**fields, "": text} if text else fields


def _as_token(claims: Mapping[str, Any]) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{body}.canary"


def _claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    found = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert isinstance(found, dict)
    return found
