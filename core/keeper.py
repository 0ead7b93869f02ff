"""Keep the secrets of a home: open its vault when one is needed, and resolve where each secret comes from."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from storage import SecretMissingError, VaultError, VaultLockedError, WrongKeyError
from storage.vault import (
    Passphrase,
    UnlockerEntry,
    Vault,
    VaultStatus,
    is_reference,
    recovery_kit,
    resolve_reference,
)

from .home import Home
from .idle import Idle, boot_clock
from .unlocking import KEY_FILE, PASSPHRASE_FILE, Unlock, UnlockChoice, Unlockers, UnlockRequest, Way

__all__ = ["KEY_FILE", "PASSPHRASE_FILE", "Keeper", "Unlock", "UnlockChoice", "UnlockRequest", "Way"]

_KEPT = "vault:"
_TRIES = 3
# So often in a row another process may change the data key between opening and writing.
_CHANGES = 20

T = TypeVar("T")


class Keeper:
    """The vault of a home, unlocked by what answers unattended, else by asking."""

    def __init__(
        self,
        vault: Vault,
        home: Home,
        unlock: Unlock | None,
        environ: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = boot_clock,
    ) -> None:
        self._vault = vault
        self._unlockers = Unlockers(vault, home, environ)
        self._ask = unlock
        self.on_lock: Callable[[], None] | None = None
        # One question at a time, and one derivation of a key.
        self._turn = threading.RLock()
        self._idle = Idle(self._turn, self.lock, clock)

    def status(self) -> VaultStatus:
        """Tell whether the vault exists, what unlocks it and how many secrets it holds."""
        return self._vault.status()

    def lock_after(self, idle_s: float | None) -> None:
        """Lock the vault whenever no secret was used for so long; None leaves it open."""
        with self._turn:
            self._idle.limit(idle_s)
            if not self._vault.locked:
                self._idle.use()

    def put(self, name: str, value: str) -> str:
        """Keep a secret and give where it is (``vault:NAME``), making or unlocking the vault when needed."""
        self._opened("to keep a secret", lambda: self._vault.put(name, value))
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
        self._opened("to keep a token", lambda: self._vault.put(name, value, expected))
        return _KEPT + name

    def held(self, name: str) -> tuple[str | None, int]:
        """Give a secret of the vault with its revision; nothing, and 0, where there is none."""
        try:
            return self._opened("to use a stored token", lambda: self._vault.get_with_revision(name))
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
            if not (self._vault.has_key or self._vault.exists):
                raise VaultError(
                    f"the vault {self._vault.path} is missing",
                    "restore it from a backup, or give the secret again",
                )
            name = where.removeprefix(_KEPT)
            return self._opened("to use a stored secret", lambda: self._vault.get(name))

    @contextmanager
    def at_once(self, places: Iterable[str]) -> Iterator[bool]:
        """Tell whether each secret can be resolved without waiting for anybody, while this is held.

        A reference may run a program, a locked vault asks a person, and another thread may do so just now.
        """
        if not all(where.startswith(_KEPT) for where in places) or not self._turn.acquire(blocking=False):
            yield False
            return
        try:
            yield not (self._vault.locked or self._idle.is_over)
        finally:
            self._turn.release()

    def forget(self, where: str) -> None:
        """Remove a secret from the vault; a reference points elsewhere and is left alone."""
        with self._turn:
            name = where.removeprefix(_KEPT)
            if where.startswith(_KEPT) and name in self._vault.names():
                self._opened("to remove a stored secret", lambda: self._vault.delete(name))

    def open(self, reason: str = "") -> None:
        """Make or unlock the vault: by the environment, its key file, the keyring, or by asking.

        Raises:
            VaultError: nothing answers, or what answers has the wrong key.
        """
        with self._turn:
            if self._idle.is_over:
                self.lock()
            if self._vault.locked and not self._vault.exists:
                try:
                    self._create(reason)
                except VaultError:
                    # Another process may have made it meanwhile.
                    if not self._vault.exists:
                        raise
            if self._vault.locked:
                self._unlock(reason)
            self._idle.use()

    def unlock(self, choice: UnlockChoice) -> None:
        """Unlock the vault with a person's choice, or make it when there is none."""
        with self._turn:
            if self._vault.exists:
                self._vault.unlock(self._unlockers.chosen(choice, make=False))
            else:
                self._vault.create(self._unlockers.chosen(choice, make=True))
            self._idle.use()

    def lock(self) -> None:
        """Forget the key, and let go what was opened with secrets."""
        with self._turn:
            self._idle.stop()
            self._vault.lock()
        if self.on_lock is not None:
            self.on_lock()

    def add_key(self, choice: UnlockChoice) -> None:
        """Add one more way to unlock."""
        unlocker = self._unlockers.chosen(choice, make=True)
        self._opened("to add a key to it", lambda: self._vault.add_key(unlocker))

    def change_passphrase(self, passphrase: str) -> None:
        """Let a new passphrase unlock in place of the one before; recovery kits go on working.

        The data key is made anew in the same step, so that the old passphrase opens no copy that is written
        from now on.

        Raises:
            VaultError: no passphrase opens it.
        """

        def is_it(one: UnlockerEntry) -> bool:
            return one.kind == one.label == "passphrase"

        if not any(is_it(one) for one in self._vault.status().unlockers):
            raise VaultError(
                "no passphrase opens the vault, so there is none to change",
                "`connect-tui vault add-key --way passphrase` adds one",
            )
        unlocker = self._unlockers.chosen(UnlockChoice("passphrase", passphrase), make=True)
        self._opened(
            "to change its passphrase",
            lambda: self._vault.replace_keys(unlocker, is_it),
        )

    def make_recovery_kit(self, made: str, write: Callable[[str], object]) -> None:
        """Give 160 random bits to ``write``, then let them open the vault; ``made`` is the day.

        In this order: what opens the vault is on paper, or nobody has it and it opens nothing.
        """
        kit = Passphrase(recovery_kit.new_kit(), f"{recovery_kit.LABEL} of {made}")
        with self._turn:
            self.open("to make a recovery kit")
            write(kit.text)
            self._opened("to make a recovery kit", lambda: self._vault.add_key(kit))

    def remove_key(self, key_id: str) -> None:
        """Remove a way to unlock and encrypt every secret anew; the last way stays."""
        self._opened("to remove a key of it", lambda: self._vault.remove_key(key_id))

    def rotate(self) -> None:
        """Encrypt every secret anew with a new data key."""
        self._opened("to encrypt it anew", self._vault.rotate)

    def ways(self) -> tuple[Way, ...]:
        """List how this vault can be unlocked, or how a new one could be."""
        return self._unlockers.ways()

    def _opened(self, reason: str, act: Callable[[], T]) -> T:
        """Do something with the open vault; once more when another process changed the data key just now."""
        with self._turn:
            for _ in range(_CHANGES):
                # Whether the key still fits, the vault says itself; to ask before would cost as much again.
                if self._vault.has_key and not self._idle.is_over:
                    self._idle.use()
                else:
                    self.open(reason)
                try:
                    return act()
                except VaultLockedError as error:
                    changed = error
                except VaultError:
                    if not self._vault.exists:
                        self.lock()
                    raise
            raise changed

    def _create(self, reason: str) -> None:
        unattended = self._unlockers.unattended(make=True)
        if unattended is not None:
            self._vault.create(unattended)
        elif self._unlockers.has_keyring():
            self._vault.create(self._unlockers.keyring())
        else:
            self._vault.create(self._unlockers.chosen(self._asked(reason), make=True))

    def _unlock(self, reason: str) -> None:
        given = self._unlockers.unattended(make=False)
        if given is not None:
            try:
                self._vault.unlock(given)
            except WrongKeyError as error:
                raise WrongKeyError(error.message, self._unlockers.named_by()) from None
            return
        failed: list[VaultError] = []
        for found in self._unlockers.known():
            # What is found by itself and does not open it is no reason not to ask.
            try:
                if isinstance(found, VaultError):
                    raise found
                self._vault.unlock(found)
            except VaultError as error:
                failed.append(error)
            else:
                return
        self._unlock_by_asking(reason, failed)

    def _unlock_by_asking(self, reason: str, failed: list[VaultError]) -> None:
        """Ask for what unlocks the vault, again when a passphrase was mistyped."""
        for left in reversed(range(_TRIES)):
            choice = self._asked(reason, failed)
            try:
                self._vault.unlock(self._unlockers.chosen(choice, make=False))
            except VaultError:
                if choice.way != "passphrase" or not left:
                    raise
                reason = f"that passphrase does not open the vault; {left} more"
            else:
                return

    def _asked(self, reason: str, failed: Iterable[VaultError] = ()) -> UnlockChoice:
        request = UnlockRequest(self._vault.exists, self._unlockers.ways(), reason)
        choice = self._ask(request) if self._ask else None
        if choice is not None:
            return choice
        why = "; ".join(error.message for error in failed)
        if not why:
            why = f"nothing says what {'unlocks it' if self._vault.exists else 'is to unlock it'}"
        remedies = dict.fromkeys(error.remedy for error in failed if error.remedy)
        raise VaultLockedError(
            f"the vault is needed {reason}, and {why}",
            "; ".join((*remedies, f"set {PASSPHRASE_FILE} or {KEY_FILE}, or run the command on a terminal")),
        )
