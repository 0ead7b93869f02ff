"""How the vault of a home is opened: unattended, by asking, or not at all."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.home import Home
from core.keeper import KEY_FILE, PASSPHRASE_FILE, Keeper, UnlockChoice, UnlockRequest
from storage import VaultError, VaultLockedError, WrongKeyError
from storage.vault import open_vault


def keeper(home: Home, unlock=None, **environ: str) -> Keeper:
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
