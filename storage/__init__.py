"""What is kept: the SQLite database of the workspace and its history, and the vault."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import (
        BusyError,
        ConflictError,
        NameTakenError,
        NewerDatabaseError,
        NotFoundError,
        SecretChangedError,
        SecretMissingError,
        StorageError,
        VaultError,
        VaultLockedError,
        WrongKeyError,
    )
    from .ids import new_id
    from .process import ProcessClaim, claim_process
    from .store import Store, open_store

_HOMES = {
    "BusyError": ".errors",
    "ConflictError": ".errors",
    "NameTakenError": ".errors",
    "NewerDatabaseError": ".errors",
    "NotFoundError": ".errors",
    "SecretChangedError": ".errors",
    "SecretMissingError": ".errors",
    "StorageError": ".errors",
    "VaultError": ".errors",
    "VaultLockedError": ".errors",
    "WrongKeyError": ".errors",
    "new_id": ".ids",
    "ProcessClaim": ".process",
    "claim_process": ".process",
    "Store": ".store",
    "open_store": ".store",
}

__all__ = [
    "BusyError",
    "ConflictError",
    "NameTakenError",
    "NewerDatabaseError",
    "NotFoundError",
    "ProcessClaim",
    "SecretChangedError",
    "SecretMissingError",
    "StorageError",
    "Store",
    "VaultError",
    "VaultLockedError",
    "WrongKeyError",
    "claim_process",
    "new_id",
    "open_store",
]


def __getattr__(name: str) -> Any:
    """Import the module that holds a public name when the name is first used."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home, __name__), name)
