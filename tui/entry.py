"""Start connect-tui: the version at once, the app on a terminal, everything else as a plain command."""

import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run what ``argv`` asks for (the process's own arguments when left out) and give its exit code."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    if arguments == ["--version"]:
        from .version import VERSION

        print(f"connect-tui {VERSION}")  # noqa: T201 - nothing heavier may be imported here
        return 0
    _open_missing_streams()
    code = 0
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        _drop_output()
    except OSError as error:
        _drop_output()
        sys.stderr.write(f"connect-tui: standard output cannot be written: {error.strerror or error}\n")
        code = 7
    return code


def _open_missing_streams() -> None:
    """Open nothing where a standard stream was closed by whoever started this (``>&-``).

    Otherwise the next file that is opened, such as the database, would get its number and its output.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def _run(arguments: list[str]) -> int:
    from .commands.arguments import split_arguments

    chosen = split_arguments(arguments)
    if not chosen.rest and chosen.problem is None and not chosen.as_json and _on_a_terminal():
        from .commands.opening import start_app

        return start_app(chosen)
    from .commands.dispatch import run_command

    return run_command(chosen)


def _on_a_terminal() -> bool:
    # On a dumb terminal nothing can be drawn at a place.
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _drop_output() -> None:
    """Point standard output at nothing, so that the interpreter's last flush stays quiet too."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)
