"""The traps of the expression language, each answered with a sentence."""

import pytest

from connectors.errors import TemplateError
from connectors.templates.expression import read_expression
from connectors.templates.traps import find_traps, find_wrong_calls

SYNTAX = [
    ("a == 1", "numbers need backticks", 2),
    ("contains(a, 1)", "numbers need backticks", 12),
    ("a > -5 && b", "numbers need backticks", 2),
    ("a = b", "a single = means nothing", 2),
    ("a.content-type", "a name with a dash needs double quotes", 2),
    ("a and b", "write && for and", 2),
    ("not a", "write && for and", 0),
    ("a ? b : c", "there is no `a ? b : c`", 2),
    ("a + b", "an expression does not calculate", 2),
    ("$.a", "begins with a name, not with $", 0),
    ("{{ a }}", "stands without {{ }}", 0),
    ("a[?b == 'x", "the quote ' is never closed", 8),
    ("`open`", "is not JSON; text stands in single quotes", 0),
    ("f(a", "the expression ends too early", 3),
    ("a..b", "cannot be read at", 2),
    ("a b", "cannot be read at", 2),
]


@pytest.mark.parametrize(("expression", "sentence", "offset"), SYNTAX)
def test_what_cannot_be_read_is_told_with_its_place(expression: str, sentence: str, offset: int) -> None:
    with pytest.raises(TemplateError) as caught:
        read_expression(expression)
    assert sentence in str(caught.value)
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("!a.b", "! takes only the next name"),
        ("!a == `1`", "! takes only the next name"),
        ("!length(a) > `1`", "! takes only the next name"),
        ("a == true", "true without backticks is a field name"),
        ("false || a", "false without backticks is a field name"),
        ("contains(a, null)", "null without backticks is a field name"),
        ('a == "open"', '"open" in double quotes is a field name'),
        ('[?"open" != a]', '"open" in double quotes is a field name'),
    ],
)
def test_what_reads_well_but_means_something_else_is_told(expression: str, sentence: str) -> None:
    read_expression(expression)
    assert any(sentence in str(trap) for trap in find_traps(expression))


@pytest.mark.parametrize(
    "expression",
    [
        "!(a.b)", "!a", "!a && b", "!contains(a, 'x')", "a == `true`", "a.true", "{true: a}", "'true'", "a == 'open'",
        'a."content-type" == `"x"`', "a[0:2]", "a[-1].b", "a[?b == `1`] | [0]", "a[*].b", "sort_by(a, &b)[-1]", "a == 'true'",
    ],
)  # fmt: skip
def test_what_is_right_is_left_alone(expression: str) -> None:
    tree = read_expression(expression).tree
    assert [str(trap) for trap in find_traps(expression)] == []
    assert [str(error) for error in find_wrong_calls(expression, tree)] == []


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("lenght(a)", "there is no function lenght(); did you mean length()?"),
        ("a[?nope(b)]", "there is no function nope()"),
        ("now('a', 'b')", "now() takes 0 to 1 arguments, found 2"),
        ("hmac('sha256', a)", "hmac() takes 3 to 4 arguments, found 2"),
        ("default()", "default() takes at least 1 argument, found 0"),
        ("upper(a, b)", "upper() takes 1 argument, found 2"),
    ],
)
def test_a_wrong_call_is_told(expression: str, sentence: str) -> None:
    errors = find_wrong_calls(expression, read_expression(expression).tree)
    assert any(sentence in str(error) for error in errors)
