"""Say in an instruction what a provider refused; the codes are those of RFC 6749 and what builds on it."""

import re
from collections.abc import Iterable
from typing import Final

from connectors.templates import TemplateError, holds

from ..errors import ConnectError, SignInNeededError, VendorError
from ..request import Response
from .answers import Answer
from .client import Client
from .meanings import Meaning, meaning_of

_LOG: Final = "connect-tui operation list --filter kind:auth"
_LIMITS: Final = frozenset({"slow_down", "too_many_requests", "ratelimited"})
# What only the vendor's support can read.
_TRACE: Final = re.compile(r"\s*\bTrace ID:.*", re.DOTALL)


def refusal(  # noqa: PLR0911 - one for each thing that can be wrong
    client: Client, answer: Answer, doing: str, *, renews: bool = False, verb: str | None = None
) -> ConnectError:
    """Build the error for an answer that does not bring what was asked for.

    ``doing`` says what was tried, as in "the refresh of NAME". ``renews`` says that it was a refresh token
    that was sent, so that `invalid_grant` means that it is dead. ``verb`` names the command of what asks for
    no tokens.
    """
    again = retry(client, "refresh" if renews else verb)
    status, code = answer.response.status, answer.error
    if answer.body is None and status < 300 and not _is_page(answer.response):
        # One of its words may be a token, and the answer is about to be recorded.
        client.keep_whole_secret(answer.response)
    if verb is None and _is_dead(client, answer):
        return _dead(client, _said(answer))
    if status >= 500 or status in {408, 429}:
        return _busy(answer, doing, again)
    if answer.body is None:
        return _unreadable(answer, doing, again)
    meaning = meaning_of(answer)
    if meaning is not None and (renews or code != "invalid_grant" or meaning.helps != "sign_in"):
        return _meant(client, answer, meaning, doing, renews=renews, again=again)
    if code == "invalid_grant" and verb is None:
        return _dead(client, _said(answer)) if renews else _wrong_grant(client, answer, doing)
    if code == "invalid_client":
        return _wrong_client(client, answer, again)
    if status == 401 and code is None:
        return _unexplained(answer, doing, again)
    what = f"the provider refused {doing}: {code or f'status {status}'}{_said(answer)}"
    return _refused(what, f"see what it answered: `{_LOG}`; then {again}", answer)


def refused_registration(client: Client, answer: Answer, redirect_uris: Iterable[str]) -> ConnectError:
    """Build the error for a client that was not registered (RFC 7591, section 3.2.2)."""
    status, said = answer.response.status, _said(answer)
    by_hand = "register one on its own pages, then `connect-tui app add … --client-id …`"
    match answer.error:
        case "invalid_redirect_uri":
            what = f"the provider does not take the redirect address {', '.join(redirect_uris)}"
            remedy = (
                "give another: `connect-tui app register … --redirect URI`; many want https, or 127.0.0.1"
            )
        case "invalid_client_metadata":
            what = f"the provider does not take what it is told of the client {client.name}"
            remedy = "say it otherwise: `connect-tui app register … --metadata K=V`, or K:=JSON"
        case "invalid_software_statement" | "unapproved_software_statement":
            what = f"the provider does not take the software statement of the client {client.name}"
            remedy = "give one that it approved: `connect-tui app register … --metadata software_statement=…`"
        case _ if status in {401, 403}:
            what = f"the provider does not register {client.name} for everybody"
            remedy = (
                "whoever runs it gives a token for that: `connect-tui app register … --secret "
                f"initial_access_token=env:NAME`; or {by_hand}"
            )
        case _ if status in {404, 405, 501}:
            what, remedy = f"the provider registers no clients (status {status})", by_hand
        case _:
            return refusal(client, answer, f"the registration of the client {client.name}")
    return VendorError(what + said, remedy, error_class="config", status=status)


