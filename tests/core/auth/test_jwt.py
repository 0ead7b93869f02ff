"""Tokens that are signed here: the vectors of RFC 7515 and RFC 8037, and every algorithm checked by joserfc."""

import json
from base64 import urlsafe_b64decode

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc import jwt as jose
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from connectors import JwtAuth
from core.auth.encoded import decoded, encoded
from core.auth.jws import read_key, sign
from core.auth.jwt import authorize, obtain, signed_token
from core.bodies.upload import ChosenFile, upload_file
from core.errors import ConfigError, InputError
from core.request import Request

# The claims of RFC 7515, appendix A.
PAYLOAD = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
OCT = {
    "kty": "oct",
    "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
}
RSA = {
    "kty": "RSA",
    "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL"
    "-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e"
    "-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9"
    "_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    "e": "AQAB",
    "d": "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe4"
    "6sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanr"
    "C4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneu"
    "fuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ",
}
EC = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
}
ED = {
    "kty": "OKP",
    "crv": "Ed25519",
    "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}
RS256 = (
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdb"
    "F9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383"
    "LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWy"
    "wlVmtVrBp0igcN_IoypGlUPQGe77Rw"
)
ASKED = Request(
    "POST", "https://api.example.com/v2/orders?a=b", (("Content-Type", "application/json"),), b"{}"
)
NONCE = bytes.fromhex("00112233445566778899aabbccddeeff")
NOW = 1_700_000_000.7


@pytest.mark.parametrize(
    ("algorithm", "key", "text", "signature"),
    [
        ("HS256", OCT, f"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{PAYLOAD}", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        ("RS256", RSA, f"eyJhbGciOiJSUzI1NiJ9.{PAYLOAD}", RS256),
        (
            "EdDSA",
            ED,
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
        ),
    ],
)  # fmt: skip
def test_the_vectors_of_the_rfcs_are_signed_letter_by_letter(
    algorithm: str, key: dict[str, str], text: str, signature: str
) -> None:
    found = sign(text.encode(), read_key(json.dumps(key), "jwk", algorithm), algorithm)
    assert encoded(found, "base64url") == signature


def test_the_key_of_appendix_a_3_signs_what_others_accept() -> None:
    token = signed_token({"alg": "ES256"}, {"iss": "joe"}, read_key(json.dumps(EC), "jwk", "ES256"), "ES256")
    assert jose.decode(token, ECKey.import_key(EC), ["ES256"]).claims == {"iss": "joe"}


def pem_of(key) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


RSA_KEY = rsa.generate_private_key(65537, 2048)
KEYS = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), RSA_KEY),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "ES512": ec.generate_private_key(ec.SECP521R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}


def theirs(algorithm: str, pem: str):
    kinds = {"RS": RSAKey, "PS": RSAKey, "ES": ECKey, "Ed": OKPKey}
    return kinds[algorithm[:2]].import_key(pem)


def method(**said) -> JwtAuth:
    return JwtAuth.model_validate_json(json.dumps({"kind": "jwt", **said}))


def token_of(kind: JwtAuth, values, request: Request = ASKED) -> str:
    signed = next(authorize(kind, request, values, now=lambda: NOW, random=lambda _: NONCE))
    scheme, _, token = str(signed.header("authorization")).partition(" ")
    assert scheme == "Bearer"
    return token


@pytest.mark.parametrize("algorithm", KEYS)
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_every_algorithm_with_a_key_pair_is_accepted_by_others(unsealed, algorithm: str) -> None:
    pem = pem_of(KEYS[algorithm])
    token = token_of(method(algorithm=algorithm, header={"kid": "k1"}), unsealed(("key",), key=pem))
    found = jose.decode(token, theirs(algorithm, pem), [algorithm])
    assert found.header == {"alg": algorithm, "typ": "JWT", "kid": "k1"}
    assert found.claims == {"iat": 1_700_000_000, "exp": 1_700_000_300}


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
@pytest.mark.parametrize("written", ["text", "base64", "hex"])
def test_a_shared_secret_may_be_written_in_three_ways(unsealed, algorithm: str, written: str) -> None:
    secret = b"a secret that is long enough for everybody"
    given = secret.decode() if written == "text" else encoded(secret, written)
    token = token_of(method(algorithm=algorithm, key_format=written), unsealed(("key",), key=given))
    assert jose.decode(token, OctKey.import_key(secret), [algorithm]).claims["iat"] == 1_700_000_000


def test_claims_and_header_are_templates_and_null_leaves_one_out(unsealed) -> None:
    values = unsealed(("key",), key="x" * 32, issuer="me", kid="k")
    kind = method(
        algorithm="HS256",
        lifetime=60,
        header={"kid": "{{ auth.kid }}", "typ": None},
        claims={
            "iss": "{{ auth.issuer }}",
            "iat": None,
            "nbf": "{{ signing.unix }}",
            "exp": "{{ signing.expires }}",
            "jti": "{{ signing.nonce }}",
            "uri": "{{ signing.method }} {{ signing.host }}{{ signing.path }}",
            "hash": {"alg": "SHA-256", "hash": "{{ signing.body_sha256 }}"},
            "aud": ["https://api.example.com"],
        },
    )
    head, body, _ = token_of(kind, values).split(".")
    assert json.loads(decoded(head, "base64")) == {"alg": "HS256", "kid": "k"}
    assert json.loads(decoded(body, "base64")) == {
        "exp": 1_700_000_060,
        "iss": "me",
        "nbf": 1_700_000_000,
        "jti": "00112233-4455-4677-8899-aabbccddeeff",
        "uri": "POST api.example.com/v2/orders",
        "hash": {
            "alg": "SHA-256",
            "hash": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        },
        "aud": ["https://api.example.com"],
    }


