"""The cases of signing_in/HANDLE.yaml: what a vendor is asked by each method of authentication, and answers.

In what is sent and answered, PEER stands for the address of the vendor on loopback, `ISO+3600` for the date an
hour from now, and `EPOCH+3600` for the same in seconds since 1970; an `id_token` is written as its claims. Every
secret that a person gives is canary-4417, unless it has to be a key or a certificate; client_id is acme-client
unless the variables say it. What a provider answers begins with canary as well (`canary-access`), the refresh
token is always canary-refresh, the code canary-code, the device code canary-device, and the temporary token of
OAuth 1.0a canary-request.
"""

import base64
import re
import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel

from connectors import Connector, load_definition, shipped_paths

_MOMENT = re.compile(r"(ISO|EPOCH)\+(\d+)")


def in_full(value: Any, peer: str) -> Any:
    """Write what stands for something else in full."""
    match value:
        case dict():
            return {key: in_full(one, peer) for key, one in value.items()}
        case list():
            return [in_full(one, peer) for one in value]
        case str() if found := _MOMENT.fullmatch(value):
            at = int(time.time()) + int(found[2])
            return at if found[1] == "EPOCH" else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"
        case str():
            return value.replace("PEER", peer)
        case _:
            return value


def as_headers(said: dict[str, str]) -> dict[str, str]:
    """Give the headers on the wire by name in lower case; `Basic NAME:PASSWORD` is encoded."""
    sent = {}
    for name, value in said.items():
        scheme, _, pair = value.partition(" ")
        encoded = f"Basic {base64.b64encode(pair.encode()).decode()}"
        sent[name.lower()] = encoded if scheme == "Basic" else value
    return sent


def begun(found: str | None, said: str | None) -> str | None:
    """Give what a header was, as far as its beginning is what was said, where that ends with dots."""
    if found is None or said is None or not said.endswith("…"):
        return found
    return said if found.startswith(said.removesuffix("…")) else found


class Exchange(BaseModel, extra="forbid"):
    """One request for tokens and its answer.

    `sends` are fields of its query and body (one text as the body is the field ''); those that the grant
    always sends need not be named, and null says that one must not be there. `signs` are claims of tokens that
    are signed here, by the field or header that holds them. A secret may stand nowhere else.
    """

    path: str
    method: Literal["POST", "GET", "PUT", "DELETE"] = "POST"
    sends: dict[str, Any] = {}
    headers: dict[str, str] = {}
    signs: dict[str, dict[str, Any]] = {}
    answer: Any = {}
    status: int = 200
    answer_headers: dict[str, str] = {}


class Kept(BaseModel, extra="forbid"):
    """What is known of the tokens afterwards; lifetimes are in seconds, null where nothing tells an end."""

    lifetime: int | None = None
    refresh_lifetime: int | None = None
    scopes: list[str] | None = None
    captured: dict[str, Any] = {}


class Way(BaseModel, extra="forbid"):
    """What signing in and the test of a connection ask, show and send.

    `page` is what a person opens (its path as `at`, then the parameters beside the usual ones), `callback`
    what comes back beside code and state. `obtains` are the requests for tokens, in order; `device` those of
    the device grant; `renews` those of a refresh, `revokes` those of a sign-out. `sends` are headers of the calls,
    `query` parameters. A header that is signed is sent
    as `OAuth …`: what stands before the dots.
    """

    variables: dict[str, Any] = {}
    page: dict[str, str | None] | None = None
    callback: dict[str, str] = {}
    obtains: list[Exchange] = []
    device: list[Exchange] = []
    renews: list[Exchange] = []
    revokes: list[Exchange] = []
    keeps: Kept | None = None
    no_scopes: str = ""
    certificate: bool = False
    asks: list[str]
    shows: dict[str, str]
    sends: dict[str, str] = {}
    query: dict[str, str] = {}

    def headers(self) -> dict[str, str | None]:
        """The headers on the wire; without a word, no Authorization."""
        return {"authorization": None, **as_headers(self.sends)}


class Refusal(BaseModel, extra="forbid"):
    """An answer that must fail the test where it signs in."""

    method: str
    path: str
    status: int
    body: Any
    error_class: str = "auth"


class Peer(BaseModel, extra="forbid"):
    """A file of cases; a connection takes those of the variables that its method asks for."""

    variables: dict[str, Any] = {}
    headers: dict[str, str] = {}
    answers: dict[str, Any]
    methods: dict[str, Way]
    refused: list[Refusal] = []


FILES = sorted(Path(__file__).with_name("signing_in").glob("*.yaml"))
PEERS = {path.stem: Peer(**yaml.safe_load(path.read_text(encoding="utf-8"))) for path in FILES}
PATHS = {path.stem: path for path in shipped_paths()}


@cache
def shipped(handle: str) -> Connector:
    """Give a connector of the library, read once for all its methods."""
    return load_definition(PATHS[handle]).definition
