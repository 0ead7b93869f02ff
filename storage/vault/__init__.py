"""Keep secrets in one file of ciphertext, and find those that are kept elsewhere."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .key_file import KeyFile
    from .os_keyring import Keyring, keyring_available
    from .passphrase import Passphrase
    from .references import Reference, check_reference, is_reference, resolve_reference
    from .sources import read_source
    from .ssh_agent import AgentKey, SshAgent, agent_keys
    from .unlockers import Unlocker
    from .vault import UnlockerEntry, Vault, VaultStatus, open_vault

_HOMES = {
    "KeyFile": ".key_file",
    "Keyring": ".os_keyring",
    "keyring_available": ".os_keyring",
    "Passphrase": ".passphrase",
    "Reference": ".references",
    "check_reference": ".references",
    "is_reference": ".references",
    "resolve_reference": ".references",
    "read_source": ".sources",
    "AgentKey": ".ssh_agent",
    "SshAgent": ".ssh_agent",
    "agent_keys": ".ssh_agent",
    "Unlocker": ".unlockers",
    "UnlockerEntry": ".vault",
    "Vault": ".vault",
    "VaultStatus": ".vault",
    "open_vault": ".vault",
}

__all__ = [
    "AgentKey",
    "KeyFile",
    "Keyring",
    "Passphrase",
    "Reference",
    "SshAgent",
    "Unlocker",
    "UnlockerEntry",
    "Vault",
    "VaultStatus",
    "agent_keys",
    "check_reference",
    "is_reference",
    "keyring_available",
    "open_vault",
    "read_source",
    "resolve_reference",
]


def __getattr__(name: str) -> Any:
    """Import the module that holds a public name when the name is first used."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home, __name__), name)
