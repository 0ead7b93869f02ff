"""Where a character set lacks our glyphs, each has a stand-in of the same width, and data stays legible."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.keys import KEYS, shown, spell
from tui.plain_glyphs import build_plain, find_charset, lacks_keys


@pytest.mark.parametrize(
    ("environ", "charset"),
    [
        ({}, "utf-8"), ({"LANG": ""}, "utf-8"), ({"LANG": "C"}, "ascii"), ({"LANG": "POSIX"}, "ascii"), ({"LANG": "C.UTF-8"}, "utf-8"),
        ({"LANG": "en_US.utf8"}, "utf-8"), ({"LANG": "de_DE.ISO-8859-1@euro"}, "iso-8859-1"), ({"LANG": "C.UTF-8", "LC_ALL": "C"}, "ascii"),
        ({"LANG": "C", "LC_CTYPE": "en_US.UTF-8"}, "utf-8"), ({"LANG": "de_DE"}, "utf-8"), ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "ascii"),
    ],
)  # fmt: skip
def test_the_locale_names_the_character_set(environ, charset):
    assert find_charset(environ) == charset


def test_all_glyphs_of_the_screens_have_a_stand_in_of_their_own():
    plain = build_plain("ascii")
    said = subprocess.run(
        ["git", "grep", "-hoP", r"[^\x00-\x7f]", "--", "tui/*.py", ":!tui/plain_glyphs.py"], capture_output=True, text=True, check=False
    ).stdout.split()  # fmt: skip
    glyphs = set(said) - {"�", "ü", "é", "€"}
    assert {"▸", "✓", "▌"} <= glyphs
    assert [glyph for glyph in sorted(glyphs) if plain(glyph) == "?"] == []


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_a_stand_in_is_ascii_of_the_same_width(text):
    plain = build_plain("ascii")(text)
    assert plain.isascii()
    assert [cell_len(build_plain("ascii")(char)) for char in text] == [cell_len(char) for char in text]


def test_what_a_character_set_has_stays_and_utf_8_costs_nothing():
    assert build_plain("iso-8859-1")("Café ▸ ✓") == "Café > v"
    assert build_plain("no-such-set")("é") == "e"
    assert build_plain("utf-8") is None


def test_the_name_of_a_key_is_written_out_where_its_glyph_cannot_be_drawn():
    assert lacks_keys(build_plain("ascii"))
    assert lacks_keys(build_plain("iso-8859-1"))
    assert not lacks_keys(build_plain("utf-8"))
    drawn = [spell(shown(key)) for one in KEYS for key in one.keys.split(",")]
    assert [name for name in drawn if not name.isascii()] == []
    assert spell("⇧tab  ↑↓ ⏎") == "shift+tab  up/down enter"
