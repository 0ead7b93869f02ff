"""Templates: scanning, filling, nulls, and what the redactor is told."""

import json
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.templates import MISSING, TemplateError, evaluate, fill, fill_path, holds
from connectors.templates.expression import read_expression
from connectors.templates.functions import Sources
from connectors.templates.scanner import Piece, scan

SCOPE: dict[str, Any] = {
    "input": {
        "limit": 25,
        "ratio": 0.5,
        "on": True,
        "text": "a b/ü",
        "none": None,
        "list": [1, 2],
        "empty": "",
        "up": "..",
    },
    "auth": {"token": "s3cr3t-canary", "user": {"name": "ada"}},
    "var": {"base_url": "https://x.example"},
    "response": {
        "status": 200,
        "headers": {"content-type": "a/b"},
        "body": {"items": [{"n": 2, "s": "x"}, {"n": 1, "s": "y"}]},
    },
}
FIXED = Sources(lambda: datetime(2026, 11, 1, 12, 30, 5, 250_000, tzinfo=UTC), lambda: UUID(int=7))


@pytest.mark.parametrize(
    ("text", "expressions"),
    [
        ("plain }} text {", []),
        ("{{ a }}", ["a"]),
        ("x{{a}}y{{ b }}", ["a", "b"]),
        ("{{ {a: b} }}", ["{a: b}"]),
        ("{{ {a: {b: c}}}}", ["{a: {b: c}}"]),
        ("{{ '}}' }}", ["'}}'"]),
        ('{{ a."}}" }}', ['a."}}"']),
        ('{{ a || `"}}"` }}', ['a || `"}}"`']),
        (r"{{ 'it\'s }}' }}", [r"'it\'s }}'"]),
        ("{{ '{{' }}", ["'{{'"]),
        ("{{ a\n || b }}", ["a\n || b"]),
    ],
)
def test_the_end_of_a_template_is_found_past_quotes_and_braces(text: str, expressions: list[str]) -> None:
    pieces = scan(text)
    assert [piece.expression for piece in pieces if isinstance(piece, Piece)] == expressions
    for piece in pieces:
        if isinstance(piece, Piece):
            assert text[piece.offset :].startswith(piece.expression)


@pytest.mark.parametrize(
    ("text", "sentence", "offset"),
    [
        ("a {{ b", "never closed: {{ without its }}", 2),
        ("{{ b }", "never closed: {{ without its }}", 0),
        ("{{ 'b }}", "the quote ' is never closed", 3),
        ("x {{  }}", "the template is empty", 4),
    ],
)
def test_a_broken_template_is_told_with_its_place(text: str, sentence: str, offset: int) -> None:
    with pytest.raises(TemplateError, match=sentence) as caught:
        scan(text)
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{{ input.limit }}", 25),
        ("{{ input.ratio }}", 0.5),
        ("{{ input.on }}", True),
        ("{{ input.list }}", [1, 2]),
        ("{{ auth.user }}", {"name": "ada"}),
        ("{{ {n: input.limit, t: input.text} }}", {"n": 25, "t": "a b/ü"}),
        ("n={{ input.limit }}, r={{ input.ratio }}, o={{ input.on }}", "n=25, r=0.5, o=true"),
        ("Bearer {{ auth.token }}", "Bearer s3cr3t-canary"),
        (" {{ input.limit }}", " 25"),
        ("{{ input.none || 'x' }}", "x"),
        ("{{ sort_by(response.body.items, &n)[0].s }}", "y"),
        ("{{ '{{' }} stays", "{{ stays"),
        ("no template", "no template"),
    ],
)
def test_a_template_alone_keeps_its_type_and_a_longer_text_is_text(template: str, value: Any) -> None:
    assert fill(template, SCOPE) == value
    assert type(fill(template, SCOPE)) is type(value)


