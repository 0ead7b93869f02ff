"""What can go wrong in what is kept: the database and the vault.

StorageError      the database cannot be opened, read or written
  NameTakenError  a name that must be unique is in use
  NotFoundError   nothing of that name is kept
  NewerDatabaseError  the file was written by a newer version of the product
  ConflictError   somebody else changed it meanwhile, or something still uses it
  BusyError       another process holds the database; trying again can help
VaultError        the vault is locked, damaged, or the key is wrong
  VaultLockedError    a secret is needed and the vault is not unlocked
  WrongKeyError       the key does not open this vault; nothing was written
  SecretMissingError  a secret or what a reference names is not there
  SecretChangedError  somebody else changed the secret since it was read
  SecretSourceError   what was given as the source of a secret cannot be used
"""

from typing import ClassVar


class StorageError(Exception):
    """The database cannot be opened, read or written."""

    error_class: ClassVar[str] = "storage"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class NameTakenError(StorageError):
    """A name that must be unique is in use."""

    error_class = "conflict"


class NotFoundError(StorageError):
    """Nothing of that name is kept."""

    error_class = "not_found"


class NewerDatabaseError(StorageError):
    """The file was written by a newer version of the product."""


class ConflictError(StorageError):
    """Somebody else changed it meanwhile, or something still uses it."""

    error_class = "conflict"


class BusyError(StorageError):
    """Another process holds the database; trying again can help."""

    retryable = True


class VaultError(Exception):
    """The vault is locked, damaged, or the key is wrong."""

    error_class: ClassVar[str] = "vault"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class VaultLockedError(VaultError):
    """A secret is needed and the vault is not unlocked."""


class WrongKeyError(VaultError):
    """The key does not open this vault; nothing was written."""


class SecretMissingError(VaultError):
    """A secret, or what a reference names, is not there."""


class SecretChangedError(VaultError):
    """Somebody else changed the secret since it was read."""

    error_class = "conflict"
    retryable = True


class SecretSourceError(VaultError):
    """What was given as the source of a secret cannot be used."""

    error_class = "input"
