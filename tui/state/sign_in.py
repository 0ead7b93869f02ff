"""What a person is shown while they sign in: the page to open, a code or a place to paste, and until when."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from ..sanitize import sanitize
from .cells import count_cells
from .qr import qr_lines
from .spans import Lines, Spans

if TYPE_CHECKING:
    from core.sign_in.attempt import Prompt
    from core.sign_in.choice import Flow

WAYS: Final[Mapping["Flow", tuple[str, str]]] = {
    "device": ("d", "device code"), "paste": ("p", "paste-back"), "loopback": ("l", "loopback"),
}  # fmt: skip
_INDENT, _GAP = 2, 3
_LEAST_TEXT = 36
_MOST_BESIDE_CODE = 100  # on a wide screen the picture stays near the text
_ROWS_AROUND: Final = {"device": 8, "loopback": 8, "paste": 11}
_CODE = re.compile(r"\b((?:code|oauth_verifier)=)([^&]+)")
_BEGINS_AS_ADDRESS = re.compile(
    r"http|[?#]?(code|state|error|iss|scope|session_state|oauth_token|oauth_verifier|denied)="
)


def page_of(prompt: "Prompt") -> str:
    """Give the address to open, with the code in it where the provider has such a one."""
    return prompt.whole_page or prompt.page


def prompt_lines(
    prompt: "Prompt",
    columns: int,
    rows: int,
    *,
    on_dark: bool,
    has_blocks: bool = True,
    zone: tzinfo | None = None,
) -> Lines:
    """Give what is shown; the QR code stands beside the text where it can be drawn and has room."""
    room, rows = columns - _LEAST_TEXT - _GAP, rows - _ROWS_AROUND[prompt.choice.flow]
    on_page = page_of(prompt)
    draws = has_blocks and prompt.choice.flow != "loopback"
    code = qr_lines(on_page, room, rows, on_dark=on_dark) if draws else ()
    width = min(columns - len(code[0]) - _GAP, _MOST_BESIDE_CODE) if code else columns
    before, around = _before_address(prompt, width), _after_address(prompt, width, zone)
    most = rows - len(before) - len(around)
    return _beside([*before, *_address(prompt, width, most), *around], code, width)


def plain_text(prompt: "Prompt") -> str:
    """Give what a person may want to select, each on one line that only the terminal breaks."""
    wanted = (prompt.ssh_line, page_of(prompt), prompt.user_code, prompt.redirect_uri)
    lines = [sanitize(one, newlines=False) for one in wanted if one]
    return "\n\n".join([*lines, "(enter goes back)"])


def copy_of(key: str, prompt: "Prompt", *, types: bool) -> tuple[str, str] | None:
    """Give the word for what a key copies, and that as one harmless line; ``types`` while a line is typed."""
    ctrl = "ctrl+" if types else ""
    found = {
        f"{ctrl}y": ("the address", page_of(prompt)),
        f"{ctrl}r": ("the redirect address", prompt.redirect_uri),
    }
    if not types:
        found |= {"c": ("the code", prompt.user_code), "s": ("the ssh line", prompt.ssh_line)}
    word, text = found.get(key, ("", None))
    return (word, sanitize(text, newlines=False)) if text is not None else None


def ways_line(prompt: "Prompt") -> Spans:
    """Say which keys work; where a line is typed into, letters are no keys."""
    if prompt.choice.flow == "paste":
        other = [("^o", f"{WAYS[prompt.choice.others[0]][1]} instead")] if prompt.choice.others else []
        typed = [("⏎", "go on"), ("^y", "copy address"), *other, ("esc", "give up")]
        return [span for key, word in typed for span in ((f"{key} ", "key"), (f"{word}   ", "quiet"))]
    pieces = [("y", "copy address")]
    if prompt.ssh_line is not None:
        pieces.append(("s", "ssh line"))
    if prompt.user_code is not None:
        pieces.append(("c", "copy code"))
    pieces += [*(WAYS[other] for other in prompt.choice.others), ("esc", "give up")]
    return [span for key, word in pieces for span in ((f"{key} ", "key"), (f"{word}   ", "quiet"))]


def failed_line(ways: "Iterable[Flow]") -> Spans:
    """Say which keys work once it failed: the same again, or another way."""
    pieces = [("r", "try again"), *(WAYS[way] for way in ways), ("esc", "close")]
    return [span for key, word in pieces for span in ((f"{key} ", "key"), (f"{word}   ", "quiet"))]


def way_of_key(key: str, others: "Iterable[Flow]") -> "Flow | None":
    """Give the way that a key stands for."""
    return next((flow for flow in others if WAYS[flow][0] == key), None)


def hide_code(pasted: str) -> str:
    """Give what is pasted back as it may be seen: dots for the code in an address, and for a code alone."""
    if _BEGINS_AS_ADDRESS.match(pasted) or "http".startswith(pasted):
        return _CODE.sub(lambda found: found[1] + "•" * len(found[2]), pasted)
    return "•" * len(pasted)


def failure_lines(message: str, remedy: str | None, width: int) -> Lines:
    """Say why it was refused and what to do, whole, in lines of a width."""
    said = [(part, "") for part in _wrapped(message, width - 2)]
    said += [(part, "quiet") for part in (_wrapped(remedy, width - 2) if remedy else ())]
    return [[("  ", "") if number else ("✗ ", "bad"), part] for number, part in enumerate(said)]


def _before_address(prompt: "Prompt", width: int) -> Lines:
    if prompt.ssh_line is not None:
        line = [[(" " * _INDENT + part, "strong")] for part in cut(prompt.ssh_line, width - 2 * _INDENT)]
        first = [("1 ", "key"), ("On your own machine leave this running, and log in", "")]
        return [first, *line, [], [("2 ", "key"), ("Open this page in the browser there", "")], []]
    is_here = prompt.choice.flow == "loopback"
    return [[("Open this page in the browser here" if is_here else "Open this page on any device", "")], []]


def _address(prompt: "Prompt", width: int, most: int) -> Lines:
    """Show an address in pieces; one that is too long for the screen is told to be copied."""
    pieces = cut(prompt.page, width - 2 * _INDENT)
    shown = pieces if len(pieces) <= most else pieces[: max(most - 1, 1)]
    lines: Lines = [[(" " * _INDENT + part, "strong")] for part in shown]
    missing = sum(map(len, pieces[len(shown) :]))
    if missing:
        copies = "^y" if prompt.choice.flow == "paste" else "y"
        said = f"… and {missing} more characters: {copies} copies it, ^l shows it whole"
        lines.append([(" " * _INDENT + said, "warn")])
    return lines


def _after_address(prompt: "Prompt", width: int, zone: tzinfo | None) -> Lines:
    lines: Lines = []
    if prompt.user_code is not None:
        lines += [[], [("and type", "")], [], [(" " * (_INDENT + 3) + " ".join(prompt.user_code), "title")]]
    if prompt.choice.flow == "loopback":
        said = f"It comes back to {prompt.redirect_uri}, which the provider must know (r copies it)."
        lines += [[], *([(part, "quiet")] for part in _wrapped(said, width))]
    if prompt.choice.flow == "paste":
        ends_at = f"Your browser ends at {prompt.redirect_uri} (^r copies it), perhaps with an error there."
        said = (
            f"{ends_at} Paste that whole address:"
            if prompt.redirect_uri is not None
            else "In the end the page shows a code. Type or paste it:"
        )
        lines += [[], *([(part, "")] for part in _wrapped(said, width))]
    return [*lines, [], *_until(prompt, width, zone)]


def _until(prompt: "Prompt", width: int, zone: tzinfo | None) -> Lines:
    ends = datetime.fromtimestamp(prompt.ends_us / 1e6).astimezone(zone)
    waits = "" if prompt.choice.flow == "paste" else "waiting · "
    opens = ""
    if prompt.open_by_us is not None:
        by = datetime.fromtimestamp(prompt.open_by_us / 1e6).astimezone(zone)
        opens = f"open it by {by:%H:%M:%S} · "
    said = f"{waits}{opens}ends at {ends:%H:%M} · {prompt.choice.reason}"
    return [[(part, "quiet")] for part in _wrapped(said, width)]


def cut(text: str, width: int) -> list[str]:
    """Cut an address into pieces of a width; together they are the address."""
    safe = sanitize(text, newlines=False)
    return [safe[at : at + width] for at in range(0, len(safe), width)] or [""]


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(sanitize(text, newlines=False), max(width, 20)) or [""]


def _beside(left: Lines, code: Sequence[str], width: int) -> Lines:
    if not code:
        return left
    lines: Lines = []
    for number in range(max(len(left), len(code))):
        spans = left[number] if number < len(left) else []
        used = sum(count_cells(text) for text, _ in spans)
        picture = code[number] if number < len(code) else ""
        lines.append([*spans, (" " * max(width - used, 1), ""), (picture, "")] if picture else list(spans))
    return lines
