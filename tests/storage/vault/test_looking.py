"""A file that was read before is read again as soon as anything about it is different."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.errors import VaultError, VaultLockedError
from storage.vault import KeyFile, Vault, open_vault
from storage.vault.disk import look_at


@pytest.fixture
def key(tmp_path: Path) -> KeyFile:
    return KeyFile.make(tmp_path / "vault.key")


@pytest.fixture
def vault(tmp_path: Path, key: KeyFile) -> Vault:
    """Give a vault that holds its file, because the file was left alone for a moment."""
    vault = open_vault(tmp_path / "vault.json")
    vault.create(key)
    vault.put("a", "one")
    settle(vault.path)
    assert vault.get("a") == "one"
    return vault


def settle(path: Path) -> None:
    while look_at(path) is None:
        time.sleep(0.01)


def test_a_file_of_this_moment_is_not_kept_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"")
    assert look_at(path) is None
    settle(path)
    assert look_at(path) == look_at(path) is not None
    assert look_at(tmp_path / "nothing") is None


def test_what_another_process_writes_is_seen_at_once(vault: Vault, key: KeyFile) -> None:
    other = open_vault(vault.path)
    other.unlock(key)
    for value in ("two", "six", "ten"):
        other.put("a", value)
        assert vault.get("a") == value
    other.delete("a")
    with pytest.raises(VaultError):
        vault.get("a")


def test_what_this_vault_writes_is_seen_at_once(vault: Vault) -> None:
    assert vault.put("a", "two") == 2
    assert vault.get_with_revision("a") == ("two", 2)


def _in_place(path: Path) -> None:
    data, times = path.read_bytes(), path.stat()
    path.write_bytes(data.replace(b'"revision"', b'"Revision"'))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize("damage", [_in_place, Path.unlink, lambda path: path.write_bytes(b"{}")])
def test_damage_is_seen_at_once(vault: Vault, damage: Callable[[Path], object]) -> None:
    damage(vault.path)
    with pytest.raises(VaultError):
        vault.get("a")


def test_a_locked_vault_gives_nothing_of_what_it_has_read(vault: Vault, key: KeyFile) -> None:
    vault.lock()
    with pytest.raises(VaultLockedError):
        vault.get("a")
    vault.unlock(key)
    assert vault.get("a") == "one"


def test_a_rotation_by_another_process_locks_this_vault(vault: Vault, key: KeyFile) -> None:
    other = open_vault(vault.path)
    other.unlock(key)
    other.rotate()
    with pytest.raises(VaultLockedError):
        vault.get("a")
    assert vault.locked
