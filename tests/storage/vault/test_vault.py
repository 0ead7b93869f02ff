"""The vault keeps what it was given, for those who have its key, and loses nothing."""

import fcntl
import json
import stat
from pathlib import Path

import pytest
from msgspec.structs import replace

import storage.vault
from storage.errors import SecretChangedError, SecretMissingError, VaultError, VaultLockedError, WrongKeyError
from storage.vault import KeyFile, Passphrase, Unlocker, Vault, open_vault, sealing
from storage.vault.content import OpenKey, tagged
from storage.vault.disk import writing
from storage.vault.layout import decode_file, encode_file

CANARY = "canary-6f1d-secret"


@pytest.fixture
def key(tmp_path: Path) -> KeyFile:
    return KeyFile.make(tmp_path / "vault.key")


@pytest.fixture
def vault(tmp_path: Path, key: KeyFile) -> Vault:
    vault = open_vault(tmp_path / "vault.json")
    vault.create(key)
    return vault


def reopen(vault: Vault, unlocker: Unlocker) -> Vault:
    other = open_vault(vault.path)
    other.unlock(unlocker)
    return other


def test_opening_makes_nothing(tmp_path: Path) -> None:
    vault = open_vault(tmp_path / "deep" / "vault.json")
    status = vault.status()
    assert (vault.exists, vault.locked, status.exists, status.locked) == (False, True, False, True)
    assert (status.unlockers, status.secrets, vault.names()) == ((), 0, ())
    assert list(tmp_path.iterdir()) == []


def test_creating_makes_the_folder_and_a_file_for_the_owner_alone(tmp_path: Path, key: KeyFile) -> None:
    vault = open_vault(tmp_path / "deep" / "vault.json")
    vault.create(key)
    assert stat.S_IMODE(vault.path.stat().st_mode) == 0o600
    assert not vault.locked
    vault.put("a", "b")
    assert stat.S_IMODE(vault.path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "value", ["", "x", "two\nlines\r\n", "äöü € 漢字 \0 end", "\udcff broken", "z" * 1_000_000]
)
def test_every_text_comes_back_as_it_was(vault: Vault, key: KeyFile, value: str) -> None:
    vault.put("a", value)
    assert vault.get("a") == value
    assert reopen(vault, key).get("a") == value


def test_the_file_holds_no_secret_in_the_clear(vault: Vault) -> None:
    vault.put("token", CANARY)
    vault.put("token2", CANARY)
    content = vault.path.read_text()
    assert CANARY not in content
    rows = json.loads(content)["secrets"]
    assert rows["token"]["sealed"] != rows["token2"]["sealed"]
    assert CANARY not in repr(vault.__dict__)
    assert CANARY not in repr(Passphrase(CANARY))


def test_the_status_tells_what_unlocks_it_without_the_key(vault: Vault, key: KeyFile) -> None:
    added = vault.add_key(Passphrase("open sesame"))
    vault.put("a", "b")
    status = open_vault(vault.path).status()
    assert [entry.kind for entry in status.unlockers] == ["key_file", "passphrase"]
    assert status.unlockers[0].label == str(key.path)
    assert status.unlockers[1].id == added
    assert status.unlockers[1].created.endswith("Z")
    assert (status.locked, status.secrets) == (True, 1)
    assert open_vault(vault.path).names() == ("a",)


def test_a_locked_vault_gives_and_takes_nothing(vault: Vault) -> None:
    vault.put("a", "b")
    before = vault.path.read_bytes()
    vault.lock()
    assert vault.locked
    for use in (
        lambda: vault.get("a"),
        lambda: vault.put("a", "c"),
        lambda: vault.delete("a"),
        vault.rotate,
        lambda: vault.add_key(Passphrase("x")),
        lambda: vault.remove_key("unlock_x"),
    ):
        with pytest.raises(VaultLockedError, match="is locked"):
            use()
    assert vault.path.read_bytes() == before


def test_creating_twice_is_refused(vault: Vault, key: KeyFile) -> None:
    before = vault.path.read_bytes()
    with pytest.raises(VaultError, match="there is a vault already"):
        open_vault(vault.path).create(key)
    assert vault.path.read_bytes() == before


def test_a_vault_that_is_not_there_cannot_be_unlocked(tmp_path: Path, key: KeyFile) -> None:
    with pytest.raises(VaultError, match="there is no vault at"):
        open_vault(tmp_path / "none.json").unlock(key)


def test_a_wrong_key_is_refused_before_anything_is_written(vault: Vault, tmp_path: Path) -> None:
    vault.put("a", CANARY)
    vault.add_key(Passphrase("right"))
    other_key = KeyFile.make(tmp_path / "other.key")
    before = vault.path.read_bytes()
    for wrong in (Passphrase("Right"), other_key):
        other = open_vault(vault.path)
        with pytest.raises(
            WrongKeyError, match=r"does not open the vault .*vault\.json; nothing was written"
        ):
            other.unlock(wrong)
        assert other.locked
        with pytest.raises(VaultLockedError):
            other.put("a", "overwritten")
    assert vault.path.read_bytes() == before


def test_the_key_of_another_vault_does_not_open_this_one(vault: Vault, tmp_path: Path) -> None:
    second = open_vault(tmp_path / "second.json")
    second.create(Passphrase("same words"))
    vault.add_key(Passphrase("same words, other vault"))
    vault.path.write_bytes(second.path.read_bytes())
    with pytest.raises(VaultLockedError, match="was changed meanwhile"):
        vault.put("a", "b")
    assert vault.path.read_bytes() == second.path.read_bytes()


def test_an_empty_passphrase_is_refused(tmp_path: Path) -> None:
    vault = open_vault(tmp_path / "vault.json")
    with pytest.raises(VaultError, match="empty passphrase"):
        vault.create(Passphrase(""))
    assert not vault.exists


