"""Say in an instruction what a provider of OAuth 1.0a refused.

RFC 5849 names no codes; those of the extension «OAuth Problem Reporting» are used widely, and a few others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..clock_skew import with_clock
from ..errors import ConnectError, SignInNeededError, VendorError
from ..request import Response
from .answers import Answer, read_answer
from .consumer import Consumer

_DEAD: Final = frozenset({"token_revoked", "token_rejected", "token_expired", "invalid_token"})
_EDIT: Final = "compare it with the provider's settings, then `connect-tui auth edit {name}`"
_AGAIN: Final = "sign in again: `connect-tui auth sign-in {name}`"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code means; ``is_ours`` says that credentials which a person entered are refused."""

    sentence: str
    remedy: str
    is_ours: bool = False


_KEY: Final = Meaning("the provider does not know the consumer key of {name}", _EDIT, is_ours=True)
_SIGNATURE: Final = Meaning(
    "the provider does not accept the signature of {name}",
    "compare the {secret} with the provider's settings, then `connect-tui auth edit {name}`",
    is_ours=True,
)
_KIND: Final = Meaning(
    "the provider does not take {signature} from {name}", "let the connector's method say another `signature`"
)
_CLOCK: Final = Meaning(
    "the provider refuses the time or the nonce of {name}", f"check the clock of this machine, then {_AGAIN}"
)
_REFUSED: Final = Meaning("access was not granted to {name}", _AGAIN)
_LATE: Final = Meaning(
    "the provider does not take the code for {name} (wrong, used before or too late)", _AGAIN
)
_MEANINGS: Final[Mapping[str, Meaning]] = {
    **dict.fromkeys(
        ("consumer_key_unknown", "consumer_key_rejected", "consumer_key_refused", "invalid_client",
         "invalid_consumer"), _KEY),
    **dict.fromkeys(("signature_invalid", "invalid_signature"), _SIGNATURE),
    **dict.fromkeys(("signature_method_rejected", "unsupported_signature_method"), _KIND),
    **dict.fromkeys(("timestamp_refused", "invalid_timestamp", "nonce_used", "invalid_nonce"), _CLOCK),
    **dict.fromkeys(("user_refused", "permission_denied", "access_denied"), _REFUSED),
    **dict.fromkeys(("token_used", "verifier_invalid", "invalid_request", *_DEAD), _LATE),
}  # fmt: skip


def is_over(response: Response) -> bool:
    """Tell whether an answer of the vendor says for sure that the token works no more.

    A plain 401 can also be due to the clock or the signature, and then signing in again helps nobody.
    """
    return response.status in {400, 401, 403} and read_answer(response).problem in _DEAD


def refusal(consumer: Consumer, answer: Answer, doing: str) -> ConnectError:
    """Build the error for an answer that does not bring what was asked for."""
    error = _refusal(consumer, answer, doing)
    error.failure = with_clock(error.failure, answer.response, consumer.now)
    return error


def _refusal(consumer: Consumer, answer: Answer, doing: str) -> ConnectError:
    name, status = consumer.name, answer.response.status
    said = f": {answer.said}" if answer.said else ""
    if status >= 500 or status in {408, 429}:
        return VendorError(
            f"the provider cannot do {doing} at the moment: status {status}{said}",
            f"try again in a while: `connect-tui auth sign-in {name}`",
            retryable=True,
            status=status,
            error_class="limit" if status == 429 else "vendor",
        )
    meaning = _MEANINGS.get(answer.problem or "")
    if meaning is not None:
        uses_key = consumer.method.signature.startswith("RSA")
        facts = {
            "name": name,
            "secret": "private key" if uses_key else "consumer secret",
            "signature": consumer.method.signature,
        }
        sentence, remedy = meaning.sentence.format(**facts) + said, meaning.remedy.format(**facts)
        if meaning.is_ours:
            return SignInNeededError(sentence, remedy, status=status)
        return VendorError(sentence, remedy, error_class="auth", status=status)
    if status < 300:
        sentence = f"{doing} was answered without a token (status {status})"
        remedy = "check the addresses of the connector's method; the answer is in the operation log"
        return VendorError(sentence, remedy, error_class="auth", status=status)
    code = f"{answer.problem}{said}" if answer.problem else f"status {status}{said}"
    return VendorError(
        f"the provider refused {doing}: {code}",
        "compare the consumer key and its secret with the provider's settings "
        f"(`connect-tui auth edit {name}`); the exchange is in the operation log",
        error_class="auth",
        status=status,
    )


def no_token(name: str, *, had_one: bool) -> SignInNeededError:
    """Build the error for who has to sign in, for the first time or again."""
    if had_one:
        said, verb = f"the vendor no longer accepts the token of {name} (expired or revoked)", "sign in again"
    else:
        said, verb = f"{name} has not signed in yet", "sign in"
    return SignInNeededError(said, f"{verb}: `connect-tui auth sign-in {name}`")


def unchecked(name: str, answer: Answer) -> VendorError:
    """Build the error for a provider that does not confirm the callback (section 2.1)."""
    return VendorError(
        f"the provider did not confirm the callback of {name}: it speaks OAuth 1.0, not 1.0a",
        "without it somebody else could finish this sign-in; ask the provider for 1.0a (RFC 5849)",
        error_class="auth",
        status=answer.response.status,
    )
