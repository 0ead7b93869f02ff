"""What a provider gives without end, or of letters that nobody could use, is refused; no rotated token is lost."""

from typing import Any

import pytest

from core.errors import ConfigError, ConnectError, VendorError
from core.oauth2 import authorize_url, client_credentials, refresh, register, start_device
from core.oauth2.client import HIDDEN_ANSWER
from core.tokens import TokenSet

PLACE = [{"key": "place"}]
ISSUER = "https://id.acme.example"


@pytest.mark.parametrize("name", ["access_token", "refresh_token", "id_token"])
@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("a" * 65_537, "longer than 65,536 characters"),
        ("at-1\r\nX-Evil: 1", "holds other letters"),
        ("at-1\0zzzz", "holds other letters"),
        ("at-ünï", "holds other letters"),
        ({"a": 1}, "is no text"),
        (["at-1"], "is no text"),
    ],
    ids=["long", "lines", "nul", "unicode", "object", "list"],
)
def test_a_token_that_nobody_could_send_is_refused_and_not_recorded(
    client: Any, ends: Any, answer: Any, name: str, value: Any, words: str
) -> None:
    odd = client()
    grant = client_credentials if name == "access_token" else refresh
    given = (odd,) if name == "access_token" else (odd, "rt-0")
    said = answer({"access_token": "at-1", name: value})
    with pytest.raises(VendorError, match=words) as caught:
        ends(grant(*given), said)
    assert name.replace("_", " ") in str(caught.value)
    assert odd.unsealed.memory[HIDDEN_ANSWER] is said


def test_a_long_token_is_kept(client: Any, ends: Any, answer: Any) -> None:
    assert ends(client_credentials(client()), answer({"access_token": "a" * 65_536})).values["access_token"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"place": "p" * 4097}, "captured as place is longer than 4,096 characters"),
        ({"place": ["p"] * 2000}, "captured as place is longer than 4,096 characters"),
        ({"scope": " ".join(f"s{number}" for number in range(2001))}, "more than 2,000 scopes"),
        ({"scope": [f"s{number}" for number in range(2001)]}, "more than 2,000 scopes"),
        ({"scope": "s" * 1025}, "a scope that nobody could read"),
        ({"scope": "read \x1b]52;c;AAAA\x07"}, "a scope that nobody could read"),
    ],
)
def test_facts_and_scopes_without_end_are_refused_but_never_cost_a_rotated_token(
    client: Any, ends: Any, answer: Any, said: dict[str, Any], words: str
) -> None:
    body = {"access_token": "at-1", "refresh_token": "rt-1", **said}
    with pytest.raises(VendorError, match=words):
        ends(client_credentials(client(captured=PLACE)), answer(body))
    held = TokenSet(
        {"access_token": "at-0", "refresh_token": "rt-0"}, 1, None, None, ("read",), {"place": "here"}
    )
    tokens = ends(refresh(client("authorization_code", captured=PLACE), "rt-0", held), answer(body))
    assert tokens.refresh_token == "rt-1"
    assert (tokens.scopes, tokens.told) == (("read",), {"place": "here"})


@pytest.mark.parametrize(
    "url",
    [
        f"{ISSUER}/a\nrm -rf ~\n",
        f"{ISSUER}/a\x1b]52;c;AAAA\x07",
        f"{ISSUER}/a?x=\u202etxt",
        f"{ISSUER}/a b",
        f"{ISSUER}/\u0430",
        f"{ISSUER}/a#frag",
        f"{ISSUER}/{'a' * 4096}",
    ],
)
@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint"])
def test_an_address_of_the_metadata_that_cannot_be_opened_as_it_is_is_refused(
    client: Any, ends: Any, answer: Any, name: str, url: str
) -> None:
    odd = client("authorization_code", issuer=ISSUER, token_url=None, authorize_url=None)
    metadata = {
        "issuer": ISSUER,
        "token_endpoint": f"{ISSUER}/t",
        "authorization_endpoint": f"{ISSUER}/a",
        name: url,
    }
    with pytest.raises(VendorError, match=f"names no plain http or https address as its {name}") as caught:
        ends(authorize_url(odd, "http://127.0.0.1/cb"), answer(metadata))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("issuer", ["i" * 5000, "x\x1b[2J"])
def test_an_issuer_that_nobody_could_read_is_refused(
    client: Any, ends: Any, answer: Any, issuer: str
) -> None:
    odd = client(discovery=f"{ISSUER}/meta", token_url=None)
    with pytest.raises(ConnectError) as caught:
        ends(client_credentials(odd), answer({"issuer": issuer, "token_endpoint": f"{ISSUER}/t"}))
    assert "an issuer that nobody could read" in str(caught.value)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("url", ["https://id.acme.example/a\nb", f"https://id.acme.example/{'a' * 4096}"])
def test_an_address_that_a_person_gave_is_one_line_too(client: Any, ends: Any, url: str) -> None:
    odd = client("authorization_code", authorize_url="{{ auth.place }}", values={"place": url})
    with pytest.raises(ConfigError, match="the authorize_url of acme is no http or https address") as caught:
        ends(authorize_url(odd, "http://127.0.0.1/cb"))
    assert len(str(caught.value)) < 1000


def test_what_a_pushed_request_or_a_device_code_is_called_has_an_end(
    client: Any, ends: Any, answer: Any
) -> None:
    pushing = client("authorization_code", par_url=f"{ISSUER}/par")
    with pytest.raises(VendorError, match="gave a request_uri for acme that nobody could open"):
        ends(authorize_url(pushing, "http://127.0.0.1/cb"), answer({"request_uri": "u" * 5000}, 201))
    started = {
        "device_code": "d" * 65_537,
        "user_code": "AB-12",
        "verification_uri": "https://acme.example/go",
    }
    with pytest.raises(VendorError, match="a device code that is longer than 65,536 characters"):
        ends(start_device(client("device_code")), answer(started))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"client_id": "i" * 5000}, "a client id that nobody could read"),
        ({"client_id": "me", "client_secret": "a\nb"}, "a client secret that holds other letters"),
        ({"client_id": "me", "registration_access_token": "t" * 65_537}, "longer than 65,536 characters"),
    ],
)
def test_a_registered_client_can_be_kept(
    client: Any, ends: Any, answer: Any, said: dict[str, Any], words: str
) -> None:
    odd = client(register_url=f"{ISSUER}/register")
    with pytest.raises(VendorError, match=words):
        ends(register(odd), answer(said, 201))
