"""Each way to sign in at each connector, to a peer on loopback that answers as the vendor documents it.

The cases stand in signing_in/HANDLE.yaml (cases.py says what they hold): what the peer answers; for each method
of authentication what a person opens, what is asked for tokens and then of the API, in order, and what is sent
where; and what the stages of the test show. What the vendor answers to refuse is tried in test_refusals.py.
"""

from typing import Any
from urllib.parse import parse_qsl

import pytest

from connectors import OAuth1Auth, OAuth2Auth
from core.obtain import needs_tokens

from .cases import PATHS, PEERS, begun, shipped

CASES = [(handle, method) for handle, peer in PEERS.items() for method in peer.methods]


@pytest.mark.parametrize(("handle", "method"), CASES)
async def test_it_passes_shows_who_answered_and_sends_the_credentials_where_they_belong(
    trial: Any, handle: str, method: str
) -> None:
    tried = trial(handle, method)
    await tried.sign_in()
    report = await tried.engine.test("peer")
    assert report.verdict == "passed", report.stages
    shown = {one.stage: one.evidence for one in report.stages}
    way = tried.way
    assert {stage: shown[stage] for stage in way.shows} == tried.in_full(way.shows)
    asked = tried.taken()
    # The clock is asked, and in TLS whether the certificate is taken: once the address is known.
    heads = [one for one in asked if one["method"] == "HEAD"]
    assert {one["headers"].get("authorization") for one in heads} == {None}
    asked = [one for one in asked if one not in heads]
    if not tried.is_attended:
        tried.check_exchanges(asked[: len(way.obtains)], way.obtains, tried.grant_fields())
        asked = asked[len(way.obtains) :]
    assert [one["path"] for one in asked] == way.asks
    sent = tried.in_full(way.headers())
    for one in asked:
        assert {name: begun(one["headers"].pop(name, None), value) for name, value in sent.items()} == sent
        given = dict(parse_qsl(one.pop("query")))
        assert {name: given.pop(name, None) for name in way.query} == way.query
        assert "canary" not in f"{given}"
        assert one.get("shown", {}).get("commonName") == ("connect-tui" if way.certificate else None)
    # What is left of the requests is everywhere else that a secret could have gone.
    assert "canary" not in f"{asked}{report}"
    tried.check_kept()
    await tried.renew()
    await tried.sign_out()


@pytest.mark.parametrize("handle", sorted({*PATHS, *PEERS}))
def test_every_way_to_sign_in_has_a_case_that_tells_where_the_credentials_go(handle: str) -> None:
    assert handle in PEERS, f"signing_in/{handle}.yaml is missing"
    auth, ways = shipped(handle).auth, PEERS[handle].methods
    assert ways.keys() == auth.keys()
    for name, method in auth.items():
        way, is_oauth2 = ways[name], isinstance(method, OAuth2Auth)
        sent, grants = way.headers(), set(method.grants) if isinstance(method, OAuth2Auth) else set()
        proves = any(sent.values()) or way.certificate or bool(way.query)
        assert ("auth" in way.shows) == proves == (method.kind != "none"), name
        assert {
            place.name.lower() for place in getattr(method, "apply", ()) if place.in_ == "header"
        } <= sent.keys()
        assert way.certificate == (method.certificate is not None), name
        opens = "authorization_code" in grants or (isinstance(method, OAuth1Auth) and method.is_attended)
        assert (way.page is not None) == opens, name
        assert bool(way.obtains) == (needs_tokens(method) and grants != {"device_code"}), name
        assert bool(way.device) == ("device_code" in grants), name
        gives_refresh = any("canary-refresh" in str(one.answer) for one in (*way.obtains, *way.device))
        assert bool(way.renews) == gives_refresh, f"{name}: refresh tokens are given and used"
        assert bool(way.revokes) == bool(is_oauth2 and method.revoke_url), name
