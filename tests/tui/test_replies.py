"""Answers of a terminal are taken out, and keys never are."""

import pytest

from tui.replies import Replies

ANSWERS = ("\x1b[?1;2c", "\x1b[>41;354;0c", "\x1b[?0u", "\x1b[0n", "\x1b[?997;1n", "\x1b]11;rgb:0/0/0\x07", "\x1b]10;rgb:0/0/0\x1b\\",
           "\x1bP>|tmux 3.4\x1b\\", "\x1bP1$r0 q\x1b\\", "\x1b_Gi=1;OK\x1b\\")  # fmt: skip
KEYS = ("a", "\x1b", "\x1b[A", "\x1bOP", "\x1b[15~", "\x1b[1;5R", "\x1b[97;5u", "\x1b[<0;3;4M", "\x1b[200~x\x1b[201~", "\x1b[?2026;2$y", "\x1b]", "\x1bP",
        "\x1b[48;24;80;0;0t", "\x1b[I", "\r", "\x1bx")  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_taken_out_wherever_it_is_cut(answer):
    # Before the third character it could be a key; so could an answer of digits alone until it ends.
    for cut in range(3, len(answer) if answer != "\x1b[0n" else 0):
        replies = Replies()
        assert replies.take(f"a{answer[:cut]}") + replies.take(f"{answer[cut:]}b") == "ab"
    assert Replies().take(answer * 3) == ""


@pytest.mark.parametrize("key", KEYS)
def test_a_key_goes_through_at_once(key):
    assert Replies().take(key) == key


def test_what_never_ends_is_given_on():
    replies = Replies()
    assert replies.take("\x1b]0" + "x" * 300).endswith("x")


def test_a_beginning_that_was_dropped_takes_no_key_with_it():
    replies = Replies()
    assert replies.take("\x1b]11;rgb:00") == ""
    assert replies.is_holding
    replies.drop()
    assert not replies.is_holding
    assert replies.take("j") == "j"


@pytest.mark.parametrize("key", ["\r", "\x03", "\x1b[A", "\x1bx"])
def test_a_key_that_no_answer_has_inside_ends_one_that_was_cut(key):
    replies = Replies()
    assert replies.take("\x1bP1$r0") == ""
    assert replies.take(key) == key
    assert not replies.is_holding
