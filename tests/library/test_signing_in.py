"""Each way to sign in at each connector, to a peer on loopback that answers as the vendor documents it.

The cases stand in signing_in/HANDLE.yaml: what the peer answers; for each method of authentication what is asked of
it, in order, what the stages of the test show and which headers are sent; and what the vendor answers to refuse.
"""

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from connectors import load_definition, shipped_paths
from core import Engine


class Way(BaseModel, extra="forbid"):
    """What the test of a connection asks, shows and sends."""

    asks: list[str]
    shows: dict[str, str]
    sends: dict[str, str] = {}

    def headers(self) -> dict[str, str | None]:
        """The headers on the wire, where `Basic NAME:PASSWORD` is encoded; without a word, no Authorization."""
        sent: dict[str, str | None] = {"authorization": None}
        for name, value in self.sends.items():
            scheme, _, pair = value.partition(" ")
            encoded = f"Basic {base64.b64encode(pair.encode()).decode()}"
            sent[name.lower()] = encoded if scheme == "Basic" else value
        return sent


class Refusal(BaseModel, extra="forbid"):
    """An answer that must fail the test where it signs in."""

    method: str
    path: str
    status: int
    body: Any
    error_class: str = "auth"


class Peer(BaseModel, extra="forbid"):
    """A file of cases; a connection takes those of the variables that its method asks for."""

    variables: dict[str, str] = {}
    headers: dict[str, str] = {}
    answers: dict[str, Any]
    methods: dict[str, Way]
    refused: list[Refusal] = []


FILES = sorted(Path(__file__).with_name("signing_in").glob("*.yaml"))
PEERS = {path.stem: Peer(**yaml.safe_load(path.read_text(encoding="utf-8"))) for path in FILES}
PATHS = {path.stem: path for path in shipped_paths()}
CASES = [(handle, method) for handle, peer in PEERS.items() for method in peer.methods]
REFUSED = [pytest.param(key, one, id=f"{key}-{one.method}") for key in PEERS for one in PEERS[key].refused]


@pytest.fixture
def report_on(engine: Engine, vendor, monkeypatch: pytest.MonkeyPatch):
    """Test a connection to a vendor that answers as the file of cases says."""

    async def test(handle: str, method: str, *refusals: Refusal) -> Any:
        monkeypatch.setenv("CANARY", "canary-4417")
        for path, body in {"/": {}, **PEERS[handle].answers}.items():
            vendor.lay(path, body, **PEERS[handle].headers)
        for refusal in refusals:
            vendor.lay(refusal.path, refusal.body, refusal.status)
        definition = load_definition(PATHS[handle]).definition
        inputs = definition.auth[method].inputs
        keys = {one.key for one in (*definition.inputs, *inputs)}
        variables = {key: value for key, value in PEERS[handle].variables.items() if key in keys}
        engine.workspace.create_connection(
            handle,
            "peer",
            method=method,
            secrets={one.key: "ref:env:CANARY" for one in inputs if one.secret},
            variables={"base_url": vendor.base_url, **variables},
        )
        engine.workspace.activate("peer")
        return await engine.test("peer")

    return test


@pytest.mark.parametrize(("handle", "method"), CASES)
async def test_it_passes_shows_who_answered_and_sends_the_credentials_where_they_belong(
    report_on, vendor, handle: str, method: str
) -> None:
    way, report = PEERS[handle].methods[method], await report_on(handle, method)
    assert report.verdict == "passed", report.stages
    shown = {one.stage: one.evidence for one in report.stages}
    assert {stage: shown[stage] for stage in way.shows} == way.shows
    clock, *asked = vendor.requests
    assert (clock["method"], clock["headers"].get("authorization")) == ("HEAD", None)
    assert [one["path"] for one in asked] == way.asks
    sent = way.headers()
    for one in asked:
        assert {name: one["headers"].pop(name, None) for name in sent} == sent
    # What is left of the requests is everywhere else that a secret could have gone.
    assert "canary" not in f"{vendor.requests}{report}"


@pytest.mark.parametrize(("handle", "refusal"), REFUSED)
async def test_what_the_vendor_does_not_accept_fails_at_signing_in(
    report_on, vendor, handle: str, refusal: Refusal
) -> None:
    report = await report_on(handle, refusal.method, refusal)
    stage = next(one for one in report.stages if one.stage == "auth")
    assert (report.verdict, stage.verdict, stage.error_class) == ("failed", "failed", refusal.error_class)
    assert vendor.last["path"] == refusal.path
    assert "canary" not in str(report)


@pytest.mark.parametrize("handle", sorted({*PATHS, *PEERS}))
def test_every_way_to_sign_in_has_a_case_that_tells_where_the_credentials_go(handle: str) -> None:
    assert handle in PEERS, f"signing_in/{handle}.yaml is missing"
    auth, ways = load_definition(PATHS[handle]).definition.auth, PEERS[handle].methods
    assert ways.keys() == auth.keys()
    for name, method in auth.items():
        sent = ways[name].headers()
        assert ("auth" in ways[name].shows) == any(sent.values()) == (method.kind != "none"), name
        assert {place.name.lower() for place in getattr(method, "apply", ())} <= sent.keys(), name