def sign_in(client: Client) -> str:
    """Give the remedy that lets a person put things right."""
    verb = "sign-in" if client.method.is_attended else "edit"
    again = "sign in again" if client.method.is_attended else "give new credentials"
    return f"{again}: `connect-tui auth {verb} {client.name}`"


def retry(client: Client, verb: str | None = None) -> str:
    """Give the command that tries once more when something else was mended."""
    verb = verb or ("sign-in" if client.method.is_attended else "refresh")
    return f"`connect-tui auth {verb} {client.name}`"


def _meant(
    client: Client, answer: Answer, meaning: Meaning, doing: str, *, renews: bool, again: str
) -> ConnectError:
    helps, status = meaning.helps, answer.response.status
    if helps == "waiting":
        return _busy(answer, doing, again)
    facts = {
        "name": client.name,
        "doing": doing,
        "token": "refresh token" if renews else "token",
        "retry": sign_in(client) if helps == "sign_in" else again,
    }
    sentence, remedy = meaning.sentence.format(**facts) + _said(answer), meaning.remedy.format(**facts)
    if helps == "client":
        remedy += f"; {again} tries at once"
    if helps != "sign_in":
        return _refused(sentence, remedy, answer)
    return SignInNeededError(sentence, remedy, status=status)


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


def _busy(answer: Answer, doing: str, again: str) -> VendorError:
    status = answer.response.status
    what = (
        f"the provider cannot do {doing} at the moment: {answer.error or f'status {status}'}{_said(answer)}"
    )
    is_limit = status == 429 or answer.error in _LIMITS
    return VendorError(
        what, f"what is kept stays as it is; {again} tries again", retryable=True, status=status,
        error_class="limit" if is_limit else "vendor",
    )  # fmt: skip


def _is_page(response: Response) -> bool:
    """Tell whether it is a page for people, as those who look after a provider show one."""
    return response.body.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html"))


def _unreadable(answer: Answer, doing: str, again: str) -> VendorError:
    response = answer.response
    if "json" in response.content_type:
        what = f"JSON that is broken or no object (status {response.status})"
    else:
        is_page = "html" in response.content_type
        kind = "a web page" if is_page else response.content_type or "something unreadable"
        what = f"{kind} (status {response.status}) where JSON was expected"
    return VendorError(
        f"{doing} was answered with {what}",
        "check the address that was asked; a proxy or a maintenance page may have answered; then " + again,
        status=response.status,
        retryable=True,
    )


def _unexplained(answer: Answer, doing: str, again: str) -> VendorError:
    return VendorError(
        f"{doing} was refused without a reason (status {answer.response.status}){_said(answer)}; "
        "a gateway may have answered for the provider",
        "what is kept stays as it is and is tried again; where it goes on, compare the client id and its "
        f"secret with the provider's settings, then {again}",
        retryable=True,
        status=answer.response.status,
    )


def _wrong_client(client: Client, answer: Answer, again: str) -> VendorError:
    method = client.method
    proof = {"private_key_jwt": "private key", "none": "", "tls": "certificate"}.get(
        method.client_auth, "client secret"
    )
    what = f"the client id and the {proof}" if proof else "the client id"
    return _refused(
        f"the provider does not accept {what} of {client.name}{_said(answer)}",
        f"compare them with the provider's settings, then `connect-tui auth edit {client.name}`; "
        f"{again} tries at once",
        answer,
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
            f"check the key, whom it is for, and the clock of this machine, then {retry(client)}",
            error_class="auth",
            status=status,
        )
    return VendorError(
        f"the provider does not take the code for {doing} (expired, used before, or for another client)"
        f"{_said(answer)}",
        f"start the sign-in once more: {retry(client)}",
        error_class="auth",
        status=status,
    )


def _refused(message: str, remedy: str, answer: Answer) -> VendorError:
    return VendorError(message, remedy, error_class="auth", status=answer.response.status)


def _said(answer: Answer) -> str:
    said = _TRACE.sub("", answer.description)
    return f": {said}" if said else ""
