"""Find a command, import only its module, run it, and turn every end into an exit code."""

import io
import re
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final, TextIO

from . import guide
from .arguments import Chosen
from .call import Call
from .exit_codes import DONE, INTERRUPTED
from .failures import bug, refuse, tell_bug
from .output import Output
from .verbs import ALONE, NOUNS, Verb

_HELP: Final = ("--help", "-h")
# What stands too much behind these nouns may be a secret that missed its option.
_SECRET_NOUNS: Final = ("app", "auth", "certificate", "connection", "vault")


class WrongUseError(Exception):
    """The words of the command line make no command; ``remedy`` says what does."""

    error_class = "input"
    retryable = False

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def run_command(chosen: Chosen) -> int:
    """Run one command and give its exit code; only an interrupt or a closed pipe leaves as an exception."""
    output = Output(_forgiving(sys.stdout), _forgiving(sys.stderr), as_json=chosen.as_json)
    call = Call(output, chosen.home, chosen.project)
    try:
        return _run(call, chosen)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - a person never sees a traceback; the log keeps it
        return _tell(call, error)


def _forgiving(stream: TextIO) -> TextIO:
    """Let a stream write what its encoding does not have in escapes instead of failing."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def _tell(call: Call, error: Exception) -> int:
    from core.errors import Failure, failure_of

    if isinstance(error, OSError):
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        return refuse(call, Failure("storage", what, "check the place, its rights and its free space"))
    failure = failure_of(error)
    if failure.error_class == "bug":
        return tell_bug(call, bug(call, error))
    return refuse(call, failure)


def _run(call: Call, chosen: Chosen) -> int:
    if chosen.problem:
        raise WrongUseError(chosen.problem, "see `connect-tui --help`")
    words = chosen.rest
    if not words:
        raise WrongUseError(
            "the app needs a terminal that it can draw on, and there is none here",
            "use the commands instead: `connect-tui --help` lists them, `connect-tui demo` shows them",
        )
    if words[0] == "--version":
        return _tell_version(call)
    if words[0] in _HELP:
        call.output.raw(guide.of_everything())
        return DONE
    if words[0] in ALONE:
        return _invoke(call, (words[0],), ALONE[words[0]], words[1:])
    if words[0] in NOUNS:
        return _run_verb(call, words[0], words[1:])
    raise _unknown("command", words[0], (*ALONE, *NOUNS), "connect-tui --help")


def _run_verb(call: Call, noun: str, words: Sequence[str]) -> int:
    verbs = NOUNS[noun]
    if not words:
        raise WrongUseError(f"{noun} needs a verb: {', '.join(verbs)}", f"see `connect-tui {noun} --help`")
    if words[0] in _HELP:
        call.output.raw(guide.of_noun(noun))
        return DONE
    if words[0] not in verbs:
        raise _unknown(f"verb of {noun}", words[0], verbs, f"connect-tui {noun} --help")
    return _invoke(call, (noun, words[0]), verbs[words[0]], words[1:])


def _unknown(
    what: str, word: str, known: Sequence[str] | Mapping[str, Verb], help_command: str
) -> WrongUseError:
    from difflib import get_close_matches

    if word.startswith("-"):
        return WrongUseError(f"no option {word} here", f"see `{help_command}`")
    near = get_close_matches(word, list(known), n=3, cutoff=0.5)
    choice = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(known)}"
    return WrongUseError(f"there is no {what} called {word}", f"{choice} See `{help_command}`")


def _tell_version(call: Call) -> int:
    from tui.version import VERSION

    if call.output.as_json:
        call.output.document({"version": VERSION})
    else:
        call.output.text(f"connect-tui {VERSION}")
    return DONE


def _invoke(call: Call, path: tuple[str, ...], verb: Verb, arguments: Sequence[str]) -> int:
    """Let typer read the arguments of one command and run it."""
    import typer
    from typer.main import get_command

    name = " ".join(("connect-tui", *path))
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    function = getattr(import_module(f"{__package__}.{verb.module}"), verb.function)
    options = {"help_option_names": list(_HELP), "max_content_width": 100}
    app.command(name, epilog=f"\b\nExample:\n  connect-tui {verb.example}", context_settings=options)(
        function
    )
    command = get_command(app)
    try:
        with command.make_context(name, list(arguments), obj=call) as context:
            return int(command.invoke(context) or DONE)
    except typer.Exit as end:
        return end.exit_code
    except typer.Abort:
        return INTERRUPTED
    except typer.TyperException as error:
        raise WrongUseError(_plain(error.format_message(), path), f"see `{name} --help`") from error


def _plain(message: str, path: tuple[str, ...]) -> str:
    if path[0] in _SECRET_NOUNS:
        return re.sub(r"(unexpected extra argument\S*) .*", r"\1", message, flags=re.DOTALL)
    return message
