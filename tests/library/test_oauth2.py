"""What every method of kind oauth2 in the library promises: real addresses, a page about it, scopes with reasons."""

import re

import pytest

from connectors import OAuth2Auth, load_definition, shipped_paths

from .cases import PEERS

METHODS = [
    pytest.param(path.stem, name, method, id=f"{path.stem}-{name}")
    for path in shipped_paths()
    for name, method in load_definition(path).definition.auth.items()
    if isinstance(method, OAuth2Auth)
]
# An address that a person gives, or one that stands in the file: a host with a dot that anybody may register.
GIVEN = re.compile(r"\{\{[^}]*\b(var|auth|captured)\.")
REAL = re.compile(r"https://(\{\{.+?\}\}\.)?([a-z0-9-]+\.)+(?!example|test|invalid|local)[a-z]{2,}(/|$)")
ADDRESSES = (
    "issuer", "discovery", "authorize_url", "token_url", "refresh_url", "device_url", "revoke_url",
    "introspect_url", "userinfo_url", "par_url", "register_url",
)  # fmt: skip


@pytest.mark.parametrize(("handle", "name", "method"), METHODS)
def test_its_addresses_are_the_real_ones_or_given_by_a_person(
    handle: str, name: str, method: OAuth2Auth
) -> None:
    for field in ADDRESSES:
        url = getattr(method, field)
        assert url is None or REAL.match(url) or GIVEN.match(url), f"{field}: {url}"
        assert url is None or "example" not in url, f"{field}: {url}"


@pytest.mark.parametrize(("handle", "name", "method"), METHODS)
def test_the_vendor_has_a_page_about_it_and_says_what_its_scopes_allow(
    handle: str, name: str, method: OAuth2Auth
) -> None:
    assert method.docs is not None
    assert method.docs.startswith("https://")
    scopes = method.scopes
    has_scopes = bool(scopes.required or scopes.default or scopes.optional)
    reason = PEERS[handle].methods[name].no_scopes
    assert has_scopes != bool(reason), "either scopes, or `no_scopes` in its case says why there are none"
    assert all(one.why for one in scopes.optional)


@pytest.mark.parametrize(("handle", "name", "method"), METHODS)
def test_people_are_told_about_the_redirect_and_can_choose_what_is_optional(
    handle: str, name: str, method: OAuth2Auth
) -> None:
    if "authorization_code" in method.grants:
        assert "redirect" in method.help.lower(), "the app at the vendor must know the redirect address"
    if method.scopes.optional:
        offered = next((one for one in method.inputs if one.key == "scopes"), None)
        assert offered is not None, "`inputs` must offer the optional `scopes`"
        assert {one.value for one in offered.options} == {one.scope for one in method.scopes.optional}
