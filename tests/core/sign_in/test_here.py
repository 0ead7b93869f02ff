"""How a browser on the person's own machine reaches the one that waits for it."""

import shlex
import socket

import pytest

from connectors import OAuth1Auth, OAuth2Auth
from core.errors import ConfigError
from core.sign_in.here import check_loopback, known_redirect, leads_back, say_ssh_line
from core.sign_in.opened import flows_of

HERE = socket.gethostname()
USUAL = "http://127.0.0.1:8733/callback"


@pytest.mark.parametrize(
    ("connection", "redirect", "forward", "host"),
    [
        ("10.0.0.1 50000 10.0.0.2 22", USUAL, "-N -L 8733:127.0.0.1:8733", "10.0.0.2"),
        ("10.0.0.1 50000 10.0.0.2 2222", USUAL, "-N -p 2222 -L 8733:127.0.0.1:8733", "10.0.0.2"),
        ("10.0.0.1 50000 10.0.0.2 22", "http://localhost:9/cb", "-N -L 9:localhost:9", "10.0.0.2"),
        ("10.0.0.1 50000 10.0.0.2 22", "http://[::1]:8733/", "-N -L '8733:[::1]:8733'", "10.0.0.2"),
        ("2001:db8::1 50000 2001:db8::2 22", USUAL, "-N -L 8733:127.0.0.1:8733", "2001:db8::2"),
        ("::ffff:10.0.0.1 50000 ::ffff:10.0.0.2 22", USUAL, "-N -L 8733:127.0.0.1:8733", "10.0.0.2"),
        ("client 50000 bastion.acme.example 22", USUAL, "-N -L 8733:127.0.0.1:8733", "bastion.acme.example"),
        ("UNKNOWN 65535 UNKNOWN 65535", USUAL, "-N -L 8733:127.0.0.1:8733", HERE),
        ("::1 50000 ::1 2222", USUAL, "-N -L 8733:127.0.0.1:8733", HERE),
        ("fe80::1%eth0 50000 fe80::2%eth0 22", USUAL, "-N -L 8733:127.0.0.1:8733", HERE),
        ("a b", USUAL, "-N -L 8733:127.0.0.1:8733", HERE),
        ("x 1 a;rm 22", USUAL, "-N -L 8733:127.0.0.1:8733", "a;rm"),
    ],
)
def test_the_line_leads_to_where_this_machine_was_reached(
    connection: str, redirect: str, forward: str, host: str
) -> None:
    line = say_ssh_line(redirect, {"SSH_CONNECTION": connection})
    assert line == f"ssh {forward} {shlex.quote(f'{user()}{host}')}"


def test_there_is_no_line_without_ssh_and_one_with_a_terminal_of_it() -> None:
    assert say_ssh_line(USUAL, {}) is None
    assert say_ssh_line(USUAL, {"SSH_TTY": "/dev/pts/1"}) == f"ssh -N -L 8733:127.0.0.1:8733 {user()}{HERE}"


def user() -> str:
    import getpass

    try:
        return f"{getpass.getuser()}@"
    except (OSError, KeyError):
        return ""


@pytest.mark.parametrize(
    ("redirect", "is_so"),
    [
        (USUAL, True),
        ("https://a.example/cb", True),
        ("myapp://cb", True),
        ("com.example.app:/cb", True),
        ("oob", False),
        ("urn:ietf:wg:oauth:2.0:oob", False),
    ],
)
def test_a_provider_that_shows_a_code_leads_nowhere(redirect: str, is_so: bool) -> None:
    assert leads_back(redirect) is is_so


def test_a_browser_comes_back_by_itself_to_no_scheme_of_an_app() -> None:
    said = {"kind": "oauth2", "grants": ("authorization_code",), "authorize_url": "https://a.example/a",
            "token_url": "https://a.example/t"}  # fmt: skip
    method = OAuth2Auth.model_validate(said)
    assert flows_of(method, "myapp://cb") == ("paste",)
    assert set(flows_of(method, USUAL)) == {"loopback", "paste"}


@pytest.mark.parametrize(
    ("grants", "redirect", "known"),
    [
        (("authorization_code",), None, USUAL),
        (("authorization_code", "device_code"), "https://a.example/cb", "https://a.example/cb"),
        (("authorization_code",), "{{ var.redirect }}", None),
        (("authorization_code",), "urn:ietf:wg:oauth:2.0:oob", None),
        (("device_code",), None, None),
        (("client_credentials",), None, None),
    ],
)
def test_what_a_provider_must_be_told_is_known_before(
    grants: tuple[str, ...], redirect: str | None, known: str | None
) -> None:
    method = OAuth2Auth.model_validate({"kind": "oauth2", "grants": grants, "redirect_uri": redirect})
    assert known_redirect(method) == known
    oauth1 = {"kind": "oauth1", "redirect_uri": redirect}
    assert known_redirect(OAuth1Auth.model_validate(oauth1)) is None
    address = "https://a.example"
    urls = {"request_token_url": address, "authorize_url": address, "access_token_url": address}
    expected = None if redirect and "{{" in redirect else redirect or USUAL
    found = known_redirect(OAuth1Auth.model_validate({**oauth1, **urls}))
    assert found == (expected if expected is None or leads_back(expected) else None)


@pytest.mark.parametrize(
    "redirect",
    ["http://127.0.0.1:99999/cb", "http://127.0.0.1:x/cb", "http://[::1/cb", "http://127.0.0.1:0/cb",
     "https://127.0.0.1/cb", "http://acme.example/cb"],
)  # fmt: skip
def test_an_address_that_nobody_can_wait_at_is_refused(redirect: str) -> None:
    with pytest.raises(ConfigError, match="does not lead to this machine"):
        check_loopback(redirect)
