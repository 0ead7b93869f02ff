"""By name: what a header or a field of such a name holds is a secret, whoever sent it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.redact import MARKER, Redactor

CANARY = "canary-9Qz/77+x"
SECRET_FIELDS = [
    "password",
    "passwd",
    "secret",
    "token",
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
    "api_key",
    "apikey",
    "private_key",
    "authorization",
    "assertion",
    "code_verifier",
    "accessToken",
    "clientSecret",
    "apiKey",
    "API-Key",
    "X-API-Key",
    "db.password",
    "user_password",
    "password2",
    "password_confirmation",
    "stripeSecret",
    "github_token",
    "SAMLResponse",
    "SecretAccessKey",
    "X-Amz-Signature",
    "X-Amz-Security-Token",
    "sig",
    "secret_id",
    "connection_string",
]
OPEN_FIELDS = [
    "tokens_used",
    "tokens",
    "token_type",
    "token_count",
    "token_url",
    "secretary",
    "passwords_changed_at",
    "passwordless",
    "author",
    "authorize_url",
    "next_page_token",
    "nextToken",
    "pageToken",
    "continuation_token",
    "key",
    "id",
    "name",
    "signal",
    "design",
    "keyboard",
    "monkey",
    "public_key",
    "ETag",
    "state",
    "password_policy",
    "secret_name",
    "compassion",
]
SECRET_HEADERS = [
    "Authorization",
    "Proxy-Authorization",
    "Cookie",
    "Set-Cookie",
    "X-Api-Key",
    "X-Auth-Token",
    "Api-Key",
    "apikey",
    "Private-Token",
    "X-Hub-Signature-256",
    "X-Vault-Token",
    "Ocp-Apim-Subscription-Key",
    "DD-APPLICATION-KEY",
    "X-Password",
    "X-AuthToken",
    "X-Secret",
    "X-Goog-Api-Key",
    "X-Amz-Security-Token",
]
OPEN_HEADERS = [
    "WWW-Authenticate",
    "Proxy-Authenticate",
    "Content-Type",
    "X-Author",
    "X-RateLimit-Remaining-Tokens",
    "Idempotency-Key",
    "Sec-WebSocket-Key",
    "ETag",
    "X-Next-Page-Token",
    "Authority",
]


@pytest.mark.parametrize("name", SECRET_FIELDS)
def test_a_secret_field_is_redacted_wherever_it_stands(name: str) -> None:
    redactor = Redactor()
    assert redactor.json({name: CANARY, "other": 1}) == {name: MARKER, "other": 1}
    assert redactor.url(f"https://h/p?{name}=canary&n=1") == f"https://h/p?{name}={MARKER}&n=1"
    assert redactor.text(f'got {{"{name}": "{CANARY}"}}') == f'got {{"{name}": "{MARKER}"}}'
    assert redactor.text(f"{name}=canary next") == f"{name}={MARKER} next"
    form = redactor.body(f"a=1&{name}=it's+a+canary;x&b=2".encode(), "application/x-www-form-urlencoded")
    assert form == f"a=1&{name}={MARKER}&b=2".encode()
    xml = redactor.body(f"<r><{name}>canary</{name}></r>".encode(), "text/xml")
    assert xml == f"<r><{name}>{MARKER}</{name}></r>".encode()
    yaml = redactor.body(f"a: 1\n  {name}: canary b\nc: 2\n".encode(), "application/yaml")
    assert yaml == f"a: 1\n  {name}: {MARKER}\nc: 2\n".encode()


@pytest.mark.parametrize("name", OPEN_FIELDS)
def test_a_field_that_only_sounds_like_a_secret_stays(name: str) -> None:
    redactor = Redactor()
    assert redactor.json({name: "plain"}) == {name: "plain"}
    for text in (f"https://h/p?{name}=plain", f'{{"{name}": "plain"}}', f"{name}=plain"):
        assert redactor.url(text) == text
        assert redactor.text(text) == text
        assert redactor.body(text.encode()) == text.encode()


@pytest.mark.parametrize("name", SECRET_HEADERS)
def test_a_secret_header_is_redacted(name: str) -> None:
    for given_name in (name, name.lower(), name.upper()):
        assert Redactor().headers([(given_name, CANARY)]) == ((given_name, MARKER),)


@pytest.mark.parametrize("name", OPEN_HEADERS)
def test_a_header_that_only_sounds_like_a_secret_stays(name: str) -> None:
    assert Redactor().headers([(name, "plain")]) == ((name, "plain"),)


def test_the_word_for_the_scheme_stays() -> None:
    pairs = [
        ("Authorization", "Bearer abc"),
        ("Authorization", "basic dTpw"),
        ("Authorization", "s3cret word"),
    ]
    shown = [value for _, value in Redactor().headers(pairs)]
    assert shown == [f"Bearer {MARKER}", f"basic {MARKER}", MARKER]
    assert Redactor().headers([("Authorization", f"Bearer {MARKER}")])[0][1] == f"Bearer {MARKER}"


def test_names_of_the_connector_are_secret_too() -> None:
    redactor = Redactor(header_names=["X-Desk"], field_names=["desk_code"])
    assert redactor.headers([("x-desk", "abc")]) == (("x-desk", MARKER),)
    assert redactor.json({"deskCode": "abc"}) == {"deskCode": MARKER}
    assert redactor.url("/p?desk_code=abc") == f"/p?desk_code={MARKER}"


def test_a_known_value_in_any_other_header_is_redacted() -> None:
    pairs = [("Location", "https://h/cb?code=1&access_token=abc"), ("X-Echo", "you sent q8Zk2")]
    shown = Redactor(["q8Zk2"]).headers(pairs)
    assert shown == (
        ("Location", f"https://h/cb?code=1&access_token={MARKER}"),
        ("X-Echo", f"you sent {MARKER}"),
    )


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://user:pass@host/x", f"https://{MARKER}@host/x"),
        ("https://user:p@ss@host:8443/x", f"https://{MARKER}@host:8443/x"),
        ("https://tokenonly@host", f"https://{MARKER}@host"),
        ("amqps://u:p%40ss@host/vhost", f"amqps://{MARKER}@host/vhost"),
        ("https://host/a@b?x=c@d", "https://host/a@b?x=c@d"),
        ("https://host/cb#access_token=abc&n=1", f"https://host/cb#access_token={MARKER}&n=1"),
        ("/p?access%5Ftoken=abc", f"/p?access%5Ftoken={MARKER}"),
        ("/p?user[password]=abc", f"/p?user[password]={MARKER}"),
        ("/p;jsessionid=abc?n=1", f"/p;jsessionid={MARKER}?n=1"),
        ("/p?password=a;b'c", f"/p?password={MARKER}"),
        ("/go?next=https%3A%2F%2Fh%2F%3Ftoken%3Dabc&n=1", f"/go?next={MARKER}&n=1"),
        ("/p?token=&n=1", "/p?token=&n=1"),
        ("not a url", "not a url"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_an_address_shows_no_credentials(address: str, shown: str) -> None:
    assert Redactor().url(address) == shown
    assert Redactor().url(shown) == shown


def test_the_leaves_below_a_secret_field_are_redacted_and_empty_ones_stay() -> None:
    given_value = {"secret": {"a": "x", "n": [1, 2.5, None, True, ""]}, "token": None, "rest": ["y", 3]}
    shown = {"secret": {"a": MARKER, "n": [MARKER, MARKER, None, True, ""]}, "token": None, "rest": ["y", 3]}
    assert Redactor().json(given_value) == shown
    body = Redactor().body(json.dumps(given_value).encode(), "application/json")
    assert json.loads(body) == shown


def test_json_is_copied_and_not_changed() -> None:
    given_value: dict[str, Any] = {"a": [{"password": "x"}], "k": {"n": 1}}
    shown = Redactor().json(given_value)
    assert given_value == {"a": [{"password": "x"}], "k": {"n": 1}}
    assert shown["k"] is not given_value["k"]


def test_known_values_are_redacted_in_keys_numbers_and_deep_places() -> None:
    redactor = Redactor(["k3y-of-all", "471100"])
    assert redactor.json({"k3y-of-all": 471100}) == {MARKER: MARKER}
    deep: Any = "k3y-of-all"
    for _ in range(900):
        deep = [deep]
    assert "k3y" not in str(redactor.json(deep))


@pytest.mark.parametrize(
    "body",
    [
        '{"password": "canary',
        '{"user": "a", "password": "can\\"ary\\\\", "n": 1',
        '{"secret": {"a": "canary", "b": ["canary", "cana',
        '{"password": 771777',
        '{"x": "{\\"password\\": \\"canary\\", \\"n\\": 1}", "n": 1}',
        '{"x": "{\\"password\\": \\"cana',
        '{"x": "{\\"y\\": \\"{\\\\\\"token\\\\\\": \\\\\\"canary\\\\\\"}\\"}"}',
        '{"pass\\u0077ord": "canary"}',
        "{'password': 'canary', 'n': 1}",
        '{"password"\n :\t"canary"}',
        '{"n": 1}\n{"token": "canary"}\n',
        'oops {"password":"canary"} oops',
        '{"url": "https:\\/\\/user:canary@host\\/?a=1\\u0026token=can\\/ary"}',
        '{"note": "password=\'can ary\' and more"}',
        "Authorization: Bearer canary\r\nHost: h\r\n",
        '<a><ns:password type="x"><![CDATA[canary]]></ns:password></a>',
        '<login password="canary" n="1"/>',
        '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\ncanary\r\nary\r\n--b--',
        '--b\r\nContent-Disposition: form-data; name="token"\r\nContent-Type: text/plain\r\n\r\ncanary',
    ],
)
@pytest.mark.parametrize(
    "content_type", ["application/json", "application/x-www-form-urlencoded", "text/plain", ""]
)
def test_a_broken_cut_or_nested_body_shows_no_secret(body: str, content_type: str) -> None:
    redacted = Redactor().body(body.encode(), content_type)
    assert b"cana" not in redacted
    assert b"ary" not in redacted
    assert b"771777" not in redacted
    assert MARKER.encode() in redacted


@pytest.mark.parametrize(
    "key",
    [
        '"token":',
        '"token" :',
        '"token"\t:',
        '"token"\n  :',
        "'token':",
        "'token' :",
        '"t\\u006fken":',
        '\\"token\\":',
        '\\"token\\" :',
        '\\"token\\"\\n:',
        '\\"token\\"\\r\\t:',
        '\\\\\\"token\\\\\\":',
    ],
)
def test_a_secret_field_is_found_however_its_name_is_written(key: str) -> None:
    quote = key[: key.index("t")]
    body = f"[{quote}id{quote}: 1, {quote}note{quote}: 2, {key}{quote}{CANARY}{quote}, {quote}x{quote}: 3]"
    assert "canary" not in Redactor().body(body.encode(), "application/json").decode()


def test_json_that_could_be_read_still_can_be() -> None:
    body = {"password": 5, "secret": [1, {"token": "x"}], "x": json.dumps({"token": 7, "n": 'q"'}), "n": "ä€"}
    read = json.loads(Redactor().body(json.dumps(body).encode(), "application/json"))
    assert read["password"] == MARKER
    assert read["secret"] == [MARKER, {"token": MARKER}]
    assert json.loads(read["x"]) == {"token": MARKER, "n": 'q"'}
    assert read["n"] == "ä€"


def test_bytes_of_utf_16_are_redacted_by_name_and_can_be_read_afterwards() -> None:
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        redacted = Redactor().body('{"password": "canary", "pin": 5}'.encode(encoding), "application/json")
        assert redacted.decode(encoding) == '{"password": "***", "pin": 5}'


LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8))
KEYS = st.one_of(st.text(max_size=6), st.sampled_from(SECRET_FIELDS), st.sampled_from(OPEN_FIELDS))
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=10,
)


def _plant(document: Any, canary: str) -> Any:
    """Put the canary into every string below a secret field, at any depth."""
    if isinstance(document, dict):
        return {
            key: {"deep": [canary]}
            if key in SECRET_FIELDS and not isinstance(value, str)
            else canary
            if key in SECRET_FIELDS
            else _plant(value, canary)
            for key, value in document.items()
        }
    return [_plant(item, canary) for item in document] if isinstance(document, list) else document


@given(
    document=DOCUMENTS, ascii_only=st.booleans(), indent=st.sampled_from([None, 1]), cut=st.integers(0, 400)
)
def test_no_canary_under_a_secret_name_survives(
    document: Any, ascii_only: bool, indent: int | None, cut: int
) -> None:
    canary = "canAry\"\\ä'"
    planted = _plant(document, canary)
    text = json.dumps(planted, ensure_ascii=ascii_only, indent=indent)
    nested = json.dumps({"inner": text})
    for body in (text, text[:cut], nested, nested[:cut]):
        redacted = Redactor().body(body.encode("utf-8", "surrogatepass"), "application/json")
        assert b"canA" not in redacted
        assert "canA" not in Redactor().text(body)
    whole = Redactor().body(text.encode("utf-8", "surrogatepass"), "application/json")
    json.loads(whole)
    assert "canA" not in json.dumps(Redactor().json(planted))
