"""What is written is aligned, and nothing in it can act on a terminal."""

import io
import json
import os
import shlex
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.commands.json_text import json_text
from tui.commands.output import Output
from tui.commands.table import align, clip, width_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
HIDDEN = "\x7f\x9b\x85\u202e\u2066\u200b\u061c\ufeff\u2028\U000e0041"


@given(JSON, st.booleans())
def test_json_says_the_same_after_it_was_made_safe(value, ascii_only):
    assert json.loads(json_text(value, ascii_only=ascii_only)) == value


@given(st.text())
def test_no_control_or_direction_mark_stays_in_json(text):
    written = json_text(text)
    assert not [char for char in written if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]
    assert not [
        char
        for char in written
        if unicodedata.bidirectional(char) in ("RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI")
    ]


@pytest.mark.parametrize("char", HIDDEN)
def test_each_character_that_hides_is_escaped(char):
    assert char not in json_text({"key" + char: char})
    assert json.loads(json_text(char)) == char


@given(
    st.lists(
        st.lists(st.text(st.characters(categories=["L", "N", "Lo"])), min_size=3, max_size=3), min_size=1
    ),
    st.integers(20, 80),
)
def test_a_table_fits_into_its_limit_where_the_headings_do(rows, limit):
    lines = align(("A", "BB", "CCC"), rows, limit)
    assert all(width_of("  ".join(line).rstrip()) <= limit for line in lines)


def test_wide_characters_keep_the_columns_aligned():
    lines = align(("A", "B"), [["日本", "x"], ["abcd", "y"]])
    assert [width_of(line[0]) for line in lines] == [4, 4, 4]


@pytest.mark.parametrize(
    ("text", "width", "cut"), [("abcdef", 4, "abc…"), ("日本語", 4, "日…"), ("abc", 3, "abc")]
)
def test_what_is_cut_says_so(text, width, cut):
    assert clip(text, width) == cut


def test_words_for_people_are_harmless():
    out, err = io.StringIO(), io.StringIO()
    output = Output(out, err, as_json=False)
    output.text("a\x1b]52;c;eA==\x07b")
    output.note("c\u202ed")
    output.table(["H"], [["e\x1b[2Jf"]])
    output.facts([("n", "g\x9bh")])
    assert not [
        char
        for char in out.getvalue() + err.getvalue()
        if unicodedata.category(char) in ("Cc", "Cf") and char != "\n"
    ]


class TerminalOutput(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_text_of_a_vendor_is_harmless_on_a_terminal_and_exact_in_a_pipe():
    on_terminal, piped = TerminalOutput(), io.StringIO()
    for out in (on_terminal, piped):
        Output(out, io.StringIO(), as_json=False).body("a\x1b[2Jb\n")
    assert "\x1b" not in on_terminal.getvalue()
    assert piped.getvalue() == "a\x1b[2Jb\n"


def test_json_in_a_terminal_without_unicode_is_ascii():
    out = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    Output(out, io.StringIO(), as_json=True).document({"a": "žluťoučký"})
    out.flush()
    assert json.loads(out.buffer.getvalue().decode("ascii")) == {"a": "žluťoučký"}
    out.close()


def test_an_encoding_without_a_character_is_no_failure(child, desk):
    ran = child("run", "desk", "list-tickets", "--dry-run", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert ran.returncode == 0, ran.stderr
    assert "Authorization: Bearer \\u2022" in ran.stdout


def test_closed_streams_are_no_failure(desk):
    command = f"{shlex.quote(sys.executable)} -P -m tui connection list >&- 2>&- <&-"
    assert subprocess.run(["/bin/sh", "-c", command], check=False).returncode == 0


@pytest.mark.parametrize(
    "words", [["--help"], ["auth", "--help"], ["connection", "create", "--help"], ["run", "-h"]], ids=" ".join
)
def test_help_goes_to_standard_output_with_an_example(cli, words):
    ran = cli(*words)
    assert ran.code == 0
    assert "connect-tui " in ran.out
    assert "Example" in ran.out
    assert ran.err == ""
