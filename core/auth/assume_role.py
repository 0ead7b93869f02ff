"""The short-lived keys of a role, from AWS STS (AssumeRole, API version 2011-06-15)."""

import time
from collections.abc import Callable, Generator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from connectors import AssumeRole, AwsSigV4Auth

from ..bodies.problem import BodyProblem
from ..bodies.xml_body import read_xml
from ..errors import ConfigError, ErrorClass, VendorError
from ..request import Request, Response
from ..tokens import TokenSet
from ..unseal import Unsealed
from .aws_sigv4 import ROLE_PREFIX, authorize, needed, optional

_NAMES = {
    "AccessKeyId": "access_key_id",
    "SecretAccessKey": "secret_access_key",
    "SessionToken": "session_token",
}
_REMEDIES: Mapping[str, tuple[ErrorClass, str]] = {
    "AccessDenied": (
        "permission",
        "the role's trust policy must name the owner of this key, and the key must be allowed sts:AssumeRole",
    ),
    "ExpiredToken": ("auth", "the session token has ended: give the authentication new keys"),
    "InvalidClientTokenId": ("auth", "AWS does not know the access key: give the authentication another one"),
    "SignatureDoesNotMatch": ("auth", "check the secret access key, and the clock of this machine"),
    "ValidationError": ("config", "check the role's ARN, and the duration that it allows"),
}


def sts_url(method: AwsSigV4Auth) -> str | None:
    """Give where STS answers, as a template; None where no role is taken on."""
    if method.assume_role is None:
        return None
    return method.assume_role.url or f"https://sts.{method.region}.amazonaws.com/"


def obtain(
    method: AwsSigV4Auth, role: AssumeRole, unsealed: Unsealed, *, now: Callable[[], float] = time.time
) -> Generator[Request, Response, TokenSet]:
    """Take on the role of the method, and give its keys.

    Raises:
        ConfigError: nothing says which role, or how to sign.
        VendorError: STS refuses, or its answer holds no keys.
    """
    signing = method.model_copy(update={"service": "sts", "assume_role": None, "place": "header"})
    response = yield from _called(authorize(signing, _request(method, role, unsealed), unsealed, now=now))
    document = _read(response)
    if not 200 <= response.status < 300:
        raise _refusal(document, response.status)
    try:
        result = document["AssumeRoleResponse"]["AssumeRoleResult"]
        found = result["Credentials"]
        values = {f"{ROLE_PREFIX}{ours}": str(found[theirs]) for theirs, ours in _NAMES.items()}
        for value in values.values():
            unsealed.redactor.add(value)
        expires = datetime.fromisoformat(found["Expiration"])
    except (KeyError, TypeError, ValueError):
        raise VendorError(
            "the answer of STS holds no keys", "check the address of STS", status=response.status
        ) from None
    return TokenSet(
        values=values,
        obtained_us=int(now() * 1_000_000),
        expires_us=int(expires.timestamp() * 1_000_000),
        captured=_captured(result),
    )


def is_over(response: Response) -> bool:
    """Tell whether AWS says that temporary keys have ended; in XML, in JSON, or in a header alone."""
    if response.status not in {400, 401, 403}:
        return False
    said = response.body[:4096] + (response.header("x-amzn-errortype") or "").encode("latin-1")
    return b"ExpiredToken" in said


def _called(flow: Generator[Request, Response, None]) -> Generator[Request, Response, Response]:
    """Make a call as a flow wants it, and give its last answer."""
    request = next(flow)
    while True:
        response = yield request
        try:
            request = flow.send(response)
        except StopIteration:
            return response


def _request(method: AwsSigV4Auth, role: AssumeRole, unsealed: Unsealed) -> Request:
    fields = {
        "Action": "AssumeRole",
        "Version": "2011-06-15",
        "RoleArn": needed(role.role_arn, "role_arn", unsealed),
        "RoleSessionName": needed(role.session_name, "session_name", unsealed),
        "DurationSeconds": str(role.duration),
    }
    if external_id := optional(role.external_id, unsealed):
        fields["ExternalId"] = external_id
    url = optional(sts_url(method), unsealed)
    if url is None:
        raise ConfigError("nothing says where STS answers", "`url` of assume_role gives nothing")
    headers = (
        ("User-Agent", "connect-tui"),
        ("Accept", "application/xml, text/xml"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    )
    return Request("POST", url, headers, urlencode(fields).encode())


def _read(response: Response) -> dict[str, Any]:
    try:
        return read_xml(response.body)
    except BodyProblem:
        return {}


def _refusal(document: Mapping[str, Any], status: int) -> VendorError:
    error = _error_in(document)
    code, said = str(error.get("Code") or ""), str(error.get("Message") or "")
    usual: tuple[ErrorClass, str] = (
        "auth" if status < 500 else "vendor",
        "test the connection; then check the keys",
    )
    error_class, remedy = _REMEDIES.get(code, usual)
    words = f": {code}: {said}" if code else f" with {status}"
    return VendorError(
        f"AWS does not hand out the role's keys{words}",
        remedy,
        error_class=error_class,
        status=status,
        retryable=status >= 500 or code == "Throttling",
    )


def _error_in(value: Any) -> Mapping[str, Any]:
    """Find the error of an answer; services, proxies and gateways wrap it in different elements."""
    if not isinstance(value, Mapping) or "Code" in value:
        return value if isinstance(value, Mapping) else {}
    return next((found for item in value.values() if (found := _error_in(item))), {})


def _captured(result: Mapping[str, Any]) -> dict[str, Any]:
    user = result.get("AssumedRoleUser")
    return {"assumed_role": user["Arn"]} if isinstance(user, Mapping) and user.get("Arn") else {}
