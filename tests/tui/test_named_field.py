"""The field that a refused input is about is found wherever vendors name it."""

import json

import pytest

from core.errors import Failure
from tui.state.named_field import named_field

KEYS = dict.fromkeys(("name", "email", "customer_id", "labels", "country"), "")
REFUSED = Failure("input", "the vendor does not accept it", status=422)


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ({"error": {"message": "not valid", "fields": [{"field": "email", "message": "is taken"}]}}, "email"),
        ({"errors": [{"source": {"pointer": "/data/attributes/customerId"}}]}, "customer_id"),
        ({"detail": [{"loc": ["body", "labels", 0], "msg": "needs text"}]}, "labels"),
        ({"errors": {"country": ["is too long"]}}, "country"),
        ({"email": ["enter a mail address"]}, "email"),
        ({"error": {"param": "customer_id", "code": "resource_missing"}}, "customer_id"),
        ({"instancePath": "/labels/3/name_"}, "labels"),
        ({"errors": [{"field": "nothing-of-ours"}]}, None),
        ([], None),
        ({"email": "what was sent comes back"}, None),
    ],
)
def test_the_answer_names_it(answer, key):
    assert named_field(KEYS, REFUSED, json.dumps(answer).encode()) == key


@pytest.mark.parametrize(
    ("message", "key"),
    [
        ("customer_id: must be 1 or more", "customer_id"),
        ("the value of 'email' is taken", "email"),
        ("no field at all", None),
    ],
)
def test_else_the_message_does(message, key):
    assert named_field(KEYS, Failure("input", message), b"<html>") == key


def test_a_message_that_repeats_what_was_typed_is_about_that_field():
    said = Failure("conflict", "customer 61 already has the address same@example.org", status=409)
    typed = {**KEYS, "name": "has", "email": "same@example.org"}
    assert named_field(typed, said, b"") == "email"


def test_a_failure_of_another_kind_is_about_no_field():
    assert named_field(KEYS, Failure("network", "email is not reachable"), b"") is None
    assert named_field(KEYS, Failure("auth", "email", status=401), b'{"field": "email"}') is None


def test_a_deep_or_long_answer_ends():
    assert named_field(KEYS, REFUSED, b"[" * 100_000) is None
    assert named_field(KEYS, REFUSED, (b'{"a":' * 50) + b"1" + b"}" * 50) is None
