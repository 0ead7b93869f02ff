"""Where redirects lead and what travels there."""

import pytest

from core.errors import PolicyError
from core.hosts import build_policy
from core.redirects import next_request
from core.request import Request, Response

POLICY = build_policy("https://api.example", ["*.cdn.example"])
BARE = Request("GET", "https://api.example/a", (("Accept", "*/*"), ("X-Tenant", "t-secret")))
SENT = BARE.with_header("Authorization", "Bearer secret")


def response(status: int, location: str) -> Response:
    return Response(status, (("Location", location),), b"", SENT.url, 0, 0)


def test_the_same_origin_gets_the_credentials_again() -> None:
    followed = next_request(SENT, BARE, response(302, "/b"), "same-host", POLICY)
    assert followed is not None
    assert followed.url == "https://api.example/b"
    assert followed.header("authorization") == "Bearer secret"


def test_another_port_of_the_own_host_is_another_service() -> None:
    with pytest.raises(PolicyError, match="port 8443"):
        next_request(SENT, BARE, response(302, "https://api.example:8443/b"), "any", POLICY)


@pytest.mark.parametrize("location", ["https://x.cdn.example/f"])
def test_another_origin_gets_neither_credentials_nor_own_headers(location: str) -> None:
    followed = next_request(SENT, BARE, response(302, location), "any", POLICY)
    assert followed is not None
    assert followed.headers == (("Accept", "*/*"),)


def test_another_host_is_refused_unless_any_is_said() -> None:
    with pytest.raises(PolicyError, match=r"another host, x\.cdn\.example"):
        next_request(SENT, BARE, response(302, "https://x.cdn.example/f"), "same-host", POLICY)


def test_even_any_keeps_to_the_named_hosts() -> None:
    with pytest.raises(PolicyError, match="not a host"):
        next_request(SENT, BARE, response(302, "https://evil.example/"), "any", POLICY)


@pytest.mark.parametrize("location", ["http://api.example/b", "file:///etc/passwd", "http://127.0.0.1/"])
def test_tls_is_never_left(location: str) -> None:
    with pytest.raises(PolicyError):
        next_request(SENT, BARE, response(302, location), "any", POLICY)


def test_none_leaves_the_response_as_it_is() -> None:
    assert next_request(SENT, BARE, response(302, "/b"), "none", POLICY) is None
    assert next_request(SENT, BARE, response(304, "/b"), "any", POLICY) is None


@pytest.mark.parametrize(
    ("status", "method", "keeps"), [(303, "GET", False), (302, "GET", False), (307, "POST", True)]
)
def test_the_method_after_a_redirect_follows_rfc_9110(status: int, method: str, keeps: bool) -> None:
    post = Request("POST", SENT.url, SENT.headers, b"{}")
    followed = next_request(post, post, response(status, "/b"), "same-host", POLICY)
    assert followed is not None
    assert (followed.method, followed.body is not None) == (method, keeps)


def test_a_body_never_goes_to_another_host() -> None:
    post = Request("POST", SENT.url, SENT.headers, b"{}")
    with pytest.raises(PolicyError, match="body"):
        next_request(post, post, response(307, "https://x.cdn.example/f"), "any", POLICY)
