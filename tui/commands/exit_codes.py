"""Say with which code a command ends: one table from the class of an error to the code of the contract."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from core.errors import ErrorClass, Failure

DONE: Final = 0
FAILED: Final = 1
WRONG_USE: Final = 2
NOT_ALLOWED: Final = 3
UNAVAILABLE: Final = 4
UNREACHABLE: Final = 5
REFUSED_BY_POLICY: Final = 6
NOT_KEPT: Final = 7
INTERRUPTED: Final = 130

CODES: Final[dict["ErrorClass", int]] = {
    "bug": FAILED,
    "not_found": FAILED,
    "conflict": FAILED,
    "vendor": FAILED,
    "config": WRONG_USE,
    "input": WRONG_USE,
    "auth": NOT_ALLOWED,
    "permission": NOT_ALLOWED,
    "limit": UNAVAILABLE,
    "network": UNREACHABLE,
    "timeout": UNREACHABLE,
    "tls": UNREACHABLE,
    "policy": REFUSED_BY_POLICY,
    "storage": NOT_KEPT,
    "vault": NOT_KEPT,
}
_SERVER_ERROR: Final = 500


def code_of(failure: "Failure") -> int:
    """Give the exit code of an operation that failed.

    A vendor that answers with a status of 500 and more, or that may be asked again later, is unavailable (4);
    one that answers with a plain refusal has let the operation fail (1).
    """
    if failure.error_class == "vendor" and (failure.retryable or (failure.status or 0) >= _SERVER_ERROR):
        return UNAVAILABLE
    return CODES[failure.error_class]


def code_of_refusal(failure: "Failure") -> int:
    """Give the exit code of what was refused before it began: there a wrong name of ours is wrong use."""
    if failure.error_class in ("not_found", "conflict"):
        return WRONG_USE
    return code_of(failure)
