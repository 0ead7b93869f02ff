"""``auth list --expiring`` and ``auth refresh --expiring``: what ends soon, and all of it renewed at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import InputError
from tui.commands.expiring import read_window

from ..sign_in_provider import CONNECTOR, Provider


class RefusingProvider(Provider):
    """Fails while it is asked with one refresh token."""

    refused = ""
    gives_refresh = True

    def answer(self, path: str, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if given.get("refresh_token") == self.refused:
            return 503, {"error": "temporarily_unavailable"}
        status, body = super().answer(path, given)
        if not self.gives_refresh:
            body.pop("refresh_token", None)
        return status, body


@pytest.fixture
def provider() -> Iterator[RefusingProvider]:
    found = RefusingProvider()
    found.pending = 0
    yield found
    found.stop()


@pytest.fixture(autouse=True)
def codes_are_asked_for_often(monkeypatch) -> None:
    monkeypatch.setattr("core.oauth2.device_code.LEAST_INTERVAL_S", 0.01)


@pytest.fixture
def accounts(cli, provider: RefusingProvider, tmp_path: Path, monkeypatch) -> None:
    """Two accounts that signed in and whose tokens end in an hour, and a key that has no end."""
    text = CONNECTOR.replace("type: url, required: true}", f"type: url, default: '{provider.url}'}}")
    (tmp_path / "shop.yaml").write_text(text)
    monkeypatch.setenv("A_SECRET", "canary-client-secret")
    assert cli("connector", "add", str(tmp_path / "shop.yaml")).code == 0
    for name in ("second", "first"):
        ran = cli(
            "auth", "add", "shop", "--method", "person", "--name", name, "--set", "client_id=c1",
            "--secret", "client_secret=env:A_SECRET", "--flow", "device",
        )  # fmt: skip
        assert ran.code == 0, ran.err
    ran = cli(
        "auth", "add", "practice", "--method", "token", "--name", "a-key", "--secret", "token=env:A_SECRET"
    )
    assert ran.code == 0, ran.err


def names(ran: Any) -> list[str]:
    assert ran.code == 0, ran.err
    return [one["name"] for one in ran.json]


def test_the_list_begins_with_what_breaks_first_and_may_be_narrowed_to_what_ends_soon(cli, accounts):
    assert names(cli("auth", "list", "--json")) == ["second", "first", "a-key"]
    assert names(cli("auth", "list", "--expiring", "24h", "--json")) == ["second", "first"]
    assert names(cli("auth", "list", "--expiring", "1m", "--json")) == []
    assert "nothing ends within 1m" in cli("auth", "list", "--expiring", "1m").err


def test_all_that_ends_soon_is_refreshed_at_once(cli, accounts, provider):
    ran = cli("auth", "refresh", "--expiring", "24h", "--json")
    assert names(ran) == ["second", "first"]
    assert [one["refreshed"] for one in ran.json] == [True, True]
    assert provider.tokens == 4
    ran = cli("auth", "refresh", "--expiring", "1m")
    assert (ran.code, provider.tokens) == (0, 4)
    assert "no token ends so soon" in ran.out


def test_one_that_fails_stops_no_other_and_makes_the_exit_code_1(cli, accounts, provider):
    provider.refused = "canary-refresh-1"  # that of "second", which signed in first
    ran = cli("auth", "refresh", "--expiring", "24h")
    assert ran.code == 1
    assert "second: failed" in ran.out
    assert "first: refreshed" in ran.out
    ran = cli("auth", "refresh", "--expiring", "24h", "--json")
    assert ran.code == 1
    told = {one["name"]: one for one in ran.json}
    assert [told[name]["refreshed"] for name in ("second", "first")] == [False, True]
    assert told["second"]["refresh_error"]
    assert "canary" not in ran.out + ran.err


@pytest.mark.parametrize(
    "given", [(), ("crm", "--expiring", "24h"), ("--expiring", "soon"), ("--expiring", "")]
)
def test_a_refresh_of_nothing_or_of_two_things_is_wrong_use(cli, given):
    assert cli("auth", "refresh", *given).code == 2


def test_a_length_of_time_has_a_unit():
    assert [read_window(text) for text in ("30s", "45m", "24h", "7d", "1w", None)] == [
        30_000_000, 2_700_000_000, 86_400_000_000, 604_800_000_000, 604_800_000_000, None,
    ]  # fmt: skip
    for text in ("", "24", "-1h", "1.5h", "h", "1y"):
        with pytest.raises(InputError, match="no length of time"):
            read_window(text)


def test_a_refresh_token_that_would_end_unused_is_used(cli, provider, tmp_path, monkeypatch):
    class Endless(RefusingProvider):
        """Gives access tokens that have no end."""

        def answer(self, path: str, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
            status, body = super().answer(path, given)
            body.pop("expires_in", None) if "access_token" in body else None
            return status, body

    endless = Endless()
    endless.pending = 0
    try:
        text = CONNECTOR.replace("type: url, required: true}", f"type: url, default: '{endless.url}'}}")
        (tmp_path / "shop.yaml").write_text(text.replace("scopes:", "refresh: {idle_days: 2}\n    scopes:"))
        monkeypatch.setenv("A_SECRET", "canary-client-secret")
        assert cli("connector", "add", str(tmp_path / "shop.yaml")).code == 0
        ran = cli(
            "auth", "add", "shop", "--method", "person", "--name", "idle", "--set", "client_id=c1",
            "--secret", "client_secret=env:A_SECRET", "--flow", "device",
        )  # fmt: skip
        assert ran.code == 0, ran.err
        before = cli("auth", "show", "idle", "--json").json["refresh_ends_unused_at"]
        assert names(cli("auth", "list", "--expiring", "24h", "--json")) == []
        assert names(cli("auth", "refresh", "--expiring", "3d", "--json")) == ["idle"]
        assert endless.tokens == 2
        assert cli("auth", "show", "idle", "--json").json["refresh_ends_unused_at"] > before
    finally:
        endless.stop()


def test_what_has_no_refresh_token_is_told_apart_and_goes_on_working(cli, accounts, provider):
    provider.gives_refresh = False
    ran = cli("auth", "sign-in", "second", "--flow", "device")
    assert ran.code == 0, ran.err
    ran = cli("auth", "refresh", "--expiring", "24h")
    assert ran.code == 0, ran.out
    assert "first: refreshed" in ran.out
    assert "second (oauth2) ends as well, and cannot be refreshed" in ran.err
    assert cli("auth", "refresh", "second").code != 0
    assert cli("auth", "show", "second", "--json").json["state"] == "ready"
