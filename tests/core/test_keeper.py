"""How the vault of a home is opened: unattended, by asking, or not at all."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.home import Home
from core.keeper import KEY_FILE, PASSPHRASE_FILE, Keeper, Unlock, UnlockChoice, UnlockRequest
from storage import VaultError, VaultLockedError, WrongKeyError
from storage.vault import open_vault

ROOT = Path(__file__).parents[2]
# Changes the data key again and again, and keeps a secret under each.
ROTATING = """
import sys
from pathlib import Path
from core.home import find_home
from core.keeper import KEY_FILE, Keeper
from storage.vault import open_vault
root, name = Path(sys.argv[1]), sys.argv[2]
home = find_home(root)
keeper = Keeper(open_vault(home.vault), home, None, {KEY_FILE: sys.argv[3]})
keeper.open()
print("ready", flush=True)
sys.stdin.read()
for number in range(15):
    keeper.rotate()
    keeper.put(f"{name}/{number}", name)
    assert keeper.held(f"{name}/{number}") == (name, 1)
"""


def keeper(home: Home, unlock: Unlock | None = None, /, **environ: str) -> Keeper:
    return Keeper(open_vault(home.vault), home, unlock, environ)


def test_without_an_answer_the_first_secret_is_refused_with_the_ways_out(home: Home) -> None:
    with pytest.raises(VaultLockedError) as caught:
        keeper(home).put("a/token/01JX", "x")
    assert "needed to keep a secret" in str(caught.value)
    assert PASSPHRASE_FILE in caught.value.remedy
    assert not home.vault.exists()


def test_a_passphrase_file_answers_unattended(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "phrase"
    file.write_text("correct horse\n")
    where = keeper(home, **{PASSPHRASE_FILE: str(file)}).put("a/token", "x")
    assert keeper(home, **{PASSPHRASE_FILE: str(file)}).resolve(where) == "x"


def test_a_key_file_is_made_once_and_found_again_by_its_path(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "vault.key"
    where = keeper(home, **{KEY_FILE: str(file)}).put("a/token", "x")
    assert file.stat().st_mode & 0o777 == 0o600
    assert keeper(home).resolve(where) == "x"


def test_a_person_is_asked_once_how_it_is_to_be_unlocked(home: Home) -> None:
    asked: list[UnlockRequest] = []

    def answer(request: UnlockRequest) -> UnlockChoice:
        asked.append(request)
        return UnlockChoice("passphrase", "correct horse")

    kept = keeper(home, answer)
    kept.put("a/token", "x")
    kept.put("b/token", "y")
    assert [(item.exists, item.ways) for item in asked] == [(False, ("passphrase", "key_file"))]
    again = keeper(home, answer)
    assert again.resolve("vault:b/token") == "y"
    assert (asked[1].exists, asked[1].ways) == (True, ("passphrase",))


def test_a_passphrase_that_does_not_open_the_vault_is_not_changed(home: Home, tmp_path: Path) -> None:
    first = keeper(home, **{KEY_FILE: str(tmp_path / "vault.key")})
    first.put("a/token", "x")
    before = first.status()
    with pytest.raises(VaultError, match="no passphrase opens the vault") as caught:
        first.change_passphrase("a new one")
    assert "add-key --way passphrase" in caught.value.remedy
    assert first.status() == before


def test_a_wrong_passphrase_is_refused_before_anything_is_written(home: Home) -> None:
    keeper(home, lambda _: UnlockChoice("passphrase", "right")).put("a/token", "x")
    before = home.vault.read_bytes()
    with pytest.raises(WrongKeyError):
        keeper(home, lambda _: UnlockChoice("passphrase", "wrong")).put("b/token", "y")
    assert home.vault.read_bytes() == before


def test_who_does_not_answer_gets_a_locked_vault(home: Home) -> None:
    with pytest.raises(VaultLockedError):
        keeper(home, lambda _: None).put("a/token", "x")


def test_forgetting_leaves_references_alone(home: Home, tmp_path: Path) -> None:
    kept = keeper(home, **{KEY_FILE: str(tmp_path / "k")})
    where = kept.put("a/token", "x")
    kept.forget("ref:env:HOME")
    kept.forget(where)
    assert kept.status().secrets == 0


def test_several_at_once_unlock_it_once(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "phrase"
    file.write_text("correct horse")
    where = keeper(home, **{PASSPHRASE_FILE: str(file)}).put("a/token", "x")
    asked: list[UnlockRequest] = []

    def answer(request: UnlockRequest) -> UnlockChoice:
        asked.append(request)
        return UnlockChoice("passphrase", "correct horse")

    kept = keeper(home, answer)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(kept.resolve, [where] * 4)) == ["x"] * 4
    assert len(asked) == 1


def test_a_key_file_that_does_not_open_it_is_no_reason_not_to_ask(home: Home, tmp_path: Path) -> None:
    key = tmp_path / "vault.key"
    first = keeper(home, **{KEY_FILE: str(key)})
    where = first.put("a/token", "x")
    first.add_key(UnlockChoice("passphrase", "correct horse"))
    key.chmod(0o644)
    assert keeper(home, lambda _: UnlockChoice("passphrase", "correct horse")).resolve(where) == "x"


def test_a_vault_that_is_gone_is_not_made_anew_by_reading(home: Home, tmp_path: Path) -> None:
    kept = keeper(home, **{KEY_FILE: str(tmp_path / "k")})
    where = kept.put("a/token", "x")
    home.vault.unlink()
    with pytest.raises(VaultError, match="missing"):
        keeper(home, **{KEY_FILE: str(tmp_path / "k")}).resolve(where)
    assert not home.vault.exists()


def test_a_mistyped_passphrase_is_asked_for_again_up_to_three_times(home: Home) -> None:
    where = keeper(home, lambda _: UnlockChoice("passphrase", passphrase="right horse")).put("a/token", "x")
    reasons: list[str] = []

    def ask(request: UnlockRequest) -> UnlockChoice:
        reasons.append(request.reason)
        return UnlockChoice("passphrase", passphrase=answers.pop(0))

    answers = ["wrong", "right horse"]
    assert keeper(home, ask).resolve(where) == "x"
    assert "does not open the vault" in reasons[1]
    answers = ["wrong", "worse", "worst", "right horse"]
    with pytest.raises(WrongKeyError):
        keeper(home, ask).resolve(where)
    assert answers == ["right horse"]


def test_only_what_waits_for_nobody_is_resolved_at_once(home: Home, tmp_path: Path) -> None:
    kept = keeper(home, **{KEY_FILE: str(tmp_path / "vault.key")})
    place = kept.put("a/token", "x")
    kept.lock()
    with kept.at_once([place]) as locked:
        assert not locked
    kept.open()
    with kept.at_once([place]) as at_once:
        assert at_once
        assert kept.resolve(place) == "x"
    with kept.at_once([place, "ref:env:HOME"]) as referring:
        assert not referring


def test_nothing_is_resolved_at_once_while_another_thread_uses_the_vault(home: Home, tmp_path: Path) -> None:
    kept = keeper(home, **{KEY_FILE: str(tmp_path / "vault.key")})
    place = kept.put("a/token", "x")

    def tell() -> bool:
        with kept.at_once([place]) as at_once:
            return at_once

    with ThreadPoolExecutor(1) as pool:
        with kept.at_once([place]) as held:
            assert held
            assert not pool.submit(tell).result()
        assert pool.submit(tell).result()


def test_a_vault_that_nobody_uses_is_locked_again(home: Home) -> None:
    asked: list[UnlockRequest] = []

    def answer(request: UnlockRequest) -> UnlockChoice:
        asked.append(request)
        return UnlockChoice("passphrase", "open sesame")

    kept = keeper(home, answer)
    where = kept.put("token", "s3cret-value")
    kept.lock_after(0.05)
    while not kept.status().locked:
        time.sleep(0.01)
    assert kept.resolve(where) == "s3cret-value"
    assert [request.exists for request in asked] == [False, True]


def test_a_machine_that_slept_for_long_has_locked_its_vault(home: Home) -> None:
    asked: list[str] = []
    now = [0.0]

    def answer(request: UnlockRequest) -> UnlockChoice:
        asked.append(request.reason)
        return UnlockChoice("passphrase", "open sesame")

    kept = Keeper(open_vault(home.vault), home, answer, {}, lambda: now[0])
    where = kept.put("token", "x")
    kept.lock_after(600)
    for _ in range(100):
        now[0] += 599
        assert kept.resolve(where) == "x"
    assert sum(isinstance(one, threading.Timer) for one in threading.enumerate()) == 1
    now[0] += 601
    with kept.at_once([where]) as at_once:
        assert not at_once
    assert kept.resolve(where) == "x"
    assert asked == ["to keep a secret", "to use a stored secret"]
    kept.lock()


def test_a_vault_that_was_unlocked_and_never_used_is_locked_again(home: Home) -> None:
    kept = keeper(home)
    kept.lock_after(0.01)
    kept.unlock(UnlockChoice("passphrase", "open sesame"))
    while not kept.status().locked:
        time.sleep(0.005)


def test_what_did_not_open_it_is_said_where_nobody_can_be_asked(home: Home, tmp_path: Path) -> None:
    key = tmp_path / "vault.key"
    where = keeper(home, **{KEY_FILE: str(key)}).put("a/token", "x")
    key.chmod(0o644)
    with pytest.raises(VaultLockedError, match=r"can be read by others \(mode 0644\)") as caught:
        keeper(home).resolve(where)
    assert caught.value.remedy.startswith(f"chmod 600 {key}; set ")
    key.unlink()
    with pytest.raises(VaultLockedError, match=r"vault\.key is not there"):
        keeper(home).resolve(where)
    (tmp_path / "phrase").write_text("wrong")
    with pytest.raises(WrongKeyError) as wrong:
        keeper(home, **{PASSPHRASE_FILE: str(tmp_path / "phrase")}).resolve(where)
    assert wrong.value.remedy == f"{PASSPHRASE_FILE} names {tmp_path / 'phrase'}"


def test_processes_that_change_the_data_key_at_once_lose_nothing(home: Home, tmp_path: Path) -> None:
    key = str(tmp_path / "vault.key")
    kept = keeper(home, **{KEY_FILE: key})
    kept.open()
    children = [
        subprocess.Popen(
            [sys.executable, "-c", ROTATING, home.data, name, key],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for name in ("red", "blue")
    ]  # fmt: skip
    for child in children:
        assert child.stdout is not None
        child.stdout.readline()
    for child in children:
        assert child.stdin is not None
        child.stdin.close()
    while any(child.poll() is None for child in children):
        kept.put("mine", "x")
    for child in children:
        assert child.stdout is not None
        child.stdout.close()
    assert [child.returncode for child in children] == [0, 0]
    assert all(
        kept.resolve(f"vault:{name}/{number}") == name for name in ("red", "blue") for number in range(15)
    )


def test_a_kit_that_could_not_be_written_down_opens_nothing(home: Home, tmp_path: Path) -> None:
    kept = keeper(home, **{KEY_FILE: str(tmp_path / "k")})
    kept.open()

    def jam(kit: str) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        kept.make_recovery_kit("2026-11-22", jam)
    assert [one.kind for one in kept.status().unlockers] == ["key_file"]
    paper: list[str] = []
    kept.make_recovery_kit("2026-11-22", paper.append)
    assert [one.label for one in kept.status().unlockers][1:] == ["recovery kit of 2026-11-22"]
    keeper(home, lambda _: UnlockChoice("passphrase", paper[0].lower())).unlock(
        UnlockChoice("passphrase", paper[0].lower().replace("-", ""))
    )


def test_a_vault_that_vanishes_under_its_user_is_said_once_and_not_replaced_unseen(
    home: Home, tmp_path: Path
) -> None:
    kept = keeper(home, **{KEY_FILE: str(tmp_path / "k")})
    where = kept.put("a/token", "x")
    home.vault.unlink()
    with pytest.raises(VaultError, match="there is no vault at"):
        kept.put("b/token", "y")
    with pytest.raises(VaultError, match="is missing"):
        kept.resolve(where)
    assert not home.vault.exists()
    assert kept.resolve(kept.put("b/token", "y")) == "y"
