"""What can go wrong, in words for people.

ConnectError         the root of what the engine raises
  InputError         what was given cannot be used (class input)
  ConfigError        the connection or the connector is set up wrongly (config)
    NoSuccessorError tokens that work and cannot be renewed without a person (config)
  NotKnownError      a name that is not in the catalog or the workspace (input)
  VendorError        the vendor answered with a failure, whatever its class
  TransportError     the network failed (network, timeout, tls)
  PolicyError        a guard of ours refused it (policy)
  SignInNeededError  only a person can make credentials work again (auth)
connectors.DefinitionError   a connector file is wrong (config)
storage.StorageError, storage.VaultError   what is kept (storage, vault)

The two rooms below know nothing of each other and of core, so their errors are trees of their own with the
same four facts; `failure_of` turns any of them into one `Failure`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

ErrorClass = Literal[
    "config", "input", "auth", "permission", "not_found", "conflict", "limit", "vendor",
    "network", "timeout", "tls", "policy", "storage", "vault", "bug",
]  # fmt: skip

_OPERATION: Final = "connect_operation"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something failed: its class, one sentence, what to do, and whether a retry can help.

    ``rule`` names the rule that decided; ``reauthorize`` says that the credentials need replacing.
    ``operation`` is the one of the log that it ended, None where it came before there was one.
    """

    error_class: ErrorClass
    message: str
    remedy: str = ""
    retryable: bool = False
    status: int | None = None
    rule: str | None = None
    reauthorize: bool = False
    operation: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The shape that commands print."""
        return {
            "class": self.error_class,
            "message": self.message,
            "remedy": self.remedy,
            "retryable": self.retryable,
            "status": self.status,
            "rule": self.rule,
        }


class ConnectError(Exception):
    """The root of what the engine raises; carries a `Failure`."""

    error_class: ErrorClass = "bug"
    retryable: bool = False

    def __init__(
        self,
        message: str,
        remedy: str = "",
        *,
        error_class: ErrorClass | None = None,
        retryable: bool | None = None,
        status: int | None = None,
        rule: str | None = None,
    ) -> None:
        super().__init__(message)
        self.failure = Failure(
            error_class or self.error_class,
            message,
            remedy,
            self.retryable if retryable is None else retryable,
            status,
            rule,
        )

    def redacted(self, redact: Callable[[str], str]) -> "ConnectError":
        """Give the same error with its sentences redacted."""
        failure = self.failure
        safe = type(self)(redact(failure.message))
        safe.failure = replace(failure, message=redact(failure.message), remedy=redact(failure.remedy))
        return safe


class InputError(ConnectError):
    """What was given cannot be used."""

    error_class = "input"


class ConfigError(ConnectError):
    """The connection or the connector is set up wrongly."""

    error_class = "config"


class NoSuccessorError(ConfigError):
    """Tokens that still work cannot be renewed: only a person brings others when they end."""


class NotKnownError(InputError):
    """A name that is not in the catalog or the workspace."""


class VendorError(ConnectError):
    """The vendor answered with a failure."""

    error_class = "vendor"


class TransportError(ConnectError):
    """The network failed before a whole answer was there; nothing ``was_sent`` where it was not reached."""

    error_class = "network"
    retryable = True
    was_sent = True


class PolicyError(ConnectError):
    """A guard of ours refused it."""

    error_class = "policy"


class SignInNeededError(ConnectError):
    """Nothing but a person can make these credentials work again; retrying would not."""

    error_class = "auth"

    def __init__(
        self, message: str, remedy: str = "", *, status: int | None = None, rule: str | None = None
    ) -> None:
        super().__init__(message, remedy, status=status, rule=rule)
        self.failure = replace(self.failure, reauthorize=True)


def failure_of(error: BaseException) -> Failure:
    """Describe any error as a `Failure`; what nobody foresaw is a bug and says so."""
    if isinstance(error, ConnectError):
        return error.failure
    operation: str | None = vars(error).get(_OPERATION)
    if hasattr(error, "error_class"):
        return Failure(
            error.error_class,
            str(error),
            getattr(error, "remedy", ""),
            getattr(error, "retryable", False),
            operation=operation,
        )
    return Failure(
        "bug",
        f"{type(error).__name__}: {error}",
        "please report this with `connect-tui doctor`",
        operation=operation,
    )


def note_operation(error: BaseException, operation: str) -> None:
    """Let an error say which operation of the log it ended."""
    if isinstance(error, ConnectError):
        error.failure = replace(error.failure, operation=operation)
    else:
        vars(error)[_OPERATION] = operation
