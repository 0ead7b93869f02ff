"""The options that every command knows may stand anywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.commands.arguments import split_arguments

OTHERS = st.lists(
    st.text(min_size=1).filter(lambda word: word.split("=")[0] not in ("--", "--json", "--home", "--project"))
)


@given(OTHERS, st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_they_are_found_in_any_position_and_the_rest_keeps_its_order(others, first, second, third):
    words = [[word] for word in others]
    for place, option in ((first, ["--json"]), (second, ["--home", "/h"]), (third, ["--project=p"])):
        words.insert(min(place, len(words)), option)
    chosen = split_arguments([word for group in words for word in group])
    assert (chosen.as_json, chosen.home, chosen.project) == (True, "/h", "p")
    assert list(chosen.rest) == others
    assert chosen.problem is None


def test_what_follows_two_dashes_is_left_alone():
    chosen = split_arguments(["run", "--", "--json", "--home", "x"])
    assert chosen.rest == ("run", "--", "--json", "--home", "x")
    assert not chosen.as_json


@pytest.mark.parametrize(
    "words", [["--home"], ["--home="], ["--home", "--json"], ["--project"], ["--project", ""]]
)
def test_an_option_without_its_value_is_a_problem(words):
    assert split_arguments(words).problem


def test_a_missing_folder_name_is_wrong_use(cli):
    ran = cli("connector", "list", "--home")
    assert ran.code == 2
    assert "--home needs a folder" in ran.err


def test_the_home_that_is_named_wins_over_the_environment(cli, tmp_path):
    ran = cli("--home", str(tmp_path / "other"), "connector", "list", "--json")
    assert ran.code == 0
    assert (tmp_path / "other" / "connect.db").exists()
    assert not (tmp_path / "home").exists()
