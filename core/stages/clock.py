"""Stage clock: this machine and the server agree on the time (signatures and tokens depend on it)."""

import time

from ..call import Caller
from ..clock_skew import seconds_ahead
from ..errors import ConnectError
from ..request import Request, Response
from .finding import Finding, passed, undefined, warned

TOLERATED_S = 30.0


async def check(caller: Caller, url: str) -> Finding:
    """Ask the server for its time with a HEAD request that carries no credentials."""
    sent = time.time()
    try:
        response = await caller.call(Request("HEAD", url, (("User-Agent", "connect-tui"),)), authorized=False)
    except ConnectError as error:
        return undefined(f"no answer to HEAD: {error.failure.message}")
    return judge(response, (sent + time.time()) / 2)


def judge(response: Response, local: float) -> Finding:
    """Compare the Date header (RFC 9110, section 6.6.1; whole seconds) with the local time in seconds."""
    try:
        ahead = seconds_ahead(response, local)
    except ValueError:
        return undefined(f"the server's date cannot be read: {response.header('date')!r}")
    if ahead is None:
        return undefined("the server tells no date")
    shown = f"server is {abs(ahead):,.0f} s {'ahead' if ahead > 0 else 'behind'}"
    if abs(ahead) <= TOLERATED_S:
        return passed("in step, within a second" if abs(ahead) <= 1.5 else shown)
    return warned(
        shown, "signatures and tokens may be refused: check the clock of this machine (NTP)", "config"
    )
