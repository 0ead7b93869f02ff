"""Digest as a generator: the vectors of RFC 7616, and what it does with each answer of a server."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import DigestAuth
from core.auth.challenge import challenges_in
from core.auth.digest import authorize
from core.bodies.upload import ChosenFile, upload_file
from core.errors import ConfigError, InputError
from core.request import Request, Response

METHOD = DigestAuth(kind="digest")
ASKED = Request("GET", "http://www.example.org/dir/index.html", (("Accept", "*/*"),))
NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
REALM = "http-auth@example.org"


def asks(algorithm: str | None, nonce: str = NONCE, **more: str) -> str:
    given = {"realm": REALM, "qop": "auth, auth-int", "nonce": nonce, "opaque": OPAQUE} | more
    said = "" if algorithm is None else f", algorithm={algorithm}"
    return "Digest " + ", ".join(f'{name}="{value}"' for name, value in given.items() if value) + said


def refused(*challenges: str, url: str = ASKED.url) -> Response:
    return Response(401, tuple(("WWW-Authenticate", one) for one in challenges), b"", url, 0, 0)


def accepted(**headers: str) -> Response:
    return Response(200, tuple(headers.items()), b"{}", ASKED.url, 0, 0)


def said(request: Request) -> dict[str, str]:
    """Read what the header says; the reading of challenges has tests of its own."""
    value = request.header("authorization")
    assert value is not None
    (found,) = challenges_in((value,))
    assert found.scheme == "digest"
    return found.parameters


@pytest.fixture
def mufasa(unsealed):
    return unsealed(("password",), username="Mufasa", password="Circle of Life")


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_first_example_of_the_rfc_gives_its_response(mufasa, algorithm: str, expected: str) -> None:
    flow = authorize(METHOD, ASKED, mufasa, new_cnonce=lambda: CNONCE)
    assert next(flow) == ASKED
    found = said(flow.send(refused(asks(algorithm))))
    assert found == {
        "username": "Mufasa", "realm": REALM, "uri": "/dir/index.html", "algorithm": algorithm, "nonce": NONCE,
        "nc": "00000001", "cnonce": CNONCE, "qop": "auth", "response": expected, "opaque": OPAQUE,
    }  # fmt: skip


def test_a_hidden_user_name_is_hashed_with_the_realm(unsealed) -> None:
    """The second example; printed there are hashes of truncated SHA-512, not of SHA-512/256 (FIPS 180-4)."""
    values = unsealed(("password",), username="Jäsøn Doe", password="Secret, or not?")
    request = Request("GET", "http://api.example.org/doe.json")
    nonce, cnonce = (
        "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
        "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
    )
    challenge = asks("SHA-512-256", nonce, realm="api@example.org", qop="auth", userhash="true")
    flow = authorize(METHOD, request, values, new_cnonce=lambda: cnonce)
    next(flow)
    found = said(flow.send(refused(challenge, url=request.url)))
    assert found["username"] == "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"
    assert found["response"] == "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"
    assert found["userhash"] == "true"


def test_a_user_name_beyond_ascii_is_written_as_rfc_8187_says(unsealed) -> None:
    values = unsealed(("password",), username="Jäsøn Doe", password="Secret, or not?")
    flow = authorize(METHOD, ASKED, values)
    next(flow)
    header = flow.send(refused(asks("SHA-256"))).header("authorization")
    assert header is not None
    assert "username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, " in header


def test_without_qop_it_is_as_in_rfc_2069(unsealed) -> None:
    """Its example, as its errata correct it."""
    values = unsealed(("password",), username="Mufasa", password="CircleOfLife")
    flow = authorize(METHOD, ASKED, values)
    next(flow)
    nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
    found = said(flow.send(refused(asks(None, nonce, qop="", realm="testrealm@host.com"))))
    assert found.keys() == {"username", "realm", "uri", "nonce", "response", "opaque"}
    assert found["response"] == "1949323746fe6a43ef61f9606e7febea"


def test_the_session_variant_binds_the_secret_to_nonce_and_cnonce(mufasa) -> None:
    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    flow = authorize(METHOD, ASKED, mufasa, new_cnonce=lambda: CNONCE)
    next(flow)
    found = said(flow.send(refused(asks("MD5-sess"))))
    secret = md5(f"{md5(f'Mufasa:{REALM}:Circle of Life')}:{NONCE}:{CNONCE}")
    expected = md5(f"{secret}:{NONCE}:00000001:{CNONCE}:auth:{md5('GET:/dir/index.html')}")
    assert (found["algorithm"], found["response"]) == ("MD5-sess", expected)


def test_the_body_is_signed_where_the_server_wants_nothing_less(mufasa) -> None:
    request = Request("POST", ASKED.url, (), b'{"a": 1}')
    flow = authorize(METHOD, request, mufasa, new_cnonce=lambda: CNONCE)
    next(flow)
    found = said(flow.send(refused(asks("SHA-256", qop="auth-int"))))

    def sha(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    asked = sha("POST:/dir/index.html:" + sha('{"a": 1}'))
    secret = sha(f"Mufasa:{REALM}:Circle of Life")
    assert found["qop"] == "auth-int"
    assert found["response"] == sha(f"{secret}:{NONCE}:00000001:{CNONCE}:auth-int:{asked}")


def test_a_body_that_is_a_file_is_refused_where_it_would_have_to_be_signed(mufasa, tmp_path) -> None:
    path = tmp_path / "report.bin"
    path.write_bytes(b"123")
    request = Request("PUT", ASKED.url, upload=upload_file(ChosenFile(path)))
    flow = authorize(METHOD, request, mufasa)
    next(flow)
    with pytest.raises(InputError, match="auth-int"):
        flow.send(refused(asks("MD5", qop="auth-int")))
    mufasa.memory.clear()
    flow = authorize(METHOD, request, mufasa)
    next(flow)
    assert said(flow.send(refused(asks("MD5"))))["qop"] == "auth"


def test_a_wrong_password_ends_after_one_answer(mufasa) -> None:
    flow = authorize(METHOD, ASKED, mufasa)
    next(flow)
    flow.send(refused(asks("MD5")))
    with pytest.raises(StopIteration):
        flow.send(refused(asks("MD5", "another")))
    assert next(authorize(METHOD, ASKED, mufasa)).header("authorization") is None


def test_a_stale_nonce_is_replaced_once(mufasa) -> None:
    flow = authorize(METHOD, ASKED, mufasa)
    next(flow)
    flow.send(refused(asks("MD5", "first")))
    again = said(flow.send(refused(asks("MD5", "second", stale="true"))))
    assert (again["nonce"], again["nc"]) == ("second", "00000001")
    with pytest.raises(StopIteration):
        flow.send(refused(asks("MD5", "third", stale="true")))


def test_later_requests_of_the_operation_use_the_nonce_again_and_count(mufasa) -> None:
    first = authorize(METHOD, ASKED, mufasa)
    next(first)
    first.send(refused(asks("MD5")))
    with pytest.raises(StopIteration):
        first.send(accepted())
    second = said(next(authorize(METHOD, Request("GET", "http://www.example.org/b?c=d%20e"), mufasa)))
    assert (second["nonce"], second["nc"], second["uri"]) == (NONCE, "00000002", "/b?c=d%20e")
    elsewhere = next(authorize(METHOD, Request("GET", "http://www.example.org:81/b"), mufasa))
    assert elsewhere.header("authorization") is None


def test_a_nonce_that_the_server_forgot_is_asked_for_anew(mufasa) -> None:
    first = authorize(METHOD, ASKED, mufasa)
    next(first)
    first.send(refused(asks("MD5")))
    with pytest.raises(StopIteration):
        first.send(accepted())
    second = authorize(METHOD, ASKED, mufasa)
    assert said(next(second))["nc"] == "00000002"
    found = said(second.send(refused(asks("MD5", "fresh"))))
    assert (found["nonce"], found["nc"]) == ("fresh", "00000001")
    with pytest.raises(StopIteration):
        second.send(refused(asks("MD5", "fresher")))


def test_the_nonce_that_the_server_wants_next_is_used_next(mufasa) -> None:
    flow = authorize(METHOD, ASKED, mufasa)
    next(flow)
    flow.send(refused(asks("MD5")))
    with pytest.raises(StopIteration):
        flow.send(accepted(**{"Authentication-Info": 'qop=auth, nextnonce="n\\"ext", nc=00000001'}))
    found = said(next(authorize(METHOD, ASKED, mufasa)))
    assert (found["nonce"], found["nc"]) == ('n"ext', "00000001")


def test_the_first_hash_that_is_known_answers(mufasa) -> None:
    flow = authorize(METHOD, ASKED, mufasa)
    next(flow)
    challenges = (
        'Negotiate, Basic realm="x", ' + asks("SHA3-256", "a"),
        asks("sha-256", "b"),
        asks("MD5", "c"),
    )
    found = said(flow.send(refused(*challenges)))
    assert (found["nonce"], found["algorithm"]) == ("b", "sha-256")


@pytest.mark.parametrize(
    ("challenge", "words"),
    [
        (asks("SHA3-256"), "digest with SHA3-256, which is not known"),
        ('Basic realm="x", Negotiate', "asks for basic, negotiate authentication and not for digest"),
        (asks("MD5", qop="auth-conf"), "qop 'auth-conf'"),
    ],
)
def test_what_cannot_be_answered_is_said(mufasa, challenge: str, words: str) -> None:
    flow = authorize(METHOD, ASKED, mufasa)
    next(flow)
    with pytest.raises(ConfigError, match=words):
        flow.send(refused(challenge))


def test_a_refusal_without_a_challenge_stands(mufasa) -> None:
    flow = authorize(METHOD, ASKED, mufasa)
    next(flow)
    with pytest.raises(StopIteration):
        flow.send(refused())


def test_the_challenge_of_another_server_is_not_answered(mufasa) -> None:
    flow = authorize(METHOD, ASKED, mufasa)
    next(flow)
    with pytest.raises(StopIteration):
        flow.send(refused(asks("MD5"), url="http://elsewhere.example.org/dir/index.html"))


def test_quotes_in_a_name_are_escaped_and_a_realm_is_hashed_as_its_bytes(unsealed) -> None:
    values = unsealed(("password",), username='a "b" \\c', password="p")
    flow = authorize(METHOD, ASKED, values, new_cnonce=lambda: "c")
    next(flow)
    realm = "Überall".encode().decode("latin-1")  # as headers are read
    request = flow.send(refused(asks("MD5", "n", realm=realm, qop="auth")))
    assert 'username="a \\"b\\" \\\\c"' in str(request.header("authorization"))
    secret = hashlib.md5('a "b" \\c:Überall:p'.encode()).hexdigest()
    asked = hashlib.md5(b"GET:/dir/index.html").hexdigest()
    expected = hashlib.md5(f"{secret}:n:00000001:c:auth:{asked}".encode()).hexdigest()
    assert said(request)["response"] == expected


def test_nothing_that_proves_the_password_is_shown(mufasa) -> None:
    flow = authorize(METHOD, ASKED, mufasa)
    next(flow)
    request = flow.send(refused(asks("MD5-sess")))
    proof = said(request)["response"]
    session = mufasa.memory["digest", ("http", "www.example.org", 80)]
    redacted = mufasa.redactor.text(f"{proof} {session.secret}")
    assert proof not in redacted
    assert session.secret not in redacted
    assert session.secret not in repr(session)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from('abN=", \\\t;/é') | st.characters(max_codepoint=255), max_size=80))
def test_any_header_can_be_read(text: str) -> None:
    for challenge in challenges_in((text, f"Digest {text}", f'Digest nonce="{text}')):
        assert challenge.scheme == challenge.scheme.lower()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Basic realm=x", [("basic", {"realm": "x"})]),
        ("Bearer", [("bearer", {})]),
        ("Negotiate dG9rZW4=, Digest nonce=n", [("negotiate", {}), ("digest", {"nonce": "n"})]),
        (
            'Digest realm="a, b=c", nonce="n" , qop="auth,auth-int", Basic realm="d"',
            [
                ("digest", {"realm": "a, b=c", "nonce": "n", "qop": "auth,auth-int"}),
                ("basic", {"realm": "d"}),
            ],
        ),
        (", ,Digest NONCE = n,realm=r", [("digest", {"nonce": "n", "realm": "r"})]),
    ],
)
def test_several_challenges_may_stand_in_one_header(
    header: str, expected: list[tuple[str, dict[str, str]]]
) -> None:
    assert [(one.scheme, one.parameters) for one in challenges_in((header,))] == expected
