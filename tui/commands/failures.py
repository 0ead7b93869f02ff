"""Tell a failure: a sentence and what to do for people, and its JSON where that was asked for."""

import os
import time
import traceback
from typing import TYPE_CHECKING, Any

from .exit_codes import FAILED, code_of, code_of_refusal

if TYPE_CHECKING:
    from core.errors import Failure

    from .call import Call


def refuse(call: "Call", failure: "Failure") -> int:
    """Say why there is no operation at all, or why it failed where it had begun, and give the exit code."""
    if failure.operation is not None:
        _tell(call, failure, "failed")
        return code_of(failure)
    _tell(call, failure, "refused")
    return code_of_refusal(failure)


def tell_bug(call: "Call", failure: "Failure") -> int:
    """Say that the product itself is at fault, and give the exit code."""
    _tell(call, failure, "failed")
    return FAILED


def _tell(call: "Call", failure: "Failure", state: str) -> None:
    if call.output.as_json:
        shape = failure_shape(call, failure)
        call.output.document({"operation": failure.operation, "state": state, "error": shape})
    say(call, failure)


def say(call: "Call", failure: "Failure") -> None:
    """Write a failure for people."""
    call.output.note(f"connect-tui: {call.concealed(failure.message)}")
    if failure.remedy:
        call.output.note(f"  {call.concealed(failure.remedy)}")


def failure_shape(call: "Call", failure: "Failure") -> dict[str, Any]:
    """Give a failure as the JSON that the contract promises, without any secret of this command."""
    words = {"message": call.concealed(failure.message), "remedy": call.concealed(failure.remedy)}
    return {**failure.as_json(), **words}


def bug(call: "Call", error: BaseException) -> "Failure":
    """Keep the traceback of an error that nobody foresaw in the error log; give one sentence about it."""
    from core.errors import Failure, failure_of

    where = _keep(call, "".join(traceback.format_exception(error)))
    message = f"something went wrong inside connect-tui ({type(error).__name__})"
    remedy = f"{where}; please report this together with `connect-tui doctor`"
    return Failure("bug", message, remedy, operation=failure_of(error).operation)


def _keep(call: "Call", text: str) -> str:
    log = call.error_log
    try:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}\n{call.concealed(text)}\n")
    except OSError as error:
        return f"its traceback could not be kept ({error.strerror})"
    return f"its traceback is in {log}"
