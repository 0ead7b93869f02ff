"""The vault: named secrets in one file, readable while its data key is in memory."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import SecretChangedError, SecretMissingError, VaultError, VaultLockedError, WrongKeyError
from ..ids import new_id
from . import content
from .disk import Look, look_at, read_bytes, replace_bytes, writing
from .layout import UnlockerRow, VaultFile, damaged, decode_file, encode_file
from .unlockers import Unlocker, kind_of, label_of, seeds_for

_UNLOCK_FIRST = "unlock it with its passphrase, key file, keyring or ssh-agent"


@dataclass(frozen=True, slots=True)
class UnlockerEntry:
    """One way to unlock a vault, as people see it; ``created`` is RFC 3339 in UTC."""

    id: str
    kind: str
    label: str
    created: str


@dataclass(frozen=True, slots=True)
class VaultStatus:
    """What can be told about a vault without its key."""

    path: Path
    exists: bool
    locked: bool
    unlockers: tuple[UnlockerEntry, ...]
    secrets: int


def open_vault(path: Path) -> "Vault":
    """Give the vault at ``path``, locked; nothing is read or made yet."""
    return Vault(path)


class Vault:
    """Secrets by name. Several processes may use one file; the data key stays in this object alone.

    Every method that takes or gives a secret raises `VaultLockedError` while the vault is locked, and
    `VaultError` naming the file when it is damaged. A damaged file is never written over.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.expanduser().absolute()
        self._key: content.OpenKey | None = None
        # The file as it was last read, sealed as it is, and the key for which its tag was found right.
        self._seen: tuple[Look, VaultFile] | None = None
        self._checked: tuple[content.OpenKey, VaultFile] | None = None

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._path

    @property
    def exists(self) -> bool:
        """Whether there is a file."""
        return self._path.exists()

    @property
    def has_key(self) -> bool:
        """Whether a data key is in memory, looking at nothing: another process may have changed it."""
        return self._key is not None

    @property
    def locked(self) -> bool:
        """Whether secrets are out of reach: no key, or the key was changed by another process."""
        if self._key is not None:
            with suppress(VaultError):
                file = self._read()
                if file is None or not self._key.fits(file):
                    self.lock()
        return self._key is None

    def status(self) -> VaultStatus:
        """Tell what is there; no key is needed."""
        file = self._read()
        if file is None:
            return VaultStatus(self._path, exists=False, locked=True, unlockers=(), secrets=0)
        entries = tuple(_entry(row) for row in file.unlockers)
        return VaultStatus(self._path, True, self.locked, entries, len(file.secrets))

    def create(self, unlocker: Unlocker) -> None:
        """Make an empty vault and leave it unlocked.

        Raises:
            VaultError: there is a file already, or the unlocker cannot be used.
        """
        with writing(self._path):
            if self._read() is not None:
                raise VaultError(f"there is a vault already: {self._path}", _UNLOCK_FIRST)
            key, file = content.new_file(new_id("vault_"), unlocker)
            replace_bytes(self._path, encode_file(file))
        self._key = key

    def unlock(self, unlocker: Unlocker) -> None:
        """Take the data key into memory.

        Raises:
            WrongKeyError: this unlocker does not open this vault.
        """
        file = self._require()
        seeds = seeds_for(unlocker, tuple(row.way for row in file.unlockers))
        try:
            key = content.open_key(file, seeds)
        except content.ChangedError as error:
            raise damaged(self._path, str(error)) from error
        if key is None:
            raise WrongKeyError(
                f"this {_words(unlocker)} does not open the vault {self._path}; nothing was written",
                "try another one; `vault status` lists what opens it",
            )
        self._key = key

    def lock(self) -> None:
        """Forget the data key."""
        self._key = self._checked = None

    def add_key(self, unlocker: Unlocker) -> str:
        """Add one more way to unlock and give its id."""
        added: list[str] = []

        def change(key: content.OpenKey, file: VaultFile) -> VaultFile:
            changed = content.with_unlocker(key, file, unlocker)
            added.append(changed.unlockers[-1].id)
            return changed

        self._change(change)
        return added[0]

    def remove_key(self, key_id: str) -> None:
        """Remove one way to unlock and encrypt everything anew, for who had it may know the data key.

        Raises:
            VaultError: there is no such way, or it is the last one.
        """

        def change(key: content.OpenKey, file: VaultFile) -> tuple[content.OpenKey, VaultFile]:
            if key_id not in {row.id for row in file.unlockers}:
                raise VaultError(f"nothing with the id {key_id} unlocks this vault", "see `vault status`")
            if len(file.unlockers) == 1:
                raise VaultError(f"{key_id} is the last key of this vault", "add another one first")
            return content.rotated(key, content.without_unlocker(file, key_id))

        self._renew(change)

    def replace_keys(self, unlocker: Unlocker, is_replaced: Callable[[UnlockerEntry], bool]) -> None:
        """Let this unlock in place of those ways, under a new data key: all of it happens, or nothing."""

        def change(key: content.OpenKey, file: VaultFile) -> tuple[content.OpenKey, VaultFile]:
            for row in file.unlockers:
                if is_replaced(_entry(row)):
                    file = content.without_unlocker(file, row.id)
            return content.rotated(key, content.with_unlocker(key, file, unlocker))

        self._renew(change)

    def rotate(self) -> None:
        """Encrypt everything anew with a new data key; every unlocker keeps working."""
        self._renew(content.rotated)

    def put(self, name: str, value: str, expected: int | None = None) -> int:
        """Keep a secret and give its new revision.

        ``expected`` is the revision that was read, 0 when there was none; None replaces whatever is there.

        Raises:
            SecretChangedError: the secret has another revision than ``expected``; nothing was written.
        """
        written: list[int] = []

        def change(key: content.OpenKey, file: VaultFile) -> VaultFile:
            current = file.secrets[name].revision if name in file.secrets else 0
            if expected is not None and expected != current:
                raise SecretChangedError(
                    f"the secret {name} has revision {current}, not {expected}", "read it again"
                )
            changed = content.with_secret(key, file, name, value)
            written.append(changed.secrets[name].revision)
            return changed

        self._change(change)
        return written[0]

    def get(self, name: str) -> str:
        """Give a secret.

        Raises:
            SecretMissingError: there is none of that name.
        """
        return self.get_with_revision(name)[0]

    def get_with_revision(self, name: str) -> tuple[str, int]:
        """Give a secret and its revision."""
        file = self._require()
        key = self._open(file)
        row = file.secrets.get(name)
        if row is None:
            raise self._missing(name)
        try:
            return content.read_secret(key, file, name), row.revision
        except content.ChangedError as error:
            raise damaged(self._path, str(error)) from error

    def delete(self, name: str) -> None:
        """Remove a secret; its revisions are not used again."""

        def change(_: content.OpenKey, file: VaultFile) -> VaultFile:
            if name not in file.secrets:
                raise self._missing(name)
            return content.without_secret(file, name)

        self._change(change)

    def names(self) -> tuple[str, ...]:
        """List the names of the secrets in order; no key is needed."""
        file = self._read()
        return tuple(sorted(file.secrets)) if file else ()

    def _change(self, change: Callable[[content.OpenKey, VaultFile], VaultFile]) -> None:
        """Read, change and write the file while no other can."""
        self._renew(lambda key, file: (key, change(key, file)))

    def _renew(
        self, change: Callable[[content.OpenKey, VaultFile], tuple[content.OpenKey, VaultFile]]
    ) -> None:
        """Do the same where the change may also give another data key."""
        if self._key is None:
            raise self._locked_error()
        with writing(self._path):
            file = self._require()
            key = self._open(file)
            renewed, changed = change(key, file)
            replace_bytes(self._path, encode_file(content.tagged(renewed, changed)))
        self._key = renewed

    def _open(self, file: VaultFile) -> content.OpenKey:
        key = self._key
        if key is None:
            raise self._locked_error()
        if not key.fits(file):
            self.lock()
            raise VaultLockedError(f"the key of the vault {self._path} was changed meanwhile", _UNLOCK_FIRST)
        checked = self._checked
        if checked is None or checked[0] is not key or checked[1] is not file:
            try:
                content.check_tag(key, file)
            except content.ChangedError as error:
                raise damaged(self._path, str(error)) from error
            self._checked = key, file
        return key

    def _read(self) -> VaultFile | None:
        look, seen = look_at(self._path), self._seen
        if look is not None and seen is not None and look == seen[0]:
            return seen[1]
        data = read_bytes(self._path)
        if data is None:
            return None
        file = decode_file(data, self._path)
        self._seen = (look, file) if look is not None and look == look_at(self._path) else None
        return file

    def _require(self) -> VaultFile:
        file = self._read()
        if file is None:
            raise VaultError(
                f"there is no vault at {self._path}",
                "restore it from a backup; the next secret that is kept makes a new one",
            )
        return file

    def _locked_error(self) -> VaultLockedError:
        return VaultLockedError(f"the vault {self._path} is locked", _UNLOCK_FIRST)

    def _missing(self, name: str) -> SecretMissingError:
        return SecretMissingError(f"the vault {self._path} holds no secret {name}", "add it again")


def _entry(row: UnlockerRow) -> UnlockerEntry:
    return UnlockerEntry(row.id, kind_of(row.way), label_of(row.way), row.created)


def _words(unlocker: Unlocker) -> str:
    names = {"Passphrase": "passphrase", "KeyFile": "key file", "Keyring": "keyring entry"}
    return names.get(type(unlocker).__name__, "ssh-agent")
