"""Get a token with a person's help: temporary credentials, their page, and the token for what came back."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from ..auth.oauth1 import Token, signed_request
from ..expiry import ends_in
from ..oauth2.capturing import capture
from ..prepare import USER_AGENT, add_query
from ..request import Request, Response
from ..tokens import TokenSet
from .answers import Answer, read_answer
from .consumer import Consumer
from .refusals import no_token, refusal, unchecked

T = TypeVar("T")
# A flow without I/O: it yields requests, receives each answer, and gives what it is for.
Asking = Generator[Request, Response, T]

OUT_OF_BAND: Final = "oob"


@dataclass(frozen=True, slots=True)
class Temporary:
    """Temporary credentials (section 2.1), and the page where a person allows them."""

    page: str = field(repr=False)
    value: str
    secret: str = field(repr=False)


def start(consumer: Consumer, redirect_uri: str) -> Asking[Temporary]:
    """Ask for temporary credentials; ``redirect_uri`` is where the browser is sent, or `oob`.

    Raises:
        ConnectError: the provider gives none; says why, and what helps.
    """
    page = consumer.address("authorize_url")
    added = [("oauth_callback", redirect_uri), *consumer.pairs(consumer.method.params.request_token)]
    answer = yield from _ask(consumer, "request_token_url", None, added)
    doing = f"the start of the sign-in of {consumer.name}"
    token = _token(consumer, answer, doing)
    if str(answer.fields.get("oauth_callback_confirmed", "")).lower() != "true":
        raise unchecked(consumer.name, answer)
    pairs = [("oauth_token", token.value), *consumer.pairs(consumer.method.params.authorize)]
    return Temporary(add_query(page, pairs), token.value, token.secret)


def exchange_verifier(
    consumer: Consumer, temporary: Temporary, verifier: str, parameters: Mapping[str, str] | None = None
) -> Asking[TokenSet]:
    """Give the token for a verifier; ``parameters`` are all that came back, unless it was typed alone.

    Raises:
        ConnectError: the provider gives none; says why, and what helps.
    """
    consumer.keep_secret(temporary.secret, verifier)
    added = [("oauth_verifier", verifier), *consumer.pairs(consumer.method.params.access_token)]
    held = Token(temporary.value, temporary.secret)
    answer = yield from _ask(consumer, "access_token_url", held, added)
    token = _token(consumer, answer, f"the sign-in of {consumer.name}")
    consumer.keep_secret(token.value)
    secret, plain = capture(consumer.method.captured, {"token": answer.fields, "callback": parameters})
    consumer.keep_secret(*secret.values())
    now = consumer.now()
    seconds = answer.fields.get("oauth_expires_in")
    return TokenSet(
        values={**secret, "token": token.value, "token_secret": token.secret},
        obtained_us=int(now * 1e6),
        # Some write 0 for "never".
        expires_us=ends_in(seconds, now) if seconds not in (None, "", "0", 0) else None,
        captured=plain,
    )


def obtain(name: str, held: TokenSet | None) -> Asking[TokenSet]:
    """Say that only a person brings a token, to whoever needs one without a person.

    Raises:
        SignInNeededError: always.
    """
    raise no_token(name, had_one=held is not None)
    yield  # what is obtained for other kinds is a generator


def _ask(
    consumer: Consumer, address: str, token: Token | None, added: list[tuple[str, str]]
) -> Asking[Answer]:
    headers = [("User-Agent", USER_AGENT), ("Accept", "*/*")]
    method, verb = consumer.method, consumer.method.token_method
    if verb == "POST":
        # A server that waits for a body must learn that there is none.
        headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    body = b"" if verb == "POST" else None
    request = Request(verb, consumer.address(address), tuple(headers), body)
    signed = signed_request(
        method, request, consumer.unsealed, token, added,
        moment=consumer.now(), nonce=consumer.random(10),
    )  # fmt: skip
    return read_answer((yield signed))


def _token(consumer: Consumer, answer: Answer, doing: str) -> Token:
    value, secret = answer.fields.get("oauth_token"), answer.fields.get("oauth_token_secret")
    consumer.keep_secret(str(secret or ""))
    if answer.response.status >= 300 or answer.problem is not None or not value or secret is None:
        consumer.keep_secret(str(value or ""))
        raise refusal(consumer, answer, doing)
    return Token(str(value), str(secret))
