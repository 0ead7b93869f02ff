"""The keys of a role: what is asked of STS, what comes of its answer, and what signs afterwards."""

from urllib.parse import parse_qs

import pytest

from connectors import AssumeRole, AwsSigV4Auth
from core.auth.assume_role import obtain, sts_url
from core.auth.aws_sigv4 import authorize
from core.errors import ConfigError, VendorError
from core.obtain import is_refused
from core.redact import Redactor
from core.request import Request, Response
from core.tokens import TokenSet
from core.unseal import Unsealed

ROLE = AssumeRole(external_id="{{ auth.external_id }}", duration=900)
METHOD = AwsSigV4Auth(kind="aws_sigv4", service="s3", region="{{ var.region }}", assume_role=ROLE)
KEYS = {
    "role_access_key_id": "ASIAROLE",
    "role_secret_access_key": "role-secret",
    "role_session_token": "role-token",
}
ANSWER = b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/r/connect-tui</Arn></AssumedRoleUser><Credentials>
<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken>
<Expiration>2026-11-22T13:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""


def unsealed(**auth: str) -> Unsealed:
    given = {
        "access_key_id": "AKIDOWN",
        "secret_access_key": "own-secret",
        "role_arn": "arn:aws:iam::1:role/r",
    }
    return Unsealed({"auth": {**given, **auth}, "var": {"region": "eu-west-3"}}, set(), Redactor())


def asked(known: Unsealed) -> Request:
    return next(obtain(METHOD, ROLE, known, now=lambda: 1_795_000_000.0))


def told(known: Unsealed, status: int, body: bytes) -> TokenSet:
    flow = obtain(METHOD, ROLE, known, now=lambda: 1_795_000_000.0)
    next(flow)
    with pytest.raises(StopIteration) as ended:
        flow.send(Response(status, (), body, "https://h.example/", 1, len(body)))
    tokens: TokenSet = ended.value.value
    return tokens


def test_the_regional_sts_is_asked_with_a_signed_form() -> None:
    request = asked(unsealed(external_id="x1"))
    assert (request.method, request.url) == ("POST", "https://sts.eu-west-3.amazonaws.com/")
    assert "Credential=AKIDOWN/20261118/eu-west-3/sts/aws4_request" in (request.header("authorization") or "")
    assert {name: value for name, (value,) in parse_qs((request.body or b"").decode()).items()} == {
        "Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": "arn:aws:iam::1:role/r",
        "RoleSessionName": "connect-tui", "DurationSeconds": "900", "ExternalId": "x1",
    }  # fmt: skip


def test_an_external_id_is_left_out_where_there_is_none() -> None:
    assert b"ExternalId" not in (asked(unsealed()).body or b"")


def test_the_keys_their_end_and_the_role_are_read() -> None:
    known = unsealed()
    tokens = told(known, 200, ANSWER)
    assert tokens.values == KEYS
    assert (tokens.expires_us, tokens.captured) == (
        1_795_352_400_000_000,
        {"assumed_role": "arn:aws:sts::1:assumed-role/r/connect-tui"},
    )
    shown = known.redactor.text("role-secret and role-token")
    assert "role-secret" not in shown
    assert "role-token" not in shown


def test_the_keys_of_the_role_sign_and_a_persons_own_fetch_the_next_ones() -> None:
    known = unsealed()
    known.learn(told(known, 200, ANSWER))
    signed = next(authorize(METHOD, Request("GET", "https://b.example/k"), known))
    assert "Credential=ASIAROLE/" in (signed.header("authorization") or "")
    assert signed.header("x-amz-security-token") == "role-token"
    assert "Credential=AKIDOWN/" in (asked(known).header("authorization") or "")


@pytest.mark.parametrize(
    ("status", "body", "sentence", "error_class"),
    [
        (403, b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>", "AccessDenied: no", "permission"),
        (403, b"<E><Error><Code>InvalidClientTokenId</Code></Error></E>", "InvalidClientTokenId", "auth"),
        (403, b"<html>", "with 403", "auth"),
        (503, b"", "with 503", "vendor"),
        (200, b"<a/>", "holds no keys", "vendor"),
        (200, ANSWER.replace(b"2026-11-22T13", b"soon"), "holds no keys", "vendor"),
    ],
)  # fmt: skip
def test_a_refusal_says_why(status: int, body: bytes, sentence: str, error_class: str) -> None:
    with pytest.raises(VendorError, match=sentence) as refused:
        told(unsealed(), status, body)
    assert refused.value.failure.error_class == error_class


def test_a_role_that_nobody_named_is_an_error() -> None:
    with pytest.raises(ConfigError, match="role arn"):
        asked(unsealed(role_arn=" "))


@pytest.mark.parametrize(
    ("status", "headers", "body", "over"),
    [
        (400, (), b'{"__type":"com.amazon.coral.service#ExpiredTokenException"}', True),
        (403, (), b"<Error><Code>ExpiredToken</Code></Error>", True),
        (403, (("x-amzn-ErrorType", "ExpiredTokenException"),), b"", True),
        (403, (), b"<Error><Code>AccessDenied</Code></Error>", False),
        (200, (), b"ExpiredToken", False),
    ],
)
def test_keys_that_ended_are_told_from_other_refusals(
    status: int, headers: tuple[tuple[str, str], ...], body: bytes, over: bool
) -> None:
    assert is_refused(METHOD, Response(status, headers, body, "https://h.example/", 1, len(body))) is over


def test_without_a_role_sts_is_not_asked() -> None:
    assert sts_url(METHOD.model_copy(update={"assume_role": None})) is None
