"""Compare our clock with the provider's, which every answer tells (RFC 9110, section 6.6.1)."""

from email.utils import parsedate_to_datetime
from typing import Final

from ..request import Response
from .client import Client

_MOST_SKEW_S: Final = 60


def ahead_s(response: Response, now: float) -> float:
    """Give how far our clock is ahead of the provider's; a minute is no difference."""
    try:
        theirs = parsedate_to_datetime(response.header("date") or "").timestamp()
    except (ValueError, TypeError):
        return 0.0
    return now - theirs if abs(now - theirs) > _MOST_SKEW_S else 0.0


def takes_other_time(client: Client, response: Response) -> bool:
    """Tell whether a refusal may be due to our clock, and sign by the provider's from then on."""
    ahead = ahead_s(response, client.now())
    if response.status not in {400, 401, 403} or not ahead or client.knows_clock:
        return False
    client.set_clock(ahead)
    return True