def test_the_token_goes_where_the_method_says(unsealed) -> None:
    place = {"in": "query", "name": "jwt", "format": "{{ signing.token }}"}
    header = {"in": "header", "name": "X-Token", "format": "JWT {{ signing.token }}"}
    kind = method(algorithm="HS256", apply=[place, header])
    values = unsealed(("key",), key="x" * 32)
    first = next(authorize(kind, ASKED, values))
    again = next(authorize(kind, first, values))
    assert again.url.count("jwt=") == 1
    assert str(first.header("x-token")).startswith("JWT ey")
    assert first.header("authorization") is None


@pytest.mark.parametrize(
    ("algorithm", "written", "key", "words"),
    [
        ("RS256", "pem", "no key at all", "cannot be read as pem"),
        ("RS256", "jwk", '{"kty": "RSA"}', "cannot be read as jwk"),
        ("RS256", "jwk", "[]", "cannot be read as jwk"),
        ("HS256", "base64", "!!!", "cannot be read as base64"),
        ("HS256", "hex", "xyz", "cannot be read as hex"),
        ("HS256", "text", "", "is empty"),
        ("ES256", "pem", pem_of(KEYS["ES384"]), "is none for ES256, which needs a private key on the curve secp256r1"),
        ("RS256", "pem", pem_of(KEYS["EdDSA"]), "needs a private key of RSA"),
        ("EdDSA", "jwk", json.dumps(EC), "Ed25519"),
        ("HS256", "jwk", json.dumps(RSA), "a secret that is not empty"),
        ("RS256", "jwk", json.dumps({key: RSA[key] for key in ("kty", "n", "e")}), "RSA"),
    ],
)  # fmt: skip
def test_a_key_that_cannot_sign_is_named_without_its_content(
    unsealed, algorithm: str, written: str, key: str, words: str
) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        token_of(method(algorithm=algorithm, key_format=written), unsealed(("key",), key=key))
    assert caught.value.failure.error_class == "auth"
    assert key[:12] not in str(caught.value) or key in {"", "[]"}


def test_an_encrypted_key_needs_its_passphrase(unsealed) -> None:
    encryption = serialization.BestAvailableEncryption(b"open sesame")
    pem = RSA_KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    ).decode()
    kind = method(algorithm="RS256", passphrase="{{ auth.passphrase }}")
    assert token_of(kind, unsealed(("key",), key=pem, passphrase="open sesame"))
    with pytest.raises(ConfigError, match="does not open with this passphrase"):
        token_of(kind, unsealed(("key",), key=pem, passphrase="wrong"))
    with pytest.raises(ConfigError, match="is encrypted"):
        token_of(kind, unsealed(("key",), key=pem))


def test_line_breaks_of_a_pem_may_be_escaped_as_in_json(unsealed) -> None:
    pem = pem_of(RSA_KEY).replace("\n", "\\n")
    assert token_of(method(algorithm="RS256"), unsealed(("key",), key=pem))


def test_a_claim_about_a_file_is_refused(unsealed, tmp_path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"1")
    upload = Request("PUT", "https://api.example.com/", upload=upload_file(ChosenFile(path)))
    values = unsealed(("key",), key="x" * 32)
    assert token_of(method(algorithm="HS256"), values, upload)
    with pytest.raises(InputError, match="covers the body"):
        token_of(method(algorithm="HS256", claims={"h": "{{ signing.body_sha256 }}"}), values, upload)


def test_a_token_that_is_reused_is_made_once_and_kept_with_its_end(unsealed) -> None:
    kind = method(algorithm="HS256", reuse=True, lifetime=1200)
    values = unsealed(("key",), key="x" * 32)
    flow = obtain(kind, values, now=lambda: NOW, random=lambda _: NONCE)
    with pytest.raises(StopIteration) as ended:
        next(flow)
    tokens = ended.value.value
    assert (tokens.obtained_us, tokens.expires_us) == (1_700_000_000_700_000, 1_700_001_200_000_000)
    values.learn(tokens)
    later = next(authorize(kind, ASKED, values, now=lambda: NOW + 900))
    assert later.header("authorization") == f"Bearer {tokens.values['signed_token']}"
    claims = json.loads(urlsafe_b64decode(tokens.values["signed_token"].split(".")[1] + "=="))
    assert claims["exp"] * 1_000_000 == tokens.expires_us


def test_neither_token_nor_key_is_shown(unsealed) -> None:
    values = unsealed(("key",), key=pem_of(RSA_KEY))
    token = token_of(method(algorithm="RS256"), values)
    assert token.split(".")[2] not in values.redactor.text(f"token {token}")
