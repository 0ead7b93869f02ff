"""What follows from a refresh that failed: whether its token is as good as before, and how long it rests."""

from typing import Final

from .attended import is_attended
from .errors import (
    ConfigError,
    ConnectError,
    Failure,
    InputError,
    NoSuccessorError,
    PolicyError,
    SignInNeededError,
    TransportError,
    VendorError,
    note_operation,
)
from .resolve import Target

COOL_S: Final = 30
_MOST_COOL_S: Final = 3600
_MOST_DOUBLINGS: Final = 7


def check_rest(target: Target, now: int, *, rests: bool = True) -> None:
    """Refuse to ask again at once for what was refused a moment ago.

    What does not rest is tried all the same, unless only a sign-in helps.

    Raises:
        SignInNeededError: the provider said for good that these credentials are dead.
        VendorError: the last try failed, and its rest is not over.
    """
    row = target.authentication
    assert row is not None  # noqa: S101 - there is nothing to refresh
    if row.state == "authorization_required" and (rests or is_attended(target.method)):
        raise SignInNeededError(
            row.refresh_error or f"{row.name} has to sign in",
            f"sign in again: `connect-tui auth sign-in {row.name}`"
            if is_attended(target.method)
            else f"give it the right credentials: `connect-tui auth edit {row.name}`; where they were put "
            f"right elsewhere, `connect-tui auth refresh {row.name}` tries at once",
        )
    if not rests or row.refresh_failed_us is None or not row.refresh_failures:
        return
    cool_s = min(COOL_S * 2 ** min(row.refresh_failures - 1, _MOST_DOUBLINGS), _MOST_COOL_S)
    since_s = (now - row.refresh_failed_us) / 1e6
    left_s = cool_s - since_s
    # A clock that was set back does not make anybody wait for it.
    if since_s >= 0 and left_s > 0:
        raise VendorError(
            f"the last refresh of {row.name} failed: {row.refresh_error}",
            f"it is tried again in {left_s:.0f} s; `connect-tui auth refresh {row.name}` tries at once",
            error_class="auth",
            retryable=True,
        )


def without_successor(name: str) -> NoSuccessorError:
    """Build the error for tokens that nothing but a person replaces, while they still work."""
    return NoSuccessorError(
        f"{name} has no refresh token; the token that it has still works",
        f"`connect-tui auth sign-in {name}` gets another one, now or when it ends",
    )


def was_not_taken(error: Exception) -> bool:
    """Tell whether a refresh token is surely as good as before: it was not sent, or plainly refused."""
    if isinstance(error, VendorError):
        return error.failure.status is not None and 400 <= error.failure.status < 500
    if isinstance(error, TransportError):
        return not error.was_sent
    return isinstance(error, PolicyError | ConfigError | InputError)


def as_error(error: Exception, failure: Failure) -> Exception:
    """Give the error to raise: what is ours says the failure, and a bug stays one."""
    if isinstance(error, ConnectError):
        error.failure = failure
        error.args = (failure.message,)
    elif failure.operation is not None:
        note_operation(error, failure.operation)
    return error
