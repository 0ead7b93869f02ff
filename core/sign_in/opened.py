"""What a person opens in a browser, how its answer is read, and what brings the tokens: for each kind."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from functools import partial

from connectors import OAuth1Auth, OAuth2Auth

from ..oauth1 import Consumer, exchange_verifier, start
from ..oauth2 import Client, authorize_url, exchange_code
from ..request import Request, Response
from ..tokens import TokenSet
from ..unseal import Unsealed
from .callback import Callback, Reading, new_state, read_callback, read_verifier
from .choice import Flow, possible_flows
from .here import leads_here

Opening = Generator[Request, Response, "Opened"]


@dataclass(frozen=True, slots=True)
class Opened:
    """A page for a person, to be opened by a time; ``exchange`` asks for the tokens with what came back."""

    page: str = field(repr=False)
    reading: Reading
    exchange: Callable[[Callback], Generator[Request, Response, TokenSet]]
    open_by_us: int | None = None


def flows_of(method: OAuth1Auth | OAuth2Auth, redirect_uri: str) -> tuple[Flow, ...]:
    """Give the flows of a method; no browser comes back where the provider shows a code instead."""
    if isinstance(method, OAuth2Auth):
        found: tuple[Flow, ...] = possible_flows(method.grants)
    else:
        found = ("paste", "loopback") if method.is_attended else ()
    return found if leads_here(redirect_uri) else tuple(flow for flow in found if flow != "loopback")


def open_page(
    method: OAuth1Auth | OAuth2Auth,
    unsealed: Unsealed,
    name: str,
    redirect_uri: str,
    begun_us: int,
) -> Opening:
    """Give the page of a provider, after it was asked what that needs.

    Raises:
        ConnectError: the provider refuses; says why, and what helps.
    """
    if isinstance(method, OAuth1Auth):
        return _open_oauth1(Consumer(method, unsealed, name), redirect_uri)
    return _open_oauth2(Client(method, unsealed, name), redirect_uri, new_state(begun_us))


def _open_oauth2(client: Client, redirect_uri: str, state: str) -> Opening:
    authorization = yield from authorize_url(client, redirect_uri, state=state)

    def exchange(callback: Callback) -> Generator[Request, Response, TokenSet]:
        return exchange_code(client, authorization, callback.code, _checked(callback))

    reading = Reading(partial(read_callback, state=state), "state", state)
    return Opened(authorization.url, reading, exchange, authorization.open_by_us)


def _open_oauth1(consumer: Consumer, redirect_uri: str) -> Opening:
    temporary = yield from start(consumer, redirect_uri)

    def exchange(callback: Callback) -> Generator[Request, Response, TokenSet]:
        return exchange_verifier(consumer, temporary, callback.code, _checked(callback))

    # There is no state; the temporary credentials belong to one attempt alone.
    reading = Reading(partial(read_verifier, token=temporary.value), "oauth_token", temporary.value)
    return Opened(temporary.page, reading, exchange)


def _checked(callback: Callback) -> Mapping[str, str] | None:
    return callback.parameters if callback.is_checked else None
