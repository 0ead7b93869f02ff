"""A vendor that replaces its refresh tokens, the connector for it, and how its tokens are looked at."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from core import Engine
from core.tokens import TokenSet, load_tokens

HOUR_US = 3600 * 1_000_000

CONNECTOR = """
schema: connect/1
revision: 1
handle: acme
name: Acme
summary: A connector of the tests.
type: api
author: {company: Tests}
inputs: [{key: base_url, type: url, required: true}, {key: id_url, type: url, required: true}]
http: {base_url: '{{ var.base_url }}'}
auth:
  web: &web
    kind: oauth2
    grants: [authorization_code]
    authorize_url: '{{ var.id_url }}/authorize'
    token_url: '{{ var.id_url }}/token'
    refresh: {REFRESH}
    captured: [{key: place}, {key: size, path: length(team)}]     # no answer has a team
    test: [{name: things, request: {path: /things}}]
  told:
    kind: oauth2
    grants: [client_credentials]
    token_url: '{{ var.id_url }}/token'
    captured: [{key: place}]
  moved:
    kind: oauth2
    grants: [client_credentials]
    token_url: '{{ var.id_url }}/token'
    captured: [{key: instance_url, example: 'https://eu1.acme.example', hosts: ['*.acme.example']}]
    test: [{name: things, request: {path: /things}}]
  bound: {kind: oauth2, grants: [client_credentials], token_url: '{{ var.id_url }}/token', dpop: true}
  found:
    kind: oauth2
    grants: [authorization_code]
    issuer: '{{ var.id_url }}'
  given:
    kind: oauth2
    grants: [refresh_token]
    token_url: '{{ var.id_url }}/token'
operations:
  list-things: {request: {path: /things}}
  get-moved: {request: {path: /moved}}
  get-place: {request: {path: '/places/{{ captured.place }}'}}
"""


class Provider:
    """Token endpoint and resource of a vendor that replaces its refresh tokens and takes each only once."""

    def __init__(self, server: Any, answer: Callable[..., Any]) -> None:
        self._server, self._answer = server, answer
        self.refresh_token, self.access_token, self.given = "rt-canary-0", "at-canary-0", 0
        self.broken: tuple[int, bytes] | None = None
        self.before_answer: Callable[[], None] = lambda: None
        server.answers |= {"/token": self._token, "/things": self._things, "/places/here": self._things}

    @property
    def asked(self) -> list[dict[str, str]]:
        """What the token endpoint was asked."""
        return [
            dict(parse_qsl(body.decode())) for _, path, _, body in list(self._server.seen) if path == "/token"
        ]

    def _token(self, handler: Any) -> None:
        fields = self.asked[-1]
        if self.broken is not None:
            self._answer(*self.broken)(handler)
            return
        if fields["grant_type"] == "refresh_token" and fields["refresh_token"] != self.refresh_token:
            self._answer(400, b'{"error": "invalid_grant"}')(handler)
            return
        self.given += 1
        self.refresh_token, self.access_token = f"rt-canary-{self.given}", f"at-canary-{self.given}"
        body = {
            "access_token": self.access_token,
            "expires_in": 3600,
            "refresh_token": self.refresh_token,
            "place": "here",
            "instance_url": self._server.url,
        }
        self.before_answer()
        self._answer(200, json.dumps(body).encode())(handler)

    def _things(self, handler: Any) -> None:
        good = handler.headers["authorization"].split()[-1] == self.access_token
        self._answer(200 if good else 401, b"[]")(handler)


def kept(engine: Engine) -> TokenSet:
    """The tokens in the vault."""
    text, _ = engine.keeper.held(f"{engine.workspace.authentications.get('it').id}/tokens")
    assert text is not None
    return load_tokens(text)


async def run(engine: Engine, operation: str = "list-things") -> Any:
    return await engine.run("it", operation, {})
