"""What every method of kind oauth2 in the library promises: real addresses, a page about it, scopes with reasons."""

import re

import pytest

from connectors import OAuth2Auth

from .cases import PATHS, PEERS, shipped

# An address that a person gives, or one that stands in the file: a host with a dot that anybody may register.
GIVEN = re.compile(r"\{\{[^}]*\b(var|auth|captured)\.")
REAL = re.compile(r"https://(\{\{.+?\}\}\.)?([a-z0-9-]+\.)+(?!example|test|invalid|local)[a-z]{2,}(/|$)")
ADDRESSES = (
    "issuer", "discovery", "authorize_url", "token_url", "refresh_url", "device_url", "revoke_url",
    "introspect_url", "userinfo_url", "par_url", "register_url",
)  # fmt: skip


@pytest.fixture(params=sorted(PATHS))
def methods(request: pytest.FixtureRequest) -> dict[tuple[str, str], OAuth2Auth]:
    """The methods of one connector that are of this kind, by handle and name."""
    auth = shipped(request.param).auth
    return {(request.param, name): one for name, one in auth.items() if isinstance(one, OAuth2Auth)}


def test_its_addresses_are_the_real_ones_or_given_by_a_person(
    methods: dict[tuple[str, str], OAuth2Auth],
) -> None:
    for name, method in methods.items():
        for field in ADDRESSES:
            url = getattr(method, field) or "https://none.org"
            assert REAL.match(url) or GIVEN.match(url), f"{name} {field}: {url}"
            assert "example" not in url, f"{name} {field}: {url}"


def test_the_vendor_has_a_page_about_it_and_says_what_its_scopes_allow(
    methods: dict[tuple[str, str], OAuth2Auth],
) -> None:
    for (handle, name), method in methods.items():
        assert (method.docs or "").startswith("https://"), name
        scopes = method.scopes
        has_scopes = bool(scopes.required or scopes.default or scopes.optional)
        reason = PEERS[handle].methods[name].no_scopes
        assert has_scopes != bool(reason), (
            f"{name}: scopes, or `no_scopes` in its case says why there are none"
        )
        assert all(one.why for one in scopes.optional), name


def test_people_are_told_about_the_redirect_and_can_choose_what_is_optional(
    methods: dict[tuple[str, str], OAuth2Auth],
) -> None:
    for name, method in methods.items():
        if "authorization_code" in method.grants:
            assert "redirect" in method.help.lower(), f"{name}: the app must know the redirect address"
        if method.scopes.optional:
            offered = [one for one in method.inputs if one.key == "scopes"]
            assert offered, f"{name}: `inputs` must offer the optional `scopes`"
            assert {one.value for one in offered[0].options} == {one.scope for one in method.scopes.optional}


def test_what_operations_and_tests_need_can_be_asked_for(methods: dict[tuple[str, str], OAuth2Auth]) -> None:
    if not methods or any(not _asked(method) for method in methods.values()):
        return  # there are apps whose permissions stand in their own settings
    handle = next(iter(methods))[0]
    definition = shipped(handle)
    offered = {scope for method in methods.values() for scope in _asked(method)}
    said = " ".join(method.token.scope for method in methods.values())
    needed = {scope for one in definition.operations.values() for scope in one.scopes}
    needed |= {test.needs_scope for one in definition.auth.values() for test in one.test if test.needs_scope}
    assert {scope for scope in needed - offered if scope not in said} == set(), handle


def _asked(method: OAuth2Auth) -> set[str]:
    scopes = method.scopes
    return {*scopes.required, *scopes.default, *(one.scope for one in scopes.optional)}
