"""The body view: folds, the path at the cursor, hidden characters, XML, CSV, and lines without an end."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from textual.app import App

from connectors.templates import evaluate
from tui.state.body_document import BodyDocument, Reading, build_document
from tui.state.byte_lines import ByteLines
from tui.state.document import pretty_json
from tui.state.folds import Folds
from tui.theme import DARK
from tui.widgets.body_view import BodyView

TICKETS = {
    "data": {
        "items": [{"id": number, "tags": ["a", "b"], "odd-key": {"x": None}} for number in range(30)],
        "total": 30,
        "none": [],
    }
}
BODY = json.dumps(TICKETS).encode()


class OneBody(App[None]):
    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = DARK.name
        self.told: list[str] = []

    def compose(self):
        yield BodyView()

    def on_body_view_told(self, message: BodyView.Told) -> None:
        self.told.append(message.text)


def lines(document) -> list[str]:
    return [document.text(index) for index in range(len(document))]


def test_every_line_of_json_has_the_path_that_selects_its_value() -> None:
    document = build_document(BODY, head=[[("200", "")]])
    assert document.path(0) == ""
    for index in range(1, len(document)):
        written = document.text(index).strip().rstrip(",").partition(": ")
        value = evaluate(document.path(index), TICKETS)
        plain = written[2] if written[1] and not written[0].startswith(("{", "[")) else written[0]
        if plain not in ("{", "[", "}", "]"):
            assert json.loads(plain) == value
        else:
            assert isinstance(value, dict if plain in "{}" else list)


def test_a_block_is_folded_from_any_line_in_it_and_shown_again() -> None:
    document = build_document(BODY)
    before = lines(document)
    at = before.index('        "id": 3,')
    goes_to = document.toggle_fold(at)
    assert goes_to == at - 1
    assert document.text(goes_to) == "      { … 8 lines },"
    assert len(document) == len(before) - 9
    assert document.path(goes_to) == "data.items[3]"
    assert document.path(goes_to + 1) == "data.items[4]"
    assert document.toggle_fold(goes_to) == goes_to
    assert lines(document) == before


def test_folds_in_folds_come_back_as_they_were() -> None:
    document = build_document(BODY)
    before = lines(document)
    document.toggle_fold(before.index('        "tags": ['))
    document.toggle_fold(before.index("      {"))
    document.toggle_fold(0)
    assert lines(document) == ["{ … 306 lines }"]
    assert document.toggle_folds() == "everything is shown"
    assert lines(document) == before


def test_all_records_are_folded_at_once() -> None:
    document = build_document(BODY)
    assert document.toggle_folds() == "30 blocks are folded"
    assert document.text(3) == "      { … 8 lines },"


def test_a_search_opens_the_fold_that_hides_what_it_finds() -> None:
    document = build_document(BODY)
    document.toggle_fold(0)
    assert len(document) == 1
    found = document.find('"id": 7', -1, 1)
    assert document.text(found).strip() == '"id": 7,'


def test_what_is_no_json_does_not_fold() -> None:
    for body in (b"one\ntwo", b"<a><b/></a>", bytes(range(256))):
        document = build_document(body)
        assert document.toggle_fold(0) is None
        assert document.toggle_folds() == ""
        assert document.path(0) == ""


def test_xml_has_one_element_a_line() -> None:
    document = build_document(
        b'<?xml version="1.0"?><a x="1>"><b>text &amp; more</b><!-- <c> --><d/><e> </e></a>'
    )
    assert lines(document) == [
        '<?xml version="1.0"?>', '<a x="1>">', "  <b>text &amp; more</b>", "  <!-- <c> -->", "  <d/>", "  <e></e>", "</a>",
    ]  # fmt: skip
    raw = build_document(b"<a><b/></a>", reading=Reading(raw=True))
    assert lines(raw) == ["<a><b/></a>"]


@pytest.mark.parametrize("body", [b"<a <b>", b"<!--" * 1000, b"<a>" * 500, b"< <", b"<![CDATA[x"])
def test_xml_that_is_broken_is_shown_all_the_same(body: bytes) -> None:
    document = build_document(body)
    assert "".join(line.strip() for line in lines(document)) == body.decode().replace(" ", " ").strip()


@pytest.mark.parametrize("part", [b"<!--a>", b"<?a>", b"<![CDATA[a>", b"<![a>"])
def test_what_is_opened_in_xml_and_never_closed_is_looked_for_once(part: bytes, cost) -> None:
    few, many = b"<a>" + part * 2_000, b"<a>" + part * 20_000
    assert lines(build_document(b"<a>" + part * 3)) == [(b"<a>" + part * 3).decode()]
    assert cost(lambda: build_document(many)) < 60 * cost(lambda: build_document(few))


def test_csv_stands_in_columns() -> None:
    document = build_document(b'id;name\n1;"M\xc3\xbcller; Hotel"\n22;x\n', reading=Reading(media="text/csv"))
    assert lines(document) == ["id  name", "1   Müller; Hotel", "22  x"]


def test_hidden_characters_are_shown() -> None:
    document = build_document("a b\tc\u00a0d\u200b\r\nend".encode(), reading=Reading(shows_hidden=True))
    assert lines(document) == ["a·b→   c⍽d⟨U+200B⟩␍␊", "end␊"]


@given(st.text(alphabet="a☃😀\n\r", max_size=80), st.integers(4, 12))
def test_lines_and_pieces_are_the_whole_text(text: str, piece: int) -> None:
    content = text.encode()
    lines = ByteLines(content, piece)
    assert b"".join(lines.read(at) for at in range(len(lines))) == content.replace(b"\n", b"")
    assert all(lines.read(at).decode() is not None for at in range(len(lines)))
    whole = len(lines) - sum(lines.goes_on(at) for at in range(len(lines)))
    assert whole == text.count("\n") + (bool(text) and not text.endswith("\n"))


@given(st.dictionaries(st.integers(0, 30), st.integers(1, 8), max_size=5), st.integers(0, 40))
def test_a_shown_line_is_the_line_of_the_text_that_it_shows(blocks: dict[int, int], line: int) -> None:
    ends = {first: first + more for first, more in blocks.items()}
    assume(all(b < c or d < b for a, b in ends.items() for c, d in ends.items() if a < c))
    folds = Folds()
    folds.fold({first: first + more for first, more in blocks.items()})
    shown = [at for at in range(60) if not any(first < at <= first + more for first, more in blocks.items())]
    if line < len(shown):
        assert folds.real(line) == shown[line]
        assert folds.shown(shown[line]) == line


def test_json_that_would_grow_beyond_all_measure_stays_as_it_came() -> None:
    body = b"[" * 200 + b",".join([b"1"] * 200_000) + b"]" * 200
    assert pretty_json(body) is None
    assert pretty_json(b"[" * 200 + b"1" + b"]" * 200) is not None
    tricky = b'["' + b"]" * 500 + b'",' + b"[" * 200 + b",".join([b"1"] * 200_000) + b"]" * 201
    assert pretty_json(tricky) is None


async def test_the_cursor_moves_and_says_the_path() -> None:
    app = OneBody()
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.query_one(BodyView)
        view.show_body(BODY)
        view.focus()
        await pilot.press("j", "j", "j", "j")
        assert app.told[-1] == "line 5 of 308 · data.items[0].id"
        await pilot.press("z")
        assert app.told[-1].endswith("· data.items[0]")
        await pilot.press("G")
        await pilot.press("k", "k", "k")
        assert app.told[-1].endswith("· data.total")
        await pilot.press("Z")
        await pilot.pause()
        assert "shown" in app.told[-1]


async def test_a_long_line_is_wrapped_whole_in_any_script() -> None:
    app = OneBody()
    text = "é☃😀" * 60_000
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.query_one(BodyView)
        view.show_body(text.encode())
        await pilot.pause()
        seen = ""
        while len(seen) < 2_000:
            seen += "".join(view.render_line(y).text.rstrip() for y in range(view.size.height))
            view.scroll_rows(view.size.height)
        assert text.startswith(seen[:2_000])


async def test_keys_do_no_harm_to_an_empty_body() -> None:
    app = OneBody()
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.query_one(BodyView)
        view.show_body(b"")
        view.focus()
        await pilot.press("j", "G", "z", "Z", "u", "h", "W", "p", "n", "N", "g")
        await pilot.pause()
        assert isinstance(view.document, BodyDocument)
