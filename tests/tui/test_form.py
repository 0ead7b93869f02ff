"""Forms: what their fields accept, and the way to raw JSON and back."""

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from tui.state.field import UNSET, Field, FieldProblem, Option, next_option
from tui.state.field_text import read_text, write_text
from tui.state.form import Marks, check_form, first_error, folded_count, open_form, read_values, shown_fields
from tui.state.form_json import form_json, load_json
from tui.state.form_layout import FormWidths, row_lines
from tui.state.schema_fields import schema_fields
from tui.terminal import screen_text
from tui.theme import DARK
from tui.widgets.form_row import FormRow
from tui.widgets.form_view import FormView

TICKETS = {
    "type": "object",
    "required": ["customer"],
    "properties": {
        "status": {"type": "string", "enum": ["open", "closed"], "description": "every state when empty"},
        "since": {"type": "string", "format": "date"},
        "limit": {"type": "integer", "minimum": 1, "maximum": 500, "default": 50},
        "ratio": {"type": ["number", "null"]},
        "urgent": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "labels": {"type": "object"},
        "customer": {"$ref": "#/$defs/name"},
    },
    "$defs": {"name": {"type": "string", "minLength": 2, "title": "Customer"}},
}

HELPED = {
    "properties": {"customer": {"type": "string", "description": "who asked for it, as the desk knows them"}}
}

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def test_a_schema_becomes_fields_with_the_required_ones_first():
    fields = schema_fields(TICKETS)
    assert [(one.key, one.kind) for one in fields] == [
        ("customer", "text"),
        ("status", "choice"),
        ("since", "date"),
        ("limit", "integer"),
        ("ratio", "number"),
        ("urgent", "boolean"),
        ("tags", "choices"),
        ("labels", "json"),
    ]
    assert fields[0].title == "Customer"
    assert fields[0].shortest == 2
    assert fields[3].default == 50


def test_a_schema_that_points_at_itself_still_gives_fields():
    schema = {"type": "object", "properties": {"parent": {"$ref": "#"}}}
    assert [one.kind for one in schema_fields(schema)] == ["json"]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("integer", " 12 ", 12),
        ("number", "2.50", 2.5),
        ("number", "7", 7),
        ("boolean", "yes", True),
        ("url", "https://desk.example/x", "https://desk.example/x"),
        ("date", "2026-11-01", "2026-11-01"),
        ("duration", "30s", "30s"),
        ("timezone", "Europe/Berlin", "Europe/Berlin"),
        ("choices", "a, b", ["a", "b"]),
        ("json", '{"a": 1}', {"a": 1}),
        ("text", " kept ", " kept "),
    ],
)
def test_a_text_is_read_as_its_kind(kind, text, value):
    assert read_text(Field("x", kind=kind), text) == value


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        (Field("x", kind="integer"), "many", "whole number"),
        (Field("x", kind="integer", maximum=5), "6", "must be 5 or less"),
        (Field("x", kind="number"), "nan", "needs a number"),
        (Field("x", kind="url"), "desk.example", "whole address"),
        (Field("x", kind="url"), "http://[::1", "whole address"),
        (Field("x", kind="host"), "http://a/b", "host name alone"),
        (Field("x", kind="date"), "2026-02-30", "needs a date"),
        (Field("x", kind="timezone"), "Europe/Nowhere", "time zone"),
        (Field("x", kind="timezone"), "../../etc/passwd", "time zone"),
        (Field("x", kind="json", schema="object"), "[1]", "JSON object"),
        (Field("x", kind="json"), "[" * 5000, "nested too deep"),
        (Field("x", pattern="^[a-z]+$"), "A1", "form"),
        (Field("x", kind="choice", options=(Option("a", "a"),)), "b", "one of a"),
    ],
)
def test_a_text_that_does_not_fit_is_answered_with_a_sentence(field, text, sentence):
    with pytest.raises(FieldProblem, match=sentence):
        read_text(field, text)


@given(st.text())
def test_any_text_is_read_or_refused_but_never_raises_anything_else(text):
    for kind in (
        "integer",
        "number",
        "url",
        "host",
        "date",
        "datetime",
        "timezone",
        "duration",
        "json",
        "boolean",
    ):
        with suppress(FieldProblem):
            read_text(Field("x", kind=kind), text)


def test_an_empty_field_is_left_out_and_a_missing_required_one_is_named():
    form = open_form(schema_fields(TICKETS))
    assert check_form(form) is None
    assert form.errors == {"customer": "is required"}
    assert first_error(form) == "customer"
    form.set_text("customer", "Nordwind")
    assert check_form(form) == {"customer": "Nordwind", "limit": 50}


def test_an_error_goes_as_soon_as_its_field_is_edited():
    form = open_form(schema_fields(TICKETS), {"customer": "ab"})
    form.set_text("limit", "x")
    assert check_form(form) is None
    form.set_text("limit", "4")
    assert form.errors == {}


@given(st.dictionaries(st.sampled_from([*TICKETS["properties"], "unknown", "other"]), JSON_VALUES))
def test_json_through_the_form_and_back_loses_nothing(values):
    form = open_form(schema_fields(TICKETS))
    text = json.dumps(values)
    assert load_json(form, text) is None
    assert form_json(form) == text
    form.source = ""
    assert json.dumps(json.loads(form_json(form)), sort_keys=True) == json.dumps(values, sort_keys=True)


