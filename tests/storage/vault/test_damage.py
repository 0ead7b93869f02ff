"""A damaged, foreign or newer file is refused by name and left as it is."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.errors import VaultError
from storage.vault import KeyFile, Passphrase, Vault, open_vault

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def key(tmp_path: Path) -> KeyFile:
    return KeyFile.make(tmp_path / "vault.key")


@pytest.fixture
def vault(tmp_path: Path, key: KeyFile) -> Vault:
    vault = open_vault(tmp_path / "vault.json")
    vault.create(key)
    vault.put("a", "one")
    vault.put("b", "two")
    return vault


def assert_refused(vault: Vault, key: KeyFile, why: str) -> None:
    """Neither the open vault nor a new one takes the file, and nothing is written over it."""
    before = vault.path.read_bytes()
    with pytest.raises(VaultError, match=why) as caught:
        vault.get("a")
    assert str(vault.path) in str(caught.value)
    with pytest.raises(VaultError, match=why):
        vault.put("a", "x")
    with pytest.raises(VaultError):
        open_vault(vault.path).unlock(key)
    with pytest.raises(VaultError):
        open_vault(vault.path).create(key)
    assert vault.path.read_bytes() == before


@pytest.mark.parametrize("left", [0, 1, 40, 0.5, -1, -3])
def test_a_cut_file_is_refused(vault: Vault, key: KeyFile, left: float) -> None:
    data = vault.path.read_bytes().rstrip()
    vault.path.write_bytes(data[: int(len(data) * left) if isinstance(left, float) else left])
    assert_refused(vault, key, "is damaged")


def flip(place: dict[str, Any], name: str) -> None:
    text: str = place[name]
    place[name] = ("A" if text[0] != "A" else "B") + text[1:]


CHANGES: dict[str, Change] = {
    "a secret": lambda file: flip(file["secrets"]["a"]["sealed"], "data"),
    "a nonce": lambda file: flip(file["secrets"]["a"]["sealed"], "nonce"),
    "a short nonce": lambda file: file["secrets"]["a"]["sealed"].update(nonce="AAAA"),
    "a revision": lambda file: file["secrets"]["a"].update(revision=7),
    "two secrets exchanged": lambda file: file["secrets"].update(
        a=file["secrets"]["b"], b=file["secrets"]["a"]
    ),
    "a secret left out": lambda file: file["secrets"].pop("b"),
    "a secret renamed": lambda file: file["secrets"].update(c=file["secrets"].pop("a")),
    "the seal": lambda file: flip(file, "seal"),
    "no seal": lambda file: file.pop("seal"),
    "an unlocker added": lambda file: file["unlockers"].append(file["unlockers"][0]),
    "a label": lambda file: file["unlockers"][0]["way"].update(path="/other"),
    "the last revision": lambda file: file.update(last_revision=9),
    "the wrapped key": lambda file: flip(file["unlockers"][0]["wrapped"]["sealed"], "data"),
    "the sender's key": lambda file: file["unlockers"][0]["wrapped"].update(sender="AAAA"),
    "a field added": lambda file: file.update(extra=1),
    "a field lost": lambda file: file.pop("secrets"),
    "a wrong type": lambda file: file.update(secrets=[]),
    "an unknown unlocker": lambda file: file["unlockers"][0]["way"].update(kind="magic"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_file_is_refused(vault: Vault, key: KeyFile, name: str) -> None:
    file = json.loads(vault.path.read_text())
    CHANGES[name](file)
    vault.path.write_text(json.dumps(file))
    assert_refused(vault, key, "is damaged")


def test_a_newer_format_is_refused(vault: Vault, key: KeyFile) -> None:
    file = json.loads(vault.path.read_text())
    file.update(format=2, something="new")
    vault.path.write_text(json.dumps(file))
    assert_refused(vault, key, "has format 2, this version reads up to 1")
    with pytest.raises(VaultError, match="format 2"):
        open_vault(vault.path).status()


@pytest.mark.parametrize(
    "content", ["{}", "[]", "null", '"x"', '{"product": "else", "format": 1}', "\xff", "[" * 99_999]
)
def test_a_file_of_something_else_is_refused(vault: Vault, key: KeyFile, content: str) -> None:
    vault.path.write_text(content, encoding="latin-1")
    assert_refused(vault, key, "is damaged|is not a vault")


@given(position=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_changed_byte_gives_a_wrong_secret(vault: Vault, key: KeyFile, position: float, byte: int) -> None:
    data = vault.path.read_bytes()
    at = int(len(data) * position)
    vault.path.write_bytes(data[:at] + bytes([byte]) + data[at + 1 :])
    try:
        other = open_vault(vault.path)
        other.unlock(key)
        assert (other.get("a"), other.get("b")) == ("one", "two")
    except VaultError:
        pass
    finally:
        vault.path.write_bytes(data)


@pytest.mark.parametrize(
    "cost", [{"memory_kib": 8}, {"memory_kib": 2**31}, {"passes": 10**6}, {"lanes": 10**4}, {"salt": "AAAA"}]
)
def test_a_cost_that_weakens_or_exhausts_is_refused(tmp_path: Path, cost: dict[str, Any]) -> None:
    vault = open_vault(tmp_path / "vault.json")
    vault.create(Passphrase("x"))
    file = json.loads(vault.path.read_text())
    file["unlockers"][0]["way"].update(cost)
    vault.path.write_text(json.dumps(file))
    with pytest.raises(VaultError, match="out of bounds"):
        open_vault(vault.path).unlock(Passphrase("x"))