def test_null_leaves_its_key_or_item_out_and_alone_gives_missing() -> None:
    assert fill(
        {"a": "{{ input.none }}", "b": ["{{ input.nothing }}", 1, None], "c": {"d": "{{ x.y }}"}}, SCOPE
    ) == {
        "b": [1, None],
        "c": {},
    }
    assert fill("{{ input.none }}", SCOPE) is MISSING
    assert (str(MISSING), bool(MISSING)) == ("", False)


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("x {{ input.none }}", "`input.none` is null, and a text is built from it"),
        ("x {{ input.list }}", r"`input.list` is a list; use json\(\) or join\(\)"),
        ("x {{ auth.user }}", "`auth.user` is a mapping"),
        ("{{ sum(auth.token) }}", r"sum\(\) was given a string where it takes array-number"),
        ("{{ hash(auth.token, 'x') }}", "the first argument of a hash must be one of md5"),
        ("{{ date(auth.token) }}", "a function was given a value that it cannot work with"),
        ("{{ regex(input.text, auth.token) }} {{ regex('a', '(') }}", "`regex"),
        ("{{ input.text == }}", "the expression ends too early"),
        ("{{ &input }}", "& stands only before an argument of map, max_by, min_by, sort_by"),
        ("{{ [not_null(&input)] }}", "& stands only before an argument of"),
    ],
)
def test_an_error_names_the_expression_and_never_a_value(template: str, sentence: str) -> None:
    with pytest.raises(TemplateError, match=sentence) as caught:
        fill(template, SCOPE)
    assert "canary" not in repr(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_whoever_listens_hears_every_result_that_touched_a_secret() -> None:
    heard: list[tuple[frozenset[tuple[str, ...]], str]] = []
    fill(
        {
            "a": "Basic {{ base64(join(':', [auth.user.name, auth.token])) }}",
            "b": "{{ {t: auth.token} }}",
            "c": "{{ input.limit }}",
        },
        SCOPE,
        lambda mentions, text: heard.append((mentions, text)),
    )
    secret = {("auth", "user", "name"), ("auth", "token")}
    texts = {text for mentions, text in heard if mentions & secret}
    assert texts >= {
        "s3cr3t-canary",
        "ada:s3cr3t-canary",
        "YWRhOnMzY3IzdC1jYW5hcnk=",
        "Basic YWRhOnMzY3IzdC1jYW5hcnk=",
    }
    assert (frozenset({("input", "limit")}), "25") in heard


@pytest.mark.parametrize(
    ("expression", "mentions"),
    [
        ("auth.token", {("auth", "token")}),
        ("auth.user.name || 'x'", {("auth", "user", "name")}),
        ("auth | token", {("auth",)}),
        ("auth.*", {("auth",)}),
        ("auth.{t: token}", {("auth",)}),
        ("auth.list[0].x", {("auth", "list")}),
        ("auth.list[?a == `1`].b | [0]", {("auth", "list")}),
        ("json(@)", {()}),
        ("*", {()}),
        ("@.auth.token", {()}),
        ("map(&x, input.list)", {("input", "list")}),
        ("{a: auth.token, b: [input.x, var.y]}", {("auth", "token"), ("input", "x"), ("var", "y")}),
        ("!(auth.a) && input.b > `3`", {("auth", "a"), ("input", "b")}),
        ('response.headers."x-id"', {("response", "headers", "x-id")}),
        ("length(auth.token)", {("auth", "token")}),
        ("`1`", set()),
    ],
)
def test_the_paths_an_expression_reads_are_known(expression: str, mentions: set[tuple[str, ...]]) -> None:
    assert read_expression(expression).mentions == mentions


def test_values_in_a_path_are_encoded_once() -> None:
    assert (
        fill_path("/q/{{ input.text }}/{{ urlencode(input.text) }}", SCOPE)
        == "/q/a%20b%2F%C3%BC/a%20b%2F%C3%BC"
    )
    assert fill_path("/n/{{ input.limit }}?x={{ input.text }}", SCOPE) == "/n/25?x=a%20b%2F%C3%BC"
    assert fill_path("{{ var.base_url }}/x", SCOPE) == "https://x.example/x"


@pytest.mark.parametrize("name", ["up", "empty", "none"])
def test_a_value_cannot_lead_a_path_elsewhere(name: str) -> None:
    with pytest.raises(TemplateError):
        fill_path(f"/tickets/{{{{ input.{name} }}}}", SCOPE)


def test_an_encoded_secret_in_a_path_is_told_too() -> None:
    heard: list[str] = []
    fill_path("/x/{{ input.text }}", SCOPE, lambda _, text: heard.append(text))
    assert heard == ["a b/ü", "a%20b%2F%C3%BC"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("now()", "2026-11-01T12:30:05Z"),
        ("now('unix')", "1793536205"),
        ("now('unix_ms')", "1793536205250"),
        ("now('http')", "Sun, 01 Nov 2026 12:30:05 GMT"),
        ("now('%d.%m.%Y')", "01.11.2026"),
        ("date('2026-11-01T13:00:00+01:00')", "2026-11-01T12:00:00Z"),
        ("date('2026-11-01', 'unix')", "1793491200"),
        ("date(`0`, 'date')", "1970-01-01"),
        ("base64('ü')", "w7w="),
        ("hex('ü')", "c3bc"),
        ("urlencode('a/b c')", "a%2Fb%20c"),
        ("urlencode(`true`)", "true"),
        ("json({a: `1`, b: 'ü'})", '{"a":1,"b":"ü"}'),
        ("hash('sha256', 'abc')", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("hash('md5', 'abc', 'base64')", "kAFQmDzST7DWlj99KOF/cg=="),
        # RFC 4231, test case 2
        ("hmac('sha256', 'Jefe', 'what do ya want for nothing?')", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        ("uuid()", "00000000-0000-0000-0000-000000000007"),
        ("default(input.none, input.empty, 'x')", ""),
        ("default(input.none)", None),
        ("lower('AÜ')", "aü"), ("upper('aü')", "AÜ"), ("trim('  a ')", "a"),
        ("split('a,b,,c', ',')", ["a", "b", "", "c"]),
        ("regex('id=42;', 'id=([0-9]+)', `1`)", "42"),
        ("regex('id=42;', 'x')", None),
        ("regex('a-b', '(?P<r>b)', 'r')", "b"),
    ],
)  # fmt: skip
def test_a_function_gives_what_it_says(expression: str, value: Any) -> None:
    assert evaluate(expression, SCOPE, sources=FIXED) == value


@pytest.mark.parametrize(
    ("condition", "is_true"),
    [
        ("`0`", True),
        ("`null`", False),
        ("`false`", False),
        ("''", False),
        ("`[]`", False),
        ("`{}`", False),
        ("input.on", True),
    ],
)
def test_a_condition_is_true_as_jmespath_says(condition: str, is_true: bool) -> None:
    assert holds(condition, SCOPE) is is_true


def test_a_bare_expression_may_read_a_list_itself() -> None:
    assert evaluate("[].a", [{"a": 1}, {"a": 2}]) == [1, 2]
    assert evaluate("a.b", [1]) is None
    assert evaluate("@", [1]) == [1]


def test_nested_too_deeply_is_an_error_and_no_crash() -> None:
    with pytest.raises(TemplateError, match="too deep"):
        evaluate("(" * 5000 + "a" + ")" * 5000, {})
    with pytest.raises(TemplateError):
        fill("{{ " + "a." * 40_000 + "b }}", {})


@given(st.text(st.sampled_from("{}'\"`\\ ab.[]()|&!=<>?*@,:0-$")), st.integers(0, 3))
def test_no_text_makes_filling_crash(text: str, braces: int) -> None:
    template = "{{" * braces + text + "}}" * braces
    with suppress(TemplateError):
        scan(template)
        fill(template, SCOPE)


NAMES = (
    "length",
    "keys",
    "sum",
    "max",
    "join",
    "date",
    "hash",
    "split",
    "regex",
    "base64",
    "json",
    "sort",
    "merge",
    "map",
    "to_number",
    "nope",
)


@given(
    st.sampled_from(NAMES),
    st.lists(
        st.sampled_from(
            ["input", "input.text", "`1`", "`1e308`", "'x'", "auth.token", "@", "&a", "input.list"]
        ),
        max_size=4,
    ),
)
def test_no_call_makes_evaluation_crash(name: str, arguments: list[str]) -> None:
    assert "canary" not in _error_of(f"{name}({', '.join(arguments)})")


def _error_of(expression: str) -> str:
    try:
        evaluate(expression, SCOPE)
    except TemplateError as error:
        return str(error)
    return ""


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    )
)
def test_a_value_that_goes_through_a_template_is_unchanged(value: Any) -> None:
    filled = fill({"a": "{{ input }}"}, {"input": value})
    assert filled == ({} if value is None else {"a": value})
    assert evaluate("json(input)", {"input": value}) == json.dumps(
        value, ensure_ascii=False, separators=(",", ":")
    )


def test_plain_paths_need_no_expression_library() -> None:
    code = "import sys; from connectors.templates import fill; fill('a {{ input.x }}', {'input': {'x': 1}}); print('jmespath' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