def test_each_unlocker_opens_and_a_removed_one_does_not(vault: Vault, key: KeyFile) -> None:
    vault.put("a", "b")
    added = vault.add_key(Passphrase("open sesame"))
    assert reopen(vault, Passphrase("open sesame")).get("a") == "b"
    assert reopen(vault, key).get("a") == "b"
    vault.remove_key(added)
    with pytest.raises(WrongKeyError):
        reopen(vault, Passphrase("open sesame"))


def test_the_same_key_is_not_added_twice(vault: Vault, key: KeyFile) -> None:
    with pytest.raises(VaultError, match="opens the vault already"):
        vault.add_key(key)


def test_the_last_key_stays(vault: Vault) -> None:
    only = vault.status().unlockers[0].id
    with pytest.raises(VaultError, match="last key"):
        vault.remove_key(only)
    with pytest.raises(VaultError, match="nothing with the id nope"):
        vault.remove_key("nope")


def test_rotating_changes_the_key_and_keeps_secrets_unlockers_and_revisions(
    vault: Vault, key: KeyFile
) -> None:
    vault.add_key(Passphrase("open sesame"))
    vault.put("a", "old")
    vault.put("a", "new")
    before = json.loads(vault.path.read_text())
    other = reopen(vault, key)
    vault.rotate()
    after = json.loads(vault.path.read_text())
    assert before["key_id"] != after["key_id"]
    assert before["secrets"]["a"]["sealed"] != after["secrets"]["a"]["sealed"]
    for one, two in zip(before["unlockers"], after["unlockers"], strict=True):
        assert one["wrapped"] != two["wrapped"]
    assert vault.get_with_revision("a") == ("new", 2)
    assert reopen(vault, key).get("a") == "new"
    assert reopen(vault, Passphrase("open sesame")).get("a") == "new"
    assert other.locked
    with pytest.raises(VaultLockedError):
        other.put("a", "with the old key")


def test_an_old_copy_and_its_key_do_not_open_a_rotated_vault(vault: Vault) -> None:
    added = vault.add_key(Passphrase("of somebody who left"))
    old = json.loads(vault.path.read_text())
    vault.remove_key(added)
    vault.rotate()
    new = json.loads(vault.path.read_text())
    new["unlockers"].append(old["unlockers"][1])
    vault.path.write_text(json.dumps(new))
    with pytest.raises(VaultError, match="is damaged"):
        reopen(vault, Passphrase("of somebody who left"))


def test_a_revision_grows_with_every_change_and_is_never_used_again(vault: Vault) -> None:
    assert [vault.put("a", "1"), vault.put("a", "2"), vault.put("b", "1")] == [1, 2, 1]
    vault.delete("a")
    assert vault.put("a", "3") == 3


def test_a_secret_that_changed_meanwhile_is_not_overwritten(vault: Vault, key: KeyFile) -> None:
    assert vault.put("a", "first", expected=0) == 1
    other = reopen(vault, key)
    value, revision = other.get_with_revision("a")
    vault.put("a", value + "+mine", expected=revision)
    with pytest.raises(SecretChangedError, match="revision 2, not 1") as caught:
        other.put("a", value + "+yours", expected=revision)
    assert caught.value.error_class == "conflict"
    with pytest.raises(SecretChangedError):
        other.put("a", "again", expected=0)
    assert vault.get("a") == "first+mine"


def test_a_missing_secret_is_named(vault: Vault) -> None:
    for use in (vault.get, vault.delete):
        with pytest.raises(SecretMissingError, match="holds no secret auth/x"):
            use("auth/x")
    with pytest.raises(VaultError, match="printable"):
        vault.put("", "x")
    with pytest.raises(VaultError, match="printable"):
        vault.put("a\x1b[2J", "x")


def test_a_deleted_secret_is_gone_from_the_file(vault: Vault) -> None:
    vault.put("a", "b")
    vault.put("c", "d")
    vault.delete("a")
    assert vault.names() == ("c",)
    assert '"a"' not in vault.path.read_text()


def test_a_link_to_the_file_stays_a_link(vault: Vault, key: KeyFile, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(vault.path)
    other = open_vault(link)
    other.unlock(key)
    other.put("a", "b")
    assert link.is_symlink()
    assert vault.get("a") == "b"


def test_who_comes_by_another_link_waits_for_the_same_lock(vault: Vault, tmp_path: Path) -> None:
    links = [tmp_path / folder / "vault.json" for folder in "ab"]
    for link in links:
        link.parent.mkdir()
        link.symlink_to(vault.path)
    lock = vault.path.with_name(vault.path.name + ".lock")
    with writing(links[0]), lock.open() as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert [list(link.parent.iterdir()) for link in links] == [[link] for link in links]


def test_a_vault_made_by_somebody_who_has_only_the_file_is_refused(vault: Vault, key: KeyFile) -> None:
    """Public keys stand in the file; with them alone nobody can slip in a data key of their own."""
    file = decode_file(vault.path.read_bytes(), vault.path)
    row = file.unlockers[0]
    forged_key = OpenKey(file.id, file.key_id, sealing.new_key())
    wrapped = sealing.wrap(
        forged_key.data_key, row.public, sealing.new_key(), ("wrap", file.id, file.key_id, row.id)
    )
    forged = replace(file, unlockers=(replace(row, wrapped=wrapped),))
    vault.path.write_bytes(encode_file(tagged(forged_key, forged)))
    with pytest.raises(VaultError, match="is damaged: the key in it was changed"):
        reopen(vault, key)


def test_the_public_names_are_there() -> None:
    assert all(getattr(storage.vault, name) is not None for name in storage.vault.__all__)
    with pytest.raises(AttributeError):
        _ = storage.vault.Nothing
