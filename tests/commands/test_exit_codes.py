"""Every class of error has the exit code of the contract."""

import re
from pathlib import Path
from typing import get_args

import pytest

from core.errors import ErrorClass, Failure
from tui.commands.exit_codes import CODES, code_of, code_of_refusal

CONTRACT = {
    "bug": 1,
    "not_found": 1,
    "conflict": 1,
    "vendor": 1,
    "config": 2,
    "input": 2,
    "auth": 3,
    "permission": 3,
    "limit": 4,
    "network": 5,
    "timeout": 5,
    "tls": 5,
    "policy": 6,
    "storage": 7,
    "vault": 7,
}


@pytest.mark.parametrize("error_class", get_args(ErrorClass))
def test_each_class_has_its_code(error_class: ErrorClass):
    assert code_of(Failure(error_class, "m")) == CONTRACT[error_class]


def test_no_class_is_without_a_code():
    assert set(CODES) == set(get_args(ErrorClass))


@pytest.mark.parametrize(
    "failure", [Failure("vendor", "m", status=503), Failure("vendor", "m", retryable=True)]
)
def test_a_vendor_that_is_down_is_unavailable(failure: Failure):
    assert code_of(failure) == 4


def test_a_vendor_that_refuses_in_plain_words_has_let_the_operation_fail():
    assert code_of(Failure("vendor", "m", status=200)) == 1


@pytest.mark.parametrize("error_class", ["not_found", "conflict"])
def test_a_wrong_name_of_ours_is_wrong_use(error_class: ErrorClass):
    assert code_of_refusal(Failure(error_class, "m")) == 2


def test_the_documentation_tells_a_conflict_at_the_vendor_from_a_name_of_ours_that_is_taken():
    page = (Path(__file__).parents[2] / "docs/first-connection.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (\d+) \| (.+) \|$", page, re.MULTILINE))
    assert {int(code) for code in rows} == {0, *CODES.values(), 4, 130}
    assert "conflict" in rows[str(code_of(Failure("conflict", "m")))]
    assert "taken" in rows[str(code_of_refusal(Failure("conflict", "m")))]
