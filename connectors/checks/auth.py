"""Check the ways to sign in, and their tests."""

from collections.abc import Iterator

from ..explain import Finding
from ..format.auth import (
    ApiKeyAuth,
    AuthMethod,
    AwsSigV4Auth,
    BasicAuth,
    BearerAuth,
    DigestAuth,
    HmacAuth,
    JwtAuth,
    OAuth1Auth,
    OAuth2Auth,
)
from ..format.auth.kind import AuthTest
from ..format.connector import Connector
from ..templates.expression import read_expression
from ..templates.scanner import Piece, scan
from ..words import listed, nearest
from ..yaml12 import TreePath
from .certificate import check_certificate
from .inputs import check_inputs
from .json_schemas import find_mismatches
from .login import check_login
from .oauth1 import check_oauth1
from .oauth2 import check_oauth2
from .operations import check_request
from .signing import check_signing


def check_auth(definition: Connector) -> Iterator[Finding]:
    """Yield what does not fit in the auth section."""
    for name, method in definition.auth.items():
        path: TreePath = ("auth", name)
        yield from check_inputs(method.inputs, (*path, "inputs"))
        yield from _check_usual_templates(method, path)
        yield from check_certificate(method, path)
        yield from check_signing(method, path)
        yield from check_login(method, path)
        yield from check_oauth1(method, path)
        yield from check_oauth2(method, path)
        taken: set[str] = set()
        for number, test in enumerate(method.test):
            if test.name in taken:
                yield Finding(
                    (*path, "test", number, "name"), f"another test has the name '{test.name}' already"
                )
            taken.add(test.name)
            yield from _check_test(test, definition, (*path, "test", number))


def _check_usual_templates(method: AuthMethod, path: TreePath) -> Iterator[Finding]:
    """Find templates that were left at their usual text though the inputs were replaced."""
    keys = {one.key for one in method.inputs}
    for key, template, usual in _templates(method):
        missing = _auth_names(template) - keys if template == usual else set()
        if missing:
            yield Finding(
                path, f"`{key}` is '{usual}' unless said, but no input is called {listed(sorted(missing))}"
            )


def _templates(method: AuthMethod) -> Iterator[tuple[str, str, str]]:  # noqa: C901 - a case for each kind
    match method:
        case ApiKeyAuth():
            for placement in method.apply:
                yield "format", placement.format, "{{ auth.api_key }}"
        case BearerAuth():
            yield "format", method.format, "Bearer {{ auth.token }}"
        case BasicAuth() | DigestAuth():
            yield "username", method.username, "{{ auth.username }}"
            yield "password", method.password, "{{ auth.password }}"
        case AwsSigV4Auth():
            yield "access_key_id", method.access_key_id, "{{ auth.access_key_id }}"
            yield "secret_access_key", method.secret_access_key, "{{ auth.secret_access_key }}"
            if method.assume_role is not None:
                yield "assume_role.role_arn", method.assume_role.role_arn, "{{ auth.role_arn }}"
        case HmacAuth() if method.keyed:
            yield "key", method.key, "{{ auth.key }}"
        case JwtAuth():
            yield "key", method.key, "{{ auth.key }}"
        case OAuth1Auth():
            yield from _oauth1_templates(method)
        case OAuth2Auth():
            yield from _oauth2_templates(method)
        case _:
            pass


def _oauth1_templates(method: OAuth1Auth) -> Iterator[tuple[str, str, str]]:
    """Give those that the signature uses."""
    yield "consumer_key", method.consumer_key, "{{ auth.consumer_key }}"
    if method.signature.startswith("RSA"):
        yield "private_key", method.private_key, "{{ auth.private_key }}"
    else:
        yield "consumer_secret", method.consumer_secret, "{{ auth.consumer_secret }}"
    if method.asks_for_token and method.token is not None:
        yield "token", method.token, "{{ auth.token }}"
        if not method.signature.startswith("RSA"):
            yield "token_secret", method.token_secret, "{{ auth.token_secret }}"


def _oauth2_templates(method: OAuth2Auth) -> Iterator[tuple[str, str, str]]:
    """Give those that the client's proof and the grants use."""
    if "jwt_bearer" not in method.grants or method.client_auth != "none":
        yield "client_id", method.client_id, "{{ auth.client_id }}"
    if method.client_auth in {"basic", "post", "client_secret_jwt"}:
        yield "client_secret", method.client_secret, "{{ auth.client_secret }}"
    if method.client_auth == "private_key_jwt" and method.client_assertion.key_file is None:
        yield "client_assertion.key", method.client_assertion.key, "{{ auth.private_key }}"
    if "jwt_bearer" in method.grants and method.assertion.key_file is None:
        yield "assertion.key", method.assertion.key, "{{ auth.private_key }}"
    if "password" in method.grants:
        yield "username", method.username, "{{ auth.username }}"
        yield "password", method.password, "{{ auth.password }}"
    if set(method.grants) == {"refresh_token"}:
        yield "refresh_token", method.refresh_token, "{{ auth.first_refresh_token }}"


def _auth_names(template: str) -> set[str]:
    pieces = [piece for piece in scan(template) if isinstance(piece, Piece)]
    mentions = {path for piece in pieces for path in read_expression(piece.expression).mentions}
    return {path[1] for path in mentions if path[:1] == ("auth",) and len(path) > 1}


def _check_test(test: AuthTest, definition: Connector, path: TreePath) -> Iterator[Finding]:
    if (test.request is None) == (test.operation is None):
        yield Finding(path, "a test has either `request` or `operation`")
        return
    if test.request is not None:
        yield from check_request(test.request, (*path, "request"))
        return
    name = str(test.operation)
    operation = definition.operations.get(name)
    if operation is None:
        yield Finding(
            (*path, "operation"), f"there is no operation '{name}'{nearest(name, definition.operations)}"
        )
    elif operation.danger != "none":
        yield Finding((*path, "operation"), f"a test must not change anything, and '{name}' does")
    elif operation.module is not None:
        yield Finding((*path, "operation"), f"a test asks the connector's own address, and '{name}' another")
    else:
        yield from find_mismatches(operation.input, test.input, (*path, "input"))
