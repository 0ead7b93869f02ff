"""Show a person on a plain terminal how to sign in: the page, a code to type or scan, what to run first."""

import shutil
import sys
import textwrap
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from ..sanitize import sanitize
from ..state.qr import qr_lines
from .call import Call

if TYPE_CHECKING:
    from core.sign_in.attempt import Prompt

# The lines around a QR code: the page and blanks around it, the code, what is waited for, the next line.
_AROUND = 9


def show_prompt(call: Call, prompt: "Prompt") -> None:
    """Write it to the terminal; what is asked for stands last, above where it is typed."""
    columns = shutil.get_terminal_size().columns
    # The terminal breaks the page, so that it can be selected whole.
    lines = (*_before(prompt), "", f"  {prompt.page}", "")
    code = (f"and type  {prompt.user_code}",) if prompt.user_code is not None else ()
    for line in (*lines, *code):
        call.output.note(sanitize(line, newlines=False))
    for line in _qr(prompt):
        # Black on white whatever the terminal has, for a camera reads nothing else.
        print(f"  \x1b[97;40m{line}\x1b[0m", file=call.output.err)
    for sentence in _after(prompt):
        for line in textwrap.wrap(sanitize(sentence, newlines=False), columns) or [""]:
            call.output.note(line)


def _before(prompt: "Prompt") -> Iterator[str]:
    if prompt.ssh_line is not None:
        yield "On your own machine leave this running, and log in:"
        yield ""
        yield f"  {prompt.ssh_line}"
        yield ""
        yield "Then open this page in the browser there:"
    elif prompt.choice.flow == "loopback":
        yield "Open this page in the browser here:"
    else:
        yield "Open this page on any device:"


def _after(prompt: "Prompt") -> Iterator[str]:
    ends = datetime.fromtimestamp(prompt.ends_us / 1e6).astimezone()
    if prompt.open_by_us is not None:
        by = datetime.fromtimestamp(prompt.open_by_us / 1e6).astimezone()
        yield f"The page can be opened until {by:%H:%M:%S}."
    yield f"{prompt.choice.flow}: {prompt.choice.reason} · ends at {ends:%H:%M}"
    if prompt.choice.others:
        yield f"other ways: --flow {' or '.join(prompt.choice.others)}"
    if prompt.choice.flow == "loopback":
        yield f"It comes back to {prompt.redirect_uri}, which the provider must know. Waiting."
    elif prompt.choice.flow == "paste" and prompt.redirect_uri is None:
        yield "In the end the page shows a code. Paste it here:"
    elif prompt.choice.flow == "paste":
        yield f"Your browser ends at {prompt.redirect_uri}, perhaps with an error there."
        yield "Paste the whole address here:"


def _qr(prompt: "Prompt") -> tuple[str, ...]:
    if not sys.stderr.isatty() or prompt.choice.flow == "loopback":
        return ()
    size = shutil.get_terminal_size()
    page = sanitize(prompt.whole_page or prompt.page, newlines=False)
    rows = size.lines - _AROUND - len(prompt.page) // size.columns
    return qr_lines(page, size.columns - 4, rows)
