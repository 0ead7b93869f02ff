"""Whatever stands in a template, it gives a value or a sentence, and the sentence holds no value."""

# ruff: noqa: PT017 - to be refused is one of two outcomes, and looked at like the other

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.templates import MISSING, TemplateError, evaluate, fill, fill_path, holds

SECRET = "s3cr3t-canary"
SCOPE: dict[str, Any] = {
    "input": {"limit": 25, "ratio": 0.5, "on": True, "text": "a b/ü", "none": None, "list": [1, "x", None], "big": 10**400,
              "deep": {"a": [{"b": 1}, {"b": 2}]}, "up": "..", "nan": float("nan")},
    "auth": {"token": SECRET, "user": {"name": SECRET}},
    "var": {"base_url": "https://x.example"},
    "response": {"status": 200, "headers": {"content-type": "a/b"}, "body": {"items": [{"n": 2}, {"n": 1}]}},
}  # fmt: skip
TOKENS = (
    "input", "auth", "auth.token", "input.text", "input.list", "input.big", "input.deep.a[*].b", "response.body.items", "input.nan",
    ".", "[", "]", "[*]", "[?", "[]", "[0]", "[-1]", "[::2]", "[::0]", "*", "@", "&", "&&", "||", "!", "==", "!=", "<", ">=", "|", ",",
    "(", ")", "{", "}", ":", "`1`", "`null`", "`[1,2]`", "`{`", "'x'", "'", '"', "`", "\\", "\n", " ", "é", "\x00", "a", "_",
    "length(", "sort_by(", "map(", "join(", "sum(", "max_by(", "to_number(", "regex(", "date(", "hash(", "hmac(", "json(", "base64(",
    "urlencode(", "replace(", "split(", "lower(", "upper(", "now(", "uuid(", "nothing(", "default(", "from_json(", "parse_json(",
    "slice(", "range(", "repeat(", "pad(", "'('", "'(a+)+$'", "'md5'", "'%Y'", "`9999999999`", "`-1`", "`1e308`", '`"x"`',
)  # fmt: skip
deep = st.builds(
    lambda piece, times: piece * times + "a",
    st.sampled_from(["a|", "a||", "a&&", "a.", "[]", "a[0].", "(", "!", "[", "length(", "{a: "]), st.sampled_from([40, 3000]),
)  # fmt: skip
expressions = st.one_of(
    *[st.lists(st.sampled_from(TOKENS), max_size=14).map("".join), st.text(max_size=40)] * 8, deep
)
calls = st.builds(
    lambda name, arguments: f"{name}{', '.join(arguments)})",
    st.sampled_from([token for token in TOKENS if token.endswith("(") and len(token) > 1]),
    st.lists(
        st.sampled_from([token for token in TOKENS if token[0] in "`'&iar@" and len(token) > 2]), max_size=4
    ),
)
templates = st.lists(
    st.one_of(
        expressions.map("{{{{ {} }}}}".format), calls.map("{{{{{}}}}}".format), expressions,
        st.sampled_from(["{{", "}}", "{", "}", "/x/", "?a=", "..", "/"]),
    ),
    max_size=4,
).map("".join)  # fmt: skip


def outcome(work: Any) -> Any:
    """Give what it gives; a refusal has to be a sentence without the secret."""
    try:
        return work()
    except TemplateError as error:
        assert str(error).strip()
        assert SECRET not in f"{error} {error!r} {error.__cause__!r}"
        assert error.offset >= 0
        return None


@settings(deadline=None)
@given(text=templates)
def test_a_template_is_filled_or_refused(text: str) -> None:
    value = outcome(lambda: fill({"a": text, "b": [text]}, SCOPE))
    assert value is None or isinstance(value, dict)
    path = outcome(lambda: fill_path(f"/x/{text}", SCOPE))
    assert path is None or isinstance(path, str)


@settings(deadline=None)
@given(text=expressions | calls)
def test_an_expression_gives_json_or_is_refused(text: str) -> None:
    value = outcome(lambda: evaluate(text, SCOPE))
    if value is not MISSING:
        json.dumps(value)
    assert outcome(lambda: holds(text, SCOPE)) in (True, False, None)
