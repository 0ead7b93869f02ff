"""Make ids that sort by the time they were made: a prefix and a ULID."""

import os
import threading
import time

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
_RANDOM_BITS = 80


class _Sequence:
    """The last number given out; a number never goes back, even when the clock does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def take(self) -> int:
        """Give the next 128-bit number: 48 bits of milliseconds and 80 random ones."""
        with self._lock:
            millisecond = time.time_ns() // 1_000_000
            if millisecond > self._last >> _RANDOM_BITS:
                self._last = millisecond << _RANDOM_BITS | int.from_bytes(os.urandom(10))
            else:
                # The step is random, so that a forked child does not repeat its parent.
                self._last += 1 + int.from_bytes(os.urandom(6))
            return self._last


# The order of ids is a property of the process, so this is the one state a module keeps.
_sequence = _Sequence()


def new_id(prefix: str) -> str:
    """Give ``prefix`` (such as ``op_``) and a ULID that is larger than any made before in this process."""
    return f"{prefix}{new_ulid()}"


def new_ulid() -> str:
    """Give a ULID: 26 characters of Crockford's base 32."""
    number = _sequence.take()
    digits = [""] * LENGTH
    for place in range(LENGTH - 1, -1, -1):
        digits[place] = ALPHABET[number & 31]
        number >>= 5
    return "".join(digits)
