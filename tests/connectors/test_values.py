"""What a person entered, checked against the inputs."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import Input, check_inputs


def _input(**fields: Any) -> Input:
    return Input.model_validate_json(json.dumps({"key": "x", **fields}))


def _checked(value: Any, **fields: Any) -> Any:
    values, problems = check_inputs([_input(**fields)], {"x": value})
    assert problems == []
    return values["x"]


def _problem(value: Any, **fields: Any) -> str:
    values, problems = check_inputs([_input(**fields)], {"x": value})
    assert len(problems) == 1
    assert problems[0][0] == "x"
    assert "x" not in values
    return problems[0][1]


@pytest.mark.parametrize(
    ("kind", "entered", "value"),
    [
        ("string", "a b", "a b"), ("int", "25", 25), ("int", " -3 ", -3), ("int", 7, 7), ("number", "2.50", 2.5), ("number", "3", 3),
        ("bool", "yes", True), ("bool", "Off", False), ("bool", "1", True), ("bool", False, False),
        ("url", "https://a.example/b", "https://a.example/b"), ("url", "http://[::1]:8080", "http://[::1]:8080"),
        ("host", "db-1.example", "db-1.example"), ("host", "10.0.0.1:5432", "10.0.0.1:5432"), ("host", "fe80::1", "fe80::1"),
        ("duration", "90", 90), ("duration", "1h30m", 5400), ("duration", "250ms", 0.25), ("duration", 5, 5), ("duration", "2d", 172800),
        ("date", "2026-11-01", "2026-11-01"), ("json", '{"a": [1]}', {"a": [1]}), ("json", [1], [1]), ("timezone", "Europe/Berlin", "Europe/Berlin"),
    ],
)  # fmt: skip
def test_a_text_becomes_the_type_of_its_input(kind: str, entered: Any, value: Any) -> None:
    checked = _checked(entered, type=kind)
    assert checked == value
    assert type(checked) is type(value)


@pytest.mark.parametrize(
    ("kind", "entered", "sentence"),
    [
        ("int", "2.5", 'X: "2.5" is not a whole number'), ("int", True, "X: true is not a whole number"), ("number", "nan", 'X: "nan" is not a number'),
        ("bool", "maybe", 'X: "maybe" is not true or false'), ("string", 5, "X: 5 is not text"), ("url", "ftp://x", 'X: "ftp://x" is not an address'),
        ("url", "http://", "is not an address"), ("url", "http://a b", "is not an address"), ("url", "http://a:99999", "is not an address"),
        ("url", "https://me:pw@x.example", "must not hold a user name or a password"), ("host", "a b", "is not a host name"),
        ("host", "a:99999", "is not a host name"), ("host", "http://x", "is not a host name"), ("duration", "5 lightyears", "is not a duration as 90"),
        ("duration", "-5", "is not a duration"), ("date", "01.11.2026", "is not a date as 2026-11-01"), ("date", "2026-02-30", "is not a date"),
        ("json", "{", "is not JSON"), ("timezone", "Europe/Berln", "did you mean 'Europe/Berlin'?"), ("timezone", "../etc/passwd", "is not a time zone"),
        ("file", "/no/such/file", "is not a file that is there"),
    ],
)  # fmt: skip
def test_what_is_not_of_its_type_is_told(kind: str, entered: Any, sentence: str) -> None:
    assert sentence in _problem(entered, type=kind)


def test_a_file_that_is_there_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.touch()
    assert _checked(str(path), type="file") == str(path)


def test_options_are_matched_by_what_was_typed() -> None:
    options = ["eu", 2, True, {"value": "us", "title": "United States"}]
    assert [_checked(text, type="enum", options=options) for text in ("eu", "2", "true", "us")] == [
        "eu",
        2,
        True,
        "us",
    ]
    assert _checked("us, eu,us", type="multi-enum", options=options) == ["us", "eu"]
    assert (
        _problem("ue", type="enum", options=["eu", "us"])
        == 'X: "ue" is not one of the choices; choose eu or us'
    )
    assert "did you mean 'europe'?" in _problem("europa", type="enum", options=["europe", "us"])


def test_a_pattern_must_match_the_whole_of_what_was_entered() -> None:
    assert _checked("ab12", pattern="[a-z]+[0-9]+") == "ab12"
    assert (
        _problem("ab12!", pattern="[a-z]+[0-9]+", example="ab12")
        == 'X: "ab12!" does not have the form [a-z]+[0-9]+, for example ab12'
    )


@pytest.mark.parametrize(
    ("fields", "value", "sentence"),
    [
        ({"type": "int", "min": 1}, "0", "X: at least 1, found 0"),
        ({"type": "int", "max": 5}, "6", "X: at most 5, found 6"),
        ({"min": 3}, "ab", "X: at least 3 characters, found 2"),
        ({"type": "duration", "max": 60}, "2m", "X: at most 60 seconds, found 120"),
        ({"type": "multi-enum", "options": ["a", "b"], "max": 1}, "a,b", "X: at most 1 choices, found 2"),
    ],
)
def test_limits_say_what_they_count(fields: dict[str, Any], value: str, sentence: str) -> None:
    assert _problem(value, **fields) == sentence


def test_prefix_and_suffix_are_put_once() -> None:
    fields = {"type": "url", "prefix": "https://", "suffix": ".desk.example", "pattern": "[a-z]+"}
    assert _checked("acme", **fields) == "https://acme.desk.example"
    assert _checked("https://acme.desk.example", **fields) == "https://acme.desk.example"
    assert "does not have the form" in _problem("ac.me", **fields)
    values, _ = check_inputs([_input(default="acme", **fields)], {})
    assert values == {"x": "https://acme.desk.example"}


INPUTS = [
    _input(key="mode", type="enum", options=["plain", "ldap"], default="plain"),
    _input(key="server", type="host", required_when="mode == 'ldap'", label="LDAP server"),
    _input(key="realm", visible_when="mode == 'ldap'", required=True, default=None),
    _input(key="depth", type="int", visible_when="mode == 'ldap'", default=3),
    _input(key="token", type="secret", required=True, alias="api_token"),
    _input(key="fixed", default="eu", locked=True),
]


def test_required_and_visible_follow_the_other_values() -> None:
    values, problems = check_inputs(INPUTS, {"token": "t"})
    assert problems == []
    assert values == {"mode": "plain", "token": "t", "fixed": "eu"}
    values, problems = check_inputs(INPUTS, {"token": "t", "mode": "ldap"})
    assert problems == [("server", "LDAP server is required"), ("realm", "Realm is required")]
    assert values["depth"] == 3


def test_nothing_entered_is_nothing_given() -> None:
    _, problems = check_inputs(INPUTS, {"token": ""})
    assert problems == [("token", "Token is required")]


def test_a_kept_secret_need_not_be_entered_again() -> None:
    values, problems = check_inputs(INPUTS, {}, have_secrets={"token"})
    assert problems == []
    assert "token" not in values


def test_an_alias_names_the_same_input() -> None:
    values, _ = check_inputs(INPUTS, {"api_token": "t"})
    assert values["token"] == "t"


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    _, problems = check_inputs(INPUTS, {"token": "t", "servr": "x"})
    assert problems == [("servr", "there is no input 'servr'; did you mean 'server'?")]


def test_a_locked_value_cannot_be_changed() -> None:
    _, problems = check_inputs(INPUTS, {"token": "t", "fixed": "us"})
    assert problems == [("fixed", "Fixed is locked by the connector and cannot be changed")]
    assert check_inputs(INPUTS, {"token": "t", "fixed": "eu"})[1] == []


def test_a_wrong_value_is_told_once_and_not_also_as_missing() -> None:
    _, problems = check_inputs([_input(type="int", required=True)], {"x": "a"})
    assert len(problems) == 1


CANARY = "canary-5ecret"


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "secret", "pattern": "[0-9]+"}, {"type": "secret", "max": 3}, {"type": "int", "secret": True}, {"type": "url", "secret": True},
        {"type": "enum", "options": ["a"], "secret": True}, {"type": "date", "secret": True}, {"type": "json", "secret": True},
        {"type": "duration", "secret": True}, {"type": "timezone", "secret": True}, {"type": "bool", "secret": True},
        {"type": "file", "secret": True}, {"type": "host", "pattern": "x", "secret": True}, {"type": "number", "secret": True},
    ],
)  # fmt: skip
def test_no_problem_holds_the_value_of_a_secret(fields: dict[str, Any]) -> None:
    assert CANARY not in _problem(f" {CANARY} ", **fields)


def test_a_reference_stays_a_reference() -> None:
    assert _checked("ref:env:TOKEN", type="secret", pattern="[0-9]{40}") == "ref:env:TOKEN"


@given(
    st.sampled_from(
        ["string", "int", "number", "bool", "url", "host", "duration", "date", "json", "timezone"]
    ),
    st.text(max_size=40),
)
def test_what_was_taken_once_is_taken_again_unchanged(kind: str, text: str) -> None:
    values, problems = check_inputs([_input(type=kind)], {"x": text})
    assert bool(problems) != ("x" in values) or text == ""
    if "x" in values and kind != "json":
        assert check_inputs([_input(type=kind)], values) == (values, [])
