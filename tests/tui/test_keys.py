"""The key table: nothing is bound twice, nothing is taken silently, and a file may change it."""

from pathlib import Path

import pytest

from tui.keys import _PRESETS, INSIDE, KEYS, TAKEN, KeymapError, find_doubles, read_keymap, shown

_NEVER = {"ctrl+m", "ctrl+i", "ctrl+h", "ctrl+enter"}


def _bound(context: str) -> set[str]:
    return {name for key in KEYS if key.context == context for name in key.keys.split(",")}


def test_no_context_binds_a_key_twice() -> None:
    assert list(find_doubles({})) == []


@pytest.mark.parametrize("preset", _PRESETS)
def test_no_preset_binds_a_key_twice(preset: str) -> None:
    assert list(find_doubles(_PRESETS[preset])) == []


def test_what_an_inner_context_takes_from_an_outer_one_is_listed() -> None:
    taken = set()
    for context in {key.context for key in KEYS} - {"app"}:
        for outer in ("app", *INSIDE.get(context, ())):
            taken |= {(context, name) for name in _bound(context) & _bound(outer)}
    assert taken == TAKEN


def test_nothing_rests_on_keys_that_terminals_cannot_tell_apart() -> None:
    assert not {name for key in KEYS for name in key.keys.split(",")} & _NEVER


def test_ids_are_unique() -> None:
    ids = [key.id for key in KEYS]
    assert len(ids) == len(set(ids))


def test_every_key_of_a_screen_has_its_method() -> None:
    from tui.app import ConnectApp
    from tui.screens.authentications import AuthenticationsScreen
    from tui.screens.catalog import CatalogScreen
    from tui.screens.connections import ConnectionsScreen
    from tui.screens.connector import ConnectorScreen
    from tui.screens.exchange import ExchangeScreen
    from tui.screens.operations import OperationsScreen
    from tui.screens.view import View
    from tui.screens.workspace import AppsScreen, CertificatesScreen, SecretsScreen
    from tui.state.places import PLACE_BY_KEY

    screens = (
        AppsScreen,
        AuthenticationsScreen,
        CertificatesScreen,
        SecretsScreen,
        CatalogScreen,
        ConnectorScreen,
        ConnectionsScreen,
        ExchangeScreen,
        OperationsScreen,
    )
    for screen in screens:
        for key in KEYS:
            if key.context == screen.CONTEXT:
                assert hasattr(screen, f"do_{key.name}"), key.id
    by_view = {"split", "refresh", "interrupt"}
    for key in KEYS:
        if key.context == "app" and key.name not in by_view:
            assert key.name in PLACE_BY_KEY or hasattr(ConnectApp, f"do_{key.name}"), key.id
    assert View.CONTEXT == ""


def test_keys_are_shown_as_people_write_them() -> None:
    assert [shown(keys) for keys in ("ctrl+d", "colon", "enter", "t,f5")] == ["^d", ":", "⏎", "t"]


def test_a_keymap_changes_keys_by_id(tmp_path: Path) -> None:
    path = tmp_path / "keymap.toml"
    path.write_text('preset = "emacs"\n[keys]\n"connections.test" = "^t, f5"\n')
    changes = read_keymap(path)
    assert changes["connections.test"] == "ctrl+t,f5"
    assert changes["list.down"] == "ctrl+n,down"


def test_an_absent_keymap_changes_nothing(tmp_path: Path) -> None:
    assert read_keymap(tmp_path / "keymap.toml") == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("preset = ", "keymap.toml:1: Invalid value"),
        (
            'preset = "vim"\n\n[keys',
            r"keymap.toml:3: Expected ']' at the end of a table declaration, and the file ends",
        ),
        ('# mine\npreset = "nano"', "keymap.toml:2: preset: 'nano' is not known"),
        (
            '[keys]\n"app.quit" = "q"\n"connections.fly" = "f"',
            "keymap.toml:3: keys: 'connections.fly' is not the id",
        ),
        ('[keys]\n"connections.tests" = "f"', "did you mean 'connections.test'"),
        ('[keys]\n"connections.test" = 3', "must be a text"),
        ('[keys]\n"connections.test" = ","', "must be a text"),
        ('[keys]\n"connections.test" = "t,f 5"', "must be a text"),
        ('[app]\nquit = "x"', "keymap.toml:1: 'app' is not known; there are preset and keys"),
        ('[keys]\n"connections.test" = "n"', "keymap.toml:2: keys: 'n' is bound twice in connections"),
    ],
)
def test_a_wrong_keymap_names_the_place(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "keymap.toml"
    path.write_text(content)
    with pytest.raises(KeymapError, match=said):
        read_keymap(path)


def test_help_finds_the_way_out_by_the_word_quit() -> None:
    assert {key.id for key in KEYS if "quit" in key.help.split(":")[-1]} >= {"app.quit_now", "app.quit"}
