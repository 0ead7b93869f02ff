"""Compare our clock with the provider's, which every answer tells (RFC 9110, section 6.6.1)."""

from ..clock_skew import clock_offset
from ..request import Response
from .client import Client


def takes_other_time(client: Client, response: Response) -> bool:
    """Tell whether a refusal may be due to our clock, and sign by the provider's from then on."""
    ahead = clock_offset(response, client.now())
    if response.status not in {400, 401, 403} or not ahead or client.knows_clock:
        return False
    client.set_clock(ahead)
    return True
