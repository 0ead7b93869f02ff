"""Words, glyphs and numbers as people read them: states, times, sizes, bars."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from .spans import Span

_CONNECTION_STATES: dict[str, tuple[str, str, str]] = {
    "active": ("●", "active", "good"),
    "draft": ("◌", "draft", "quiet"),
    "authorization_required": ("✗", "sign in", "bad"),
    "error": ("✗", "error", "bad"),
    "inactive": ("‖", "suspended", "quiet"),
    "deleting": ("‖", "deleting", "quiet"),
}
_OPERATION_STATES: dict[str, tuple[str, str, str]] = {
    "queued": ("◌", "queued", "quiet"),
    "running": ("▸", "running", "accent"),
    "success": ("✓", "done", "good"),
    "partial": ("▲", "partial", "warn"),
    "failed": ("✗", "failed", "bad"),
    "cancelled": ("‖", "cancelled", "quiet"),
    "interrupted": ("▲", "interrupted", "warn"),
}
_VERDICTS: dict[str, Span] = {
    "passed": ("✓", "good"),
    "warned": ("▲", "warn"),
    "failed": ("✗", "bad"),
    "skipped": ("–", "quiet"),
    "undefined": ("–", "quiet"),
}
_BARS = "▁▂▃▄▅▆▇█"
_INDEX = re.compile(r"\[([0-9]{1,6})\]$")
_SECOND_US = 1_000_000
_MINUTE_US = 60 * _SECOND_US


def connection_state(state: str, verdict: str | None) -> tuple[str, str, str]:
    """Give glyph, word and tone of a connection; a warned last test shows on an active one."""
    if state == "active" and verdict in ("warned", "failed"):
        return "▲", "active", "warn"
    return _CONNECTION_STATES.get(state, ("?", state, "warn"))


def operation_state(state: str) -> tuple[str, str, str]:
    """Give glyph, word and tone of an operation."""
    return _OPERATION_STATES.get(state, ("?", state, "warn"))


def verdict_span(verdict: str) -> Span:
    """Give the glyph of a stage's verdict."""
    return _VERDICTS.get(verdict, ("?", "warn"))


def auth_word(kind: str | None) -> str:
    """Give the kind of an authentication in words."""
    return (kind or "–").replace("_", " ")


def ago(then_us: int | None, now_us: int) -> str:
    """Give how long ago in at most four characters: ``12s``, ``3m``, ``5h``, ``31d``."""
    if then_us is None:
        return "–"
    seconds = max(0, (now_us - then_us) // _SECOND_US)
    for size, unit in ((31_536_000, "y"), (86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def age(then_us: int | None, now_us: int) -> str:
    """Give how long ago in at most four characters, and no seconds, which would be old at once."""
    return "now" if then_us is not None and now_us - then_us < _MINUTE_US else ago(then_us, now_us)


def since(then_us: int | None, now_us: int) -> str:
    """Give how long ago in words: ``just now``, ``3m ago``."""
    said = age(then_us, now_us)
    return "just now" if said == "now" else f"{said} ago"


def until(then_us: int | None, now_us: int) -> Span:
    """Give when something expires, with a tone that says how near it is."""
    if then_us is None:
        return "–", "quiet"
    if then_us <= now_us:
        said = age(then_us, now_us)
        return said if said == "now" else f"{said} ago", "bad"
    left = then_us - now_us
    return f"in {ago(0, left) if left >= _MINUTE_US else '<1m'}", "warn" if left < 86_400 * _SECOND_US else ""


def duration(took_us: int | None) -> str:
    """Give a duration in at most six characters: ``212ms``, ``6.1s``, ``3m12s``."""
    if took_us is None:
        return "–"
    if took_us < 1_000:
        return "<1ms" if took_us else "0ms"
    if took_us < _SECOND_US:
        return f"{took_us // 1_000}ms"
    seconds = took_us / _SECOND_US
    if seconds < 60:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest:02}s" if minutes < 60 else f"{minutes // 60}h{minutes % 60:02}m"


def size(count: int) -> str:
    """Give a number of bytes: ``812 B``, ``7.3 kB``, ``5.0 MB``."""
    if count < 1_000:
        return f"{count} B"
    value = float(count)
    for unit in ("kB", "MB", "GB"):
        value /= 1_000
        if value < 1_000:
            return f"{value:.1f} {unit}"
    return f"{value / 1_000:.1f} TB"


def number(count: int | None) -> str:
    """Give a count with thousands apart, a dash for none."""
    return "–" if count is None else f"{count:,}"


def value(given: object) -> str:
    """Give a value that somebody filled in, as people write it: yes and no, lists and objects as JSON."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, str):
        return given
    return "–" if given is None else json.dumps(given, ensure_ascii=False, default=str)


def exact(at_us: int | None) -> str:
    """Give date and time to the second, in the time of this machine."""
    if at_us is None:
        return "–"
    return datetime.fromtimestamp(at_us / _SECOND_US, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


def clock(at_us: int, now_us: int) -> str:
    """Give the time of day in eight characters, or the date when that was more than a day ago."""
    then = datetime.fromtimestamp(at_us / _SECOND_US, UTC).astimezone()
    if 0 <= now_us - at_us < 86_400 * _SECOND_US:
        return then.strftime("%H:%M:%S")
    return then.strftime("%d %b") if now_us - at_us < 300 * 86_400 * _SECOND_US else then.strftime("%Y-%m")


def bars(values: Sequence[float], highest: float | None = None) -> str:
    """Give one block character for each value; the highest (or ``highest``) is a full one."""
    top = highest if highest is not None else max(values, default=0)
    if top <= 0:
        return _BARS[0] * len(values)
    return "".join(_BARS[min(7, max(0, round(value / top * 7)))] for value in values)


def rule(name: str) -> str:
    """Give the rule that decided as its place and as people count: ``errors[7], the 8th rule``."""
    found = _INDEX.search(name)
    if found is None:
        return name
    number = int(found[1]) + 1
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{name}, the {number}{ending} rule"


def plural(count: int, word: str) -> str:
    """Give ``1 connection``, ``7 connections``."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"
