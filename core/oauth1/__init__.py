"""OAuth 1.0a as generators without I/O (RFC 5849): a person allows temporary credentials for a token.

    start(consumer, redirect_uri)                          -> Temporary   .page to open, .value, .secret
    exchange_verifier(consumer, temporary, verifier, parameters)  -> TokenSet    .values token, token_secret
    obtain(name, held)                                     raises: only a person brings a token
    is_over(response)                                      whether the vendor says that the token is dead

They raise `SignInNeededError` where the client's own credentials are refused, and other `ConnectError`s.
"""

from .consumer import Consumer
from .exchange import Temporary, exchange_verifier, obtain, start
from .refusals import is_over

__all__ = ["Consumer", "Temporary", "exchange_verifier", "is_over", "obtain", "start"]
