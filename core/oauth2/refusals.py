"""Say in an instruction what a provider refused; the codes are those of RFC 6749 and what builds on it."""

from collections.abc import Mapping
from typing import Final

from connectors.templates import TemplateError, holds

from ..errors import ConnectError, SignInNeededError, VendorError
from .answers import Answer
from .client import Client

_BUSY: Final = frozenset({"temporarily_unavailable", "server_error", "slow_down", "too_many_requests"})
_PERSON: Final = frozenset({"interaction_required", "login_required", "consent_required"})
_SETUP: Final[Mapping[str, tuple[str, str]]] = {
    "unauthorized_client": (
        "the provider does not let the client of {name} ask in this way",
        "allow the grant in the provider's settings of the client, or choose another way to sign in",
    ),
    "unsupported_grant_type": (
        "the provider does not know the grant that {name} uses",
        "choose another way to sign in; the connector names a grant that is not offered",
    ),
    "invalid_scope": (
        "the provider refuses the permissions that {name} asks for",
        "allow them in the provider's settings of the client, or ask for fewer",
    ),
    "invalid_target": (
        "the provider does not know the resource or audience that {name} asks for",
        "mend `audience` or `resource` of the connector's method",
    ),
    "redirect_uri_mismatch": (
        "the redirect address is not the one that the provider knows",
        "add the address that was shown to the provider's settings of the client",
    ),
    "invalid_dpop_proof": (
        "the provider refuses the proof that the token of {name} is ours (DPoP)",
        "check the clock of this machine",
    ),
}


def refusal(  # noqa: PLR0911 - one for each thing that can be wrong
    client: Client, answer: Answer, doing: str, *, renews: bool = False
) -> ConnectError:
    """Build the error for an answer that does not bring what was asked for.

    ``doing`` says what was tried, as in "the refresh of NAME". ``renews`` says that it was a refresh token
    that was sent, so that `invalid_grant` means that it is dead.
    """
    status, code = answer.response.status, answer.error
    if _is_dead(client, answer):
        return _dead(client, _said(answer))
    if code in _BUSY or status >= 500 or status in {408, 429}:
        return _busy(answer, doing)
    if answer.body is None:
        return _unreadable(answer, doing)
    if code == "invalid_grant" and renews:
        return _dead(client, _said(answer))
    if code == "invalid_client" or (status == 401 and code is None):
        return _wrong_client(client, answer)
    if code in _PERSON:
        return SignInNeededError(f"the provider wants a person for {doing}{_said(answer)}", sign_in(client))
    if code is not None and code in _SETUP:
        sentence, remedy = _SETUP[code]
        return _refused(sentence.format(name=client.name) + _said(answer), remedy, answer)
    if code == "invalid_grant":
        return _wrong_grant(client, answer, doing)
    what = f"the provider refused {doing}: {code or f'status {status}'}{_said(answer)}"
    return _refused(what, "look at the exchange in the operation log", answer)


def sign_in(client: Client) -> str:
    """Give the remedy that lets a person put things right."""
    verb = "sign-in" if client.method.is_attended else "edit"
    again = "sign in again" if client.method.is_attended else "give new credentials"
    return f"{again}: `connect-tui auth {verb} {client.name}`"


def _is_dead(client: Client, answer: Answer) -> bool:
    condition = client.method.refresh.dead_when
    if condition is None:
        return False
    response = answer.response
    headers = {name.lower(): value for name, value in response.headers}
    scope = {"response": {"status": response.status, "headers": headers, "body": answer.body}}
    try:
        return holds(condition, scope)
    except TemplateError:
        return False


def _dead(client: Client, said: str) -> SignInNeededError:
    return SignInNeededError(
        f"the provider no longer accepts the refresh token of {client.name} "
        f"(expired, revoked or used elsewhere){said}",
        sign_in(client),
    )


def _busy(answer: Answer, doing: str) -> VendorError:
    status = answer.response.status
    what = (
        f"the provider cannot do {doing} at the moment: {answer.error or f'status {status}'}{_said(answer)}"
    )
    is_limit = status == 429 or answer.error == "slow_down"
    return VendorError(
        what, "it is tried again by itself; what is kept stays as it is", retryable=True, status=status,
        error_class="limit" if is_limit else "vendor",
    )  # fmt: skip


def _unreadable(answer: Answer, doing: str) -> VendorError:
    response = answer.response
    what = (
        "a web page" if "html" in response.content_type else response.content_type or "something unreadable"
    )
    return VendorError(
        f"{doing} was answered with {what} (status {response.status}) where JSON was expected",
        "check the address of the token endpoint; a proxy or a maintenance page may have answered",
        status=response.status,
        retryable=True,
    )


def _wrong_client(client: Client, answer: Answer) -> SignInNeededError:
    method = client.method
    proof = {"private_key_jwt": "private key", "none": "", "tls": "certificate"}.get(
        method.client_auth, "client secret"
    )
    what = f"the client id and the {proof}" if proof else "the client id"
    return SignInNeededError(
        f"the provider does not accept {what} of {client.name}{_said(answer)}",
        f"compare them with the provider's settings, then `connect-tui auth edit {client.name}`",
        status=answer.response.status,
    )


def _wrong_grant(client: Client, answer: Answer, doing: str) -> ConnectError:
    status = answer.response.status
    if "password" in client.method.grants:
        return SignInNeededError(
            f"the provider does not accept the user name and password of {client.name}{_said(answer)}",
            f"`connect-tui auth edit {client.name}`",
            status=status,
        )
    if "jwt_bearer" in client.method.grants:
        return VendorError(
            f"the provider does not accept the signed assertion of {client.name}{_said(answer)}",
            "check the key, whom it is for, and the clock of this machine",
            error_class="auth",
            status=status,
        )
    return VendorError(
        f"the provider does not take the code for {doing} (expired, used before, or for another client)"
        f"{_said(answer)}",
        "start the sign-in once more",
        error_class="auth",
        status=status,
    )


def _refused(message: str, remedy: str, answer: Answer) -> VendorError:
    return VendorError(message, remedy, error_class="auth", status=answer.response.status)


def _said(answer: Answer) -> str:
    return f": {answer.description}" if answer.description else ""
