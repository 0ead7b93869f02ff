"""Key files that others can read and keyrings that are none are refused."""

import base64
import os
import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from storage.errors import VaultError, WrongKeyError
from storage.vault import (
    KeyFile,
    Keyring,
    Passphrase,
    keyring_available,
    open_vault,
    os_keyring,
    recovery_kit,
)
from storage.vault.key_file import read_key_file
from storage.vault.layout import PassphraseWay
from storage.vault.passphrase import stretch


def stretched(text: str, label: str = "") -> bytes:
    return stretch(
        Passphrase(text), PassphraseWay(b"s" * 16, memory_kib=8192, passes=1, lanes=1, label=label)
    )


def test_a_kit_opens_however_its_groups_are_typed() -> None:
    kit = recovery_kit.new_kit()
    assert re.fullmatch(r"([A-Z2-7]{4}-){7}[A-Z2-7]{4}", kit)
    assert kit != recovery_kit.new_kit()
    label = f"{recovery_kit.LABEL} of today"
    misread = kit.lower().replace("-", " ").replace("o", "0").replace("i", "1").replace("b", "8")
    for typed in (kit.replace("-", ""), f"  {misread} "):
        assert stretched(typed, label) == stretched(kit, label)
    assert stretched("a" * 32, label) != stretched("b" * 32, label)


def test_a_passphrase_is_the_same_from_every_keyboard_and_else_taken_as_it_is() -> None:
    composed = "gr\N{LATIN SMALL LETTER U WITH DIAERESIS}n"
    assert stretched(composed) == stretched("gru\N{COMBINING DIAERESIS}n")
    assert stretched("a" * 32) != stretched("A" * 32)


def test_a_new_key_file_is_for_its_owner_alone_and_holds_32_bytes(tmp_path: Path) -> None:
    key = KeyFile.make(tmp_path / "vault.key")
    assert stat.S_IMODE(key.path.stat().st_mode) == 0o600
    assert len(base64.b64decode(key.path.read_text(), validate=False)) == 32
    assert KeyFile.make(tmp_path / "second.key").path.read_bytes() != key.path.read_bytes()