def test_what_was_typed_wrongly_is_still_there_in_the_json():
    form = open_form(schema_fields(TICKETS))
    form.set_text("limit", "many")
    assert json.loads(form_json(form)) == {"limit": "many"}


def test_changing_a_field_changes_the_json_even_from_one_to_true():
    form = open_form((Field("a", kind="json"),))
    load_json(form, '{"a": 1}')
    form.set_text("a", "true")
    assert json.loads(form_json(form)) == {"a": True}


def test_a_secret_never_stands_in_the_json_and_survives_the_way_through_it():
    form = open_form((Field("token", secret=True), Field("name")), {"token": "canary-9", "name": "x"})
    text = form_json(form)
    assert "canary-9" not in text
    assert load_json(form, text.replace('"x"', '"y"')) is None
    assert read_values(form)[0] == {"token": "canary-9", "name": "y"}


@pytest.mark.parametrize("text", ["{", "[1, 2]", "NaN", '"x"'])
def test_json_that_is_no_object_is_refused_and_the_form_stays(text):
    form = open_form((Field("name"),), {"name": "x"})
    assert load_json(form, text)
    assert form.text("name") == "x"


def test_rules_hide_fields_and_require_others():
    def rules(values):
        cloud = values.get("where") == "cloud"
        return Marks(
            hidden=frozenset({"host"}) if cloud else frozenset(),
            required=frozenset({"region"} if cloud else ()),
        )

    form = open_form(
        (Field("where"), Field("host"), Field("region")), {"where": "cloud", "host": "box"}, rules
    )
    assert [one.key for one in shown_fields(form)] == ["where", "region"]
    assert check_form(form) is None
    assert form.errors == {"region": "is required"}
    form.set_text("region", "eu")
    assert check_form(form) == {"where": "cloud", "region": "eu"}
    form.set_text("where", "here")
    assert form.text("host") == "box"


def test_advanced_fields_are_folded_until_one_of_them_is_wrong():
    form = open_form((Field("name"), Field("retries", kind="integer", advanced=True)))
    assert [one.key for one in shown_fields(form)] == ["name"]
    assert folded_count(form) == 1
    form.set_text("retries", "x")
    assert check_form(form) is None
    assert [one.key for one in shown_fields(form)] == ["name", "retries"]


def test_options_go_round_and_an_optional_field_has_an_empty_one():
    field = Field("x", kind="choice", options=(Option("a", "A"), Option("b", "B")))
    assert [next_option(field, text, 1) for text in ("", "A", "B")] == ["A", "B", ""]
    assert next_option(field, "", -1) == "B"
    required = Field("x", kind="boolean", required=True)
    assert next_option(required, "no", 1) == "yes"


@given(JSON_VALUES.filter(lambda value: value is not None))
def test_a_nested_value_written_as_text_reads_back_as_itself(value):
    field = Field("x", kind="json")
    assert json.dumps(read_text(field, write_text(field, value))) == json.dumps(value)


def test_nothing_written_is_nothing_read():
    assert read_text(Field("x"), write_text(Field("x"), UNSET)) is UNSET


def test_an_error_stands_below_the_whole_help_of_its_field():
    field = schema_fields(HELPED)[0]
    lines = row_lines(field, FormWidths(8, 20, 24), "is required", required=True, focused=False)
    texts = ["".join(text for text, _ in line) for line in lines]
    assert len(texts) > 2
    assert "is required" in texts[-1]
    assert not any("is required" in text for text in texts[:-1])


LONG = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen the-end"


class FormApp(App[None]):
    """A form alone."""

    def __init__(self, form):
        super().__init__()
        self.register_theme(DARK)
        self.theme = DARK.name
        self._form = form

    def compose(self) -> ComposeResult:
        yield FormView(self._form)


async def test_all_of_the_help_is_shown_of_the_field_with_the_focus_and_where_there_is_room():
    crowded = open_form(tuple(Field(f"field{number}", help=LONG) for number in range(6)))
    async with FormApp(crowded).run_test(size=(60, 24)) as pilot:
        pilot.app.query(FormRow)[1].editor.focus()
        await pilot.pause()
        shown = screen_text(pilot.app)
        assert shown.count("the-end") == 1
        assert "nine…" not in shown.split("field1")[1].split("field2")[0]
        await pilot.press("tab")
        await pilot.pause()
        assert "the-end" in screen_text(pilot.app).split("field2")[1]
        assert screen_text(pilot.app).count("the-end") == 1
    alone = open_form((Field("field0", help=LONG), Field("field1")))
    async with FormApp(alone).run_test(size=(60, 24)) as pilot:
        pilot.app.query(FormRow)[1].editor.focus()
        await pilot.pause()
        assert "the-end" in screen_text(pilot.app)


async def test_a_folded_field_does_not_widen_the_labels():
    schema = {
        "properties": {
            "q": {"type": "string"},
            "a_long_name_of_a_field": {"type": "string"},
        }
    }
    fields = [replace(one, advanced=one.key != "q") for one in schema_fields(schema)]
    form = open_form(fields)

    app = FormApp(form)
    async with app.run_test(size=(80, 24)):
        rows = app.query(FormRow)
        folded = rows.first().editor.styles.margin.left
        form.unfolded = True
        app.query_one(FormView).lay_out()
        assert rows.first().editor.styles.margin.left > folded
