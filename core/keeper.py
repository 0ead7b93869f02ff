"""Keep the secrets of a home: open its vault when one is needed, and resolve where each secret comes from."""

import base64
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from storage import SecretMissingError, VaultError, VaultLockedError
from storage.vault import (
    KeyFile,
    Keyring,
    Passphrase,
    SshAgent,
    Unlocker,
    Vault,
    VaultStatus,
    agent_keys,
    is_reference,
    keyring_available,
    resolve_reference,
)

from .home import APP, Home

PASSPHRASE_FILE = "CONNECT_TUI_VAULT_PASSPHRASE_FILE"  # noqa: S105 - the name of a variable
KEY_FILE = "CONNECT_TUI_VAULT_KEY_FILE"
_KEPT = "vault:"
_TRIES = 3
_KIT_BYTES = 20

Way = Literal["passphrase", "key_file", "keyring", "ssh_agent"]


@dataclass(frozen=True, slots=True)
class UnlockRequest:
    """What a person is asked: to choose how a new vault is unlocked, or to unlock one that exists."""

    exists: bool
    ways: tuple[Way, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class UnlockChoice:
    """A person's answer; without a path the key file stands in the home's config folder.

    ``fingerprint`` (``SHA256:…``) names one of several keys of the ssh-agent.
    """

    way: Way
    passphrase: str = field(default="", repr=False)
    key_file: Path | None = None
    fingerprint: str = ""


Unlock = Callable[[UnlockRequest], UnlockChoice | None]


class Keeper:
    """The vault of a home, unlocked by what answers unattended, else by asking."""

    def __init__(
        self, vault: Vault, home: Home, unlock: Unlock | None, environ: Mapping[str, str] = os.environ
    ) -> None:
        self._vault = vault
        self._home = home
        self._ask = unlock
        self._environ = environ
        self.on_lock: Callable[[], None] | None = None
        # One question at a time, and one derivation of a key.
        self._turn = threading.RLock()
        self._idle_s: float | None = None
        self._idle: threading.Timer | None = None

    def status(self) -> VaultStatus:
        """Tell whether the vault exists, what unlocks it and how many secrets it holds."""
        return self._vault.status()

    def lock_after(self, idle_s: float | None) -> None:
        """Lock the vault whenever no secret was used for so long; None leaves it open."""
        with self._turn:
            self._idle_s = idle_s
            self._used()

    def put(self, name: str, value: str) -> str:
        """Keep a secret and give where it is (``vault:NAME``), making or unlocking the vault when needed."""
        with self._turn:
            self.open("to keep a secret")
            self._vault.put(name, value)
            return _KEPT + name

    def place(self, name: str, given: str) -> str:
        """Keep a plain secret in the vault; a reference is only noted. Gives where the value is."""
        if is_reference(given):
            return given
        return self.put(name, given)

    def replace(self, name: str, value: str, expected: int) -> str:
        """Keep a secret in place of the revision ``expected`` (0 for none) and give where it is.

        It is on the disk when this returns.

        Raises:
            SecretChangedError: it has another revision by now; nothing was written.
        """
        with self._turn:
            self.open("to keep a token")
            self._vault.put(name, value, expected)
            return _KEPT + name

    def held(self, name: str) -> tuple[str | None, int]:
        """Give a secret of the vault with its revision; nothing, and 0, where there is none."""
        with self._turn:
            self.open("to use a stored token")
            try:
                return self._vault.get_with_revision(name)
            except SecretMissingError:
                return None, 0

    def resolve(self, where: str) -> str:
        """Give the secret that stands at ``where`` (``vault:NAME`` or a reference).

        Raises:
            VaultError: the vault stays locked, or nothing is there.
        """
        if not where.startswith(_KEPT):
            return resolve_reference(where)
        with self._turn:
            if self._vault.locked:
                if not self._vault.exists:
                    raise VaultError(
                        f"the vault {self._home.vault} is missing",
                        "restore it from a backup, or give the secret again",
                    )
                self.open("to use a stored secret")
            self._used()
            return self._vault.get(where.removeprefix(_KEPT))

    @contextmanager
    def at_once(self, places: Iterable[str]) -> Iterator[bool]:
        """Tell whether each secret can be resolved without waiting for anybody, while this is held.

        A reference may run a program, a locked vault asks a person, and another thread may do so just now.
        """
        if not all(where.startswith(_KEPT) for where in places) or not self._turn.acquire(blocking=False):
            yield False
            return
        try:
            yield not self._vault.locked
        finally:
            self._turn.release()

    def forget(self, where: str) -> None:
        """Remove a secret from the vault; a reference points elsewhere and is left alone."""
        with self._turn:
            name = where.removeprefix(_KEPT)
            if where.startswith(_KEPT) and self._vault.exists:
                self.open("to remove a stored secret")
                if name in self._vault.names():
                    self._vault.delete(name)

    def open(self, reason: str = "") -> None:
        """Make or unlock the vault: by the environment, its key file, the keyring, or by asking.

        Raises:
            VaultError: nothing answers, or what answers has the wrong key.
        """
        with self._turn:
            if not self._vault.exists:
                try:
                    self._create(reason)
                except VaultError:
                    # Another process may have made it meanwhile.
                    if not self._vault.exists:
                        raise
            if self._vault.locked:
                self._unlock(reason)
            self._used()

    def unlock(self, choice: UnlockChoice) -> None:
        """Unlock the vault with a person's choice, or make it when there is none."""
        with self._turn:
            if self._vault.exists:
                self._vault.unlock(self._unlocker(choice, make=False))
            else:
                self._vault.create(self._unlocker(choice, make=True))

    def lock(self) -> None:
        """Forget the key, and let go what was opened with secrets."""
        with self._turn:
            if self._idle is not None:
                self._idle.cancel()
                self._idle = None
            self._vault.lock()
        if self.on_lock is not None:
            self.on_lock()

    def add_key(self, choice: UnlockChoice) -> None:
        """Add one more way to unlock; the vault must be unlocked."""
        with self._turn:
            self._vault.add_key(self._unlocker(choice, make=True))

    def change_passphrase(self, passphrase: str) -> None:
        """Let a new passphrase unlock in place of the one before; recovery kits go on working.

        The vault must be unlocked. The data key is made anew, so that the old passphrase opens no copy that
        is written from now on.
        """
        with self._turn:
            before = [one for one in self._vault.status().unlockers if one.kind == one.label == "passphrase"]
            self._vault.add_key(self._unlocker(UnlockChoice("passphrase", passphrase), make=True))
            for one in before:
                self._vault.remove_key(one.id)
            self._vault.rotate()

    def make_recovery_kit(self, made: str) -> str:
        """Add 160 random bits as a passphrase that opens the vault, and give it; ``made`` is the day."""
        words = base64.b32encode(os.urandom(_KIT_BYTES)).decode()
        kit = "-".join(words[at : at + 4] for at in range(0, len(words), 4))
        with self._turn:
            self._vault.add_key(Passphrase(kit, f"recovery kit of {made}"))
        return kit

    def remove_key(self, key_id: str) -> None:
        """Remove a way to unlock; the last one stays."""
        with self._turn:
            self._vault.remove_key(key_id)

    def rotate(self) -> None:
        """Encrypt every secret anew with a new data key."""
        with self._turn:
            self._vault.rotate()

    def ways(self) -> tuple[Way, ...]:
        """List how this vault can be unlocked, or how a new one could be."""
        if self._vault.exists:
            kinds = {entry.kind for entry in self._vault.status().unlockers}
            return tuple(way for way in get_args(Way) if way in kinds)
        return (
            "passphrase",
            "key_file",
            *(("keyring",) if self._keyring() else ()),
            *(("ssh_agent",) if agent_keys(self._agent()) else ()),
        )

    def _used(self) -> None:
        """Begin to wait anew for the end of use."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if self._idle_s is not None:
            self._idle = threading.Timer(self._idle_s, self.lock)
            self._idle.daemon = True
            self._idle.start()

    def _create(self, reason: str) -> None:
        unattended = self._unattended(make=True)
        if unattended is not None:
            self._vault.create(unattended)
        elif self._keyring():
            self._vault.create(Keyring(APP, str(self._home.vault)))
        else:
            self._vault.create(self._unlocker(self._asked(reason), make=True))

    def _unlock(self, reason: str) -> None:
        given = self._unattended(make=False)
        if given is not None:
            self._vault.unlock(given)
            return
        for found in self._known():
            # What is found by itself and does not open it is no reason not to ask.
            with suppress(VaultError):
                self._vault.unlock(found)
                return
        self._unlock_by_asking(reason)

    def _unlock_by_asking(self, reason: str) -> None:
        """Ask for what unlocks the vault, again when a passphrase was mistyped."""
        for left in reversed(range(_TRIES)):
            choice = self._asked(reason)
            try:
                self._vault.unlock(self._unlocker(choice, make=False))
            except VaultError:
                if choice.way != "passphrase" or not left:
                    raise
                reason = f"that passphrase does not open the vault; {left} more"
            else:
                return

    def _asked(self, reason: str) -> UnlockChoice:
        request = UnlockRequest(self._vault.exists, self.ways(), reason)
        choice = self._ask(request) if self._ask else None
        if choice is not None:
            return choice
        what = "unlocks it" if self._vault.exists else "is to unlock it"
        raise VaultLockedError(
            f"the vault is needed {reason}, and nothing says what {what}",
            f"set {PASSPHRASE_FILE} or {KEY_FILE}, or run the command on a terminal",
        )

    def _unattended(self, *, make: bool) -> Unlocker | None:
        if path := self._environ.get(PASSPHRASE_FILE):
            return Passphrase(_read_passphrase(Path(path)))
        if path := self._environ.get(KEY_FILE):
            return _key_file(Path(path), make=make)
        return None

    def _known(self) -> Iterator[Unlocker]:
        for entry in self._vault.status().unlockers:
            if entry.kind == "key_file" and Path(entry.label).is_file():
                yield KeyFile(Path(entry.label))
        if "keyring" in self.ways() and self._keyring():
            yield Keyring(APP, str(self._home.vault))
        if "ssh_agent" in self.ways() and agent_keys(self._agent()):
            yield self._agent()

    def _agent(self, fingerprint: str = "") -> SshAgent:
        return SshAgent(fingerprint, self._environ)

    def _keyring(self) -> bool:
        return not self._home.isolated and keyring_available() is not None

    def _unlocker(self, choice: UnlockChoice, *, make: bool) -> Unlocker:
        match choice.way:
            case "passphrase":
                if not choice.passphrase:
                    raise VaultError("an empty passphrase protects nothing", "type one")
                return Passphrase(choice.passphrase)
            case "key_file":
                return _key_file(choice.key_file or self._home.config / "vault.key", make=make)
            case "keyring":
                return Keyring(APP, str(self._home.vault))
            case "ssh_agent":
                return self._agent(choice.fingerprint)


def _key_file(path: Path, *, make: bool) -> KeyFile:
    path = path.expanduser()
    if make and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            return KeyFile.make(path)
        except VaultError:
            # Another process may have made it meanwhile.
            if not path.exists():
                raise
    return KeyFile(path)


def _read_passphrase(path: Path) -> str:
    try:
        text = path.expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise VaultError(
            f"the passphrase file {path} cannot be read: {error}", f"{PASSPHRASE_FILE} names it"
        ) from error
    return text.removesuffix("\n").removesuffix("\r")
