"""Stage auth of a method that obtains tokens and defines no test: that it obtains them is the test."""

from connectors import AuthMethod, JwtAuth

from ..errors import ConnectError
from ..unseal import Renewing, Unsealed
from .finding import Finding, failed, passed, undefined


async def check(method: AuthMethod | None, renewing: Renewing, unsealed: Unsealed) -> Finding:
    """Obtain tokens where none are held, or those that are end soon."""
    before = unsealed.tokens
    try:
        await renewing.ready(unsealed)
    except ConnectError as error:
        return failed(error.failure)
    if unsealed.tokens is None or (before is not None and unsealed.tokens.obtained_us == before.obtained_us):
        return undefined("tokens are held; no test is defined that shows whether they work")
    if isinstance(method, JwtAuth):
        return undefined("a token was signed here; no test is defined that shows whether it is accepted")
    return passed("the credentials are accepted: new tokens were obtained")
