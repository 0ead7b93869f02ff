"""What stands in a vault: pure changes of its file with an open data key."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from msgspec.structs import replace

from ..errors import VaultError
from ..ids import new_id
from . import sealing
from .layout import FORMAT, PRODUCT, SecretRow, UnlockerRow, VaultFile, sealed_content
from .unlockers import Unlocker, new_way


class ChangedError(Exception):
    """Something in the file was not written by a holder of its key."""


@dataclass(frozen=True, slots=True)
class OpenKey:
    """The data key of one vault, and which of its successive keys it is."""

    vault_id: str
    key_id: str
    data_key: bytes = field(repr=False)

    def fits(self, file: VaultFile) -> bool:
        """Say whether the file is encrypted with this key."""
        return (file.id, file.key_id) == (self.vault_id, self.key_id)


def new_file(vault_id: str, unlocker: Unlocker) -> tuple[OpenKey, VaultFile]:
    """Give an empty vault that one unlocker opens."""
    key = OpenKey(vault_id, new_id("key_"), sealing.new_key())
    file = VaultFile(PRODUCT, FORMAT, vault_id, key.key_id, (), {})
    return key, tagged(key, with_unlocker(key, file, unlocker))


def open_key(file: VaultFile, seeds: Iterator[bytes | None]) -> OpenKey | None:
    """Give the data key that one of the seeds opens; seeds stand in the order of the unlockers.

    Raises:
        ChangedError: a seed is the right one, but the file was changed.
    """
    for row, seed in zip(file.unlockers, seeds, strict=True):
        keys = sealing.UnlockerKeys(seed) if seed is not None else None
        if keys is None or keys.public != row.public:
            continue
        try:
            data_key = keys.unwrap(row.wrapped, _wrap_place(file, row.id))
        except sealing.NotAuthenticError as error:
            raise ChangedError("the key in it was changed") from error
        key = OpenKey(file.id, file.key_id, data_key)
        check_tag(key, file)
        return key
    return None


def tagged(key: OpenKey, file: VaultFile) -> VaultFile:
    """Give the file with the tag that proves that a holder of the key wrote all of it."""
    return replace(file, seal=sealing.tag_of(key.data_key, sealed_content(file)))


def check_tag(key: OpenKey, file: VaultFile) -> None:
    """Refuse a file of which any part was changed without the key."""
    if not sealing.same_tag(file.seal, sealing.tag_of(key.data_key, sealed_content(file))):
        raise ChangedError("it was changed by something that does not have its key")


def with_unlocker(key: OpenKey, file: VaultFile, unlocker: Unlocker) -> VaultFile:
    """Add a way to unlock."""
    way, seed = new_way(unlocker)
    keys = sealing.UnlockerKeys(seed)
    if keys.public in {row.public for row in file.unlockers}:
        raise VaultError("this key opens the vault already", "add another one")
    row_id = new_id("unlock_")
    row = UnlockerRow(
        id=row_id,
        created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        way=way,
        public=keys.public,
        vouch=sealing.seal(key.data_key, keys.vouch, _vouch_place(file, row_id)),
        wrapped=sealing.wrap(key.data_key, keys.public, keys.vouch, _wrap_place(file, row_id)),
    )
    return replace(file, unlockers=(*file.unlockers, row))


def without_unlocker(file: VaultFile, row_id: str) -> VaultFile:
    """Remove a way to unlock."""
    return replace(file, unlockers=tuple(row for row in file.unlockers if row.id != row_id))


def with_secret(key: OpenKey, file: VaultFile, name: str, value: str) -> VaultFile:
    """Add or replace a secret; its revision is one that no secret of this name had before."""
    known = file.secrets.get(name)
    revision = (known.revision if known else file.last_revision) + 1
    sealed = sealing.seal(key.data_key, _encoded(name, value), _secret_place(file, name, revision))
    return replace(file, secrets={**file.secrets, name: SecretRow(revision, sealed)})


def without_secret(file: VaultFile, name: str) -> VaultFile:
    """Remove a secret and remember its revision."""
    left = {other: row for other, row in file.secrets.items() if other != name}
    last = max(file.last_revision, file.secrets[name].revision)
    return replace(file, secrets=left, last_revision=last)


def read_secret(key: OpenKey, file: VaultFile, name: str) -> str:
    """Give the value of a secret that is there."""
    return _content_of(key, file, name).decode("utf-8", "surrogatepass")


def rotated(key: OpenKey, file: VaultFile) -> tuple[OpenKey, VaultFile]:
    """Give a new data key and the same vault under it."""
    new = OpenKey(key.vault_id, new_id("key_"), sealing.new_key())
    fresh = replace(file, key_id=new.key_id)
    secrets = {
        name: SecretRow(
            row.revision,
            sealing.seal(new.data_key, _content_of(key, file, name), _secret_place(file, name, row.revision)),
        )
        for name, row in file.secrets.items()
    }
    unlockers = tuple(_rewrapped(key, new, fresh, row) for row in file.unlockers)
    return new, replace(fresh, secrets=secrets, unlockers=unlockers)


def _rewrapped(key: OpenKey, new: OpenKey, fresh: VaultFile, row: UnlockerRow) -> UnlockerRow:
    place = _vouch_place(fresh, row.id)
    vouch = sealing.unseal(key.data_key, row.vouch, place)
    return replace(
        row,
        vouch=sealing.seal(new.data_key, vouch, place),
        wrapped=sealing.wrap(new.data_key, row.public, vouch, _wrap_place(fresh, row.id)),
    )


def _content_of(key: OpenKey, file: VaultFile, name: str) -> bytes:
    row = file.secrets[name]
    try:
        return sealing.unseal(key.data_key, row.sealed, _secret_place(file, name, row.revision))
    except sealing.NotAuthenticError as error:
        raise ChangedError(f"the secret {name} in it was changed") from error


def _encoded(name: str, value: str) -> bytes:
    if not name or not name.isprintable():
        raise VaultError("the name of a secret must be printable text", "choose another name")
    return value.encode("utf-8", "surrogatepass")


def _secret_place(file: VaultFile, name: str, revision: int) -> tuple[str, ...]:
    return ("secret", file.id, name, str(revision))


def _vouch_place(file: VaultFile, row_id: str) -> tuple[str, ...]:
    return ("vouch", file.id, row_id)


def _wrap_place(file: VaultFile, row_id: str) -> tuple[str, ...]:
    return ("wrap", file.id, file.key_id, row_id)