def test_a_file_that_is_there_is_never_overwritten_by_a_new_key(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("precious")
    with pytest.raises(VaultError, match="exists already"):
        KeyFile.make(tmp_path / "notes")
    assert (tmp_path / "notes").read_text() == "precious"
    with pytest.raises(VaultError, match="cannot be written"):
        KeyFile.make(tmp_path / "missing" / "vault.key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620])
def test_a_key_file_that_others_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    key = KeyFile.make(tmp_path / "vault.key")
    vault = open_vault(tmp_path / "vault.json")
    vault.create(key)
    key.path.chmod(mode)
    with pytest.raises(VaultError, match="can be read by others") as caught:
        open_vault(vault.path).unlock(key)
    assert caught.value.remedy == f"chmod 600 {key.path}"


@pytest.mark.parametrize("content", ["", "short", base64.b64encode(b"x" * 31).decode(), "é" * 40, "=" * 2000])
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "vault.key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(VaultError, match="does not hold a key"):
        open_vault(tmp_path / "vault.json").create(KeyFile(path))
    with pytest.raises(VaultError, match="is not there"):
        open_vault(tmp_path / "vault.json").create(KeyFile(tmp_path / "none"))
    assert not (tmp_path / "vault.json").exists()


class Memory(KeyringBackend):
    """A keyring in memory that says to be one of the real ones."""

    priority = 1.0

    def __init__(self, wait_s: float = 0.0) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.wait_s = wait_s

    def get_password(self, service: str, username: str) -> str | None:
        time.sleep(self.wait_s)
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


def named(module: str, name: str, wait_s: float = 0.0) -> Memory:
    kind = type(name, (Memory,), {"__module__": module})
    backend: Memory = kind(wait_s)
    return backend


@pytest.fixture(autouse=True)
def no_keyring_of_this_machine() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)
    # Making a class registers it as a backend; the next test shall not find it.
    KeyringBackend._classes -= {kind for kind in KeyringBackend._classes if issubclass(kind, Memory)}


@pytest.mark.parametrize(
    ("module", "name", "shown"),
    [
        ("keyring.backends.SecretService", "Keyring", "Secret Service"),
        ("keyring.backends.macOS", "Keyring", "macOS Keychain"),
        ("keyring.backends.Windows", "WinVaultKeyring", "Windows Credential Locker"),
        ("keyring.backends.kwallet", "DBusKeyring", "KWallet"),
        ("keyrings.alt.file", "PlaintextKeyring", None),
        ("keyrings.alt.file", "EncryptedKeyring", None),
        ("keyring.backends.null", "Keyring", None),
        ("keyring.backends.fail", "Keyring", None),
        ("somebody.elses", "Keyring", None),
    ],
)
def test_only_real_keyrings_are_used(module: str, name: str, shown: str | None) -> None:
    keyring.set_keyring(named(module, name))
    assert keyring_available() == shown


def test_a_chain_is_searched_for_a_real_keyring() -> None:
    real = named("keyring.backends.SecretService", "Keyring")
    chain = named("keyring.backends.chainer", "ChainerBackend")
    chain.backends = [named("keyrings.alt.file", "PlaintextKeyring"), real]  # type: ignore[attr-defined]
    keyring.set_keyring(chain)
    assert keyring_available() == "Secret Service"
    os_keyring.make_keyring_key(Keyring("connect-tui", "me"))
    assert len(real.kept) == 1


def test_a_silent_keyring_is_given_up_after_two_seconds() -> None:
    keyring.set_keyring(named("keyring.backends.SecretService", "Keyring", wait_s=600))
    started = time.monotonic()
    assert keyring_available() is None
    assert time.monotonic() - started < 300


def test_the_keyring_opens_the_vault_and_its_key_is_never_replaced(tmp_path: Path) -> None:
    backend = named("keyring.backends.SecretService", "Keyring")
    keyring.set_keyring(backend)
    entry = Keyring("connect-tui", str(tmp_path))
    first, second = open_vault(tmp_path / "first.json"), open_vault(tmp_path / "second.json")
    first.create(entry)
    kept = dict(backend.kept)
    second.create(entry)
    assert backend.kept == kept
    for vault in (first, second):
        vault.lock()
        vault.unlock(entry)
        assert not vault.locked
    backend.kept = {("connect-tui", str(tmp_path)): base64.b64encode(b"k" * 32).decode()}
    with pytest.raises(WrongKeyError, match="this keyring entry does not open"):
        first.unlock(entry)
    backend.kept = {("connect-tui", str(tmp_path)): "something else"}
    with pytest.raises(VaultError, match="is not a key of a vault"):
        first.unlock(entry)
    backend.kept = {}
    with pytest.raises(VaultError, match="holds no key for"):
        first.unlock(entry)


def test_without_a_keyring_the_error_says_so(tmp_path: Path) -> None:
    keyring.set_keyring(named("keyring.backends.null", "Keyring"))
    with pytest.raises(VaultError, match="there is no OS keyring here"):
        open_vault(tmp_path / "vault.json").create(Keyring("connect-tui", "me"))
    assert not (tmp_path / "vault.json").exists()


def test_a_keyring_that_fails_does_not_tell_what_it_was_given(tmp_path: Path) -> None:
    class Failing(Memory):
        def set_password(self, service: str, username: str, password: str) -> None:
            raise RuntimeError(password)

    Failing.__module__, Failing.__qualname__ = "keyring.backends.SecretService", "Keyring"
    keyring.set_keyring(Failing())
    with pytest.raises(VaultError, match=r"^the OS keyring failed \(RuntimeError\)$"):
        open_vault(tmp_path / "vault.json").create(Keyring("connect-tui", "me"))


def test_a_key_file_is_never_seen_without_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "vault.key"
    seen: list[bool] = []
    sync = os.fsync

    def look(descriptor: int) -> None:
        seen.append(path.exists())
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    KeyFile.make(path)
    # The second is the folder, with the name in it.
    assert seen == [False, True]
    assert [one.name for one in tmp_path.iterdir()] == ["vault.key"]
    read_key_file(KeyFile(path))


def test_where_there_are_no_links_a_key_file_is_made_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: Path, _target: str) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    made = KeyFile.make(tmp_path / "vault.key")
    assert (tmp_path / "vault.key").stat().st_mode & 0o777 == 0o600
    read_key_file(made)
