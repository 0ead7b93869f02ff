"""Bodies: what is read of JSON, XML and CSV, and what forms and files look like when they are sent."""

import contextlib
import copy
import gzip
import json
from collections.abc import AsyncIterator
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import Response as ResponseSpec
from connectors.templates import evaluate
from core import InputError, VendorError
from core.bodies.coding import decoded
from core.bodies.csv_body import find_delimiter, read_csv
from core.bodies.exact import ExactNumber, json_of
from core.bodies.json_body import read_json, write_json
from core.bodies.multipart import build_form
from core.bodies.problem import BodyProblem
from core.bodies.upload import ChosenFile, open_content, upload_file
from core.bodies.xml_body import read_xml
from core.read import decode
from core.request import Response

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "text",
    [
        "1.10",
        "1e400",
        "-1E-400",
        "3.14159265358979323846264338327950288",
        "-0.0",
        "-0",
        "1.0",
        "1",
        "1.5E+3",
        "7" * 5_000,
    ],
)
def test_a_number_is_written_as_it_was_sent(text: str) -> None:
    value, _ = read_json(f'{{"n": [{text}]}}'.encode())
    assert write_json(value) == f'{{"n":[{text}]}}'.encode()
    assert json_of(value) == f'{{"n": [{text}]}}'
    assert json_of(copy.deepcopy(value), indent=2) == f'{{\n  "n": [\n    {text}\n  ]\n}}'


def test_an_exact_number_calculates_like_any_other() -> None:
    value, _ = read_json(b'{"rows": [{"n": 1.10}, {"n": 2.50}, {"n": 1e400}]}')
    assert evaluate("rows[?n > `2`].n", value)[0] == 2.5
    assert evaluate("sum(rows[:2].n)", value) == pytest.approx(3.6)
    assert evaluate("to_string(rows[0].n)", value) == "1.10"
    assert evaluate("json(rows[1:])", value) == '[{"n":2.50},{"n":1e400}]'
    assert evaluate("urlencode(rows[2].n)", value) == "1e400"
    assert evaluate("rows[0].n == `1.1`", value) is True


@given(json_values)
def test_what_json_says_is_what_is_read(value) -> None:
    read, notes = read_json(json.dumps(value).encode())
    assert read == value
    assert notes == ()
    assert json.loads(json_of(read)) == value


@given(
    st.binary(max_size=60)
    | st.text(alphabet='{}[]":,\\u0123d8 \n1.e+-truefalsn', max_size=60).map(str.encode)
)
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for read in (read_json, read_xml, lambda data: read_csv(data.decode("latin-1"))):
        with contextlib.suppress(BodyProblem):
            read(body)


@pytest.mark.parametrize("text", ['{"a":-0}', "[-0,1]", "-0", '{"a": [ -0 ]}', '{"a":-0,"b":"-0,"}'])
def test_zero_below_zero_keeps_its_sign(text: str) -> None:
    value, _ = read_json(text.encode())
    assert write_json(value).decode() == text.replace(" ", "")


def test_a_date_is_no_zero_below_zero() -> None:
    body = b'{"day": "2026-01-05", "to": "x-0,", "n": 1}'
    assert read_json(body) == ({"day": "2026-01-05", "to": "x-0,", "n": 1}, ())


def test_a_name_that_comes_twice_is_told_and_its_last_value_counts() -> None:
    value, (note,) = read_json(b'{"a": {"x": 1, "x" : 2}, "y": ["x\\":"]}')
    assert value == {"a": {"x": 2}, "y": ['x":']}
    assert note.startswith("`x` came twice")
    assert read_json(b'[{"x": 1}, {"x": 2, "y": "\\":"}]')[1] == ()


@pytest.mark.parametrize("space", [" ", "  ", "\t ", "\n  ", " \r"])
def test_a_name_that_comes_twice_is_told_however_it_is_spaced(space: str) -> None:
    assert read_json(f'{{"a"{space}: 1, "a": 2}}'.encode()) == (
        {"a": 2},
        ("`a` came twice in one object, the last one counts",),
    )
    assert read_json(b'{"a": " : ", "b":"x :"}')[1] == ()


def test_elements_attributes_and_text_become_a_mapping() -> None:
    document = b'<list n="1"><item>a</item><item x="2">b</item><none/><sub>t<i>u</i></sub></list>'
    assert read_xml(document) == {
        "list": {
            "@n": "1",
            "item": ["a", {"@x": "2", "#text": "b"}],
            "none": None,
            "sub": {"i": "u", "#text": "t"},
        }
    }


def test_one_element_is_a_list_where_that_is_asked_for() -> None:
    assert read_xml(b"<l><i>a</i></l>", ["i"]) == {"l": {"i": ["a"]}}
    assert read_xml(b"<l><i>a</i></l>") == {"l": {"i": "a"}}


def test_names_are_as_written_unless_their_namespace_is_given_a_prefix() -> None:
    document = b'<s:E xmlns:s="urn:s" xmlns="urn:d"><b s:k="1">x</b></s:E>'
    assert read_xml(document) == {"s:E": {"b": {"@s:k": "1", "#text": "x"}}}
    assert read_xml(document, (), {"": "urn:s", "d": "urn:d"}) == {"E": {"d:b": {"@k": "1", "#text": "x"}}}


@pytest.mark.parametrize("order", ['s:k="1" k="0" d:k="2"', 'd:k="2" k="0" s:k="1"'])
def test_no_attribute_takes_the_place_of_another(order: str) -> None:
    document = f'<a xmlns:s="urn:s" xmlns:d="urn:d" {order}/>'.encode()
    assert read_xml(document) == {"a": {"@k": "0", "@s:k": "1", "@d:k": "2"}}
    assert read_xml(document, (), {"": "urn:s"}) == {"a": {"@k": "0", "@{urn:s}k": "1", "@d:k": "2"}}
    assert read_xml(document, (), {"d": "urn:s"}) == {"a": {"@k": "0", "@d:k": "1", "@{urn:d}k": "2"}}


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/x">%x;]><a/>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x"><a>&x;</a>',
    ],
)
def test_entities_are_refused(document: bytes) -> None:
    with pytest.raises(BodyProblem, match="entit"):
        read_xml(document)


def test_a_document_type_without_entities_is_read() -> None:
    assert read_xml(b'<!DOCTYPE plist PUBLIC "-//A//B" "http://x/y.dtd"><plist>1</plist>') == {"plist": "1"}


def test_what_a_document_type_adds_to_every_element_is_left_out() -> None:
    added = b"A" * 100_000
    read = read_xml(b"<!DOCTYPE a [<!ATTLIST b c CDATA '" + added + b"'>]><a><b/><b d='1'/></a>")
    assert read == {"a": {"b": [None, {"@d": "1"}]}}


def test_a_namespace_that_would_be_read_for_minutes_is_refused() -> None:
    with pytest.raises(BodyProblem, match="namespace of 10,000 characters"):
        read_xml(b'<a xmlns="' + b"u" * 10_000 + b'"/>')


@pytest.mark.parametrize("charset", ["shift_jis", "gbk", "euc-kr", "utf-8", "utf-16", "iso-8859-1"])
def test_xml_is_read_in_the_encoding_that_it_declares(charset: str) -> None:
    word = "\xfc" if charset == "iso-8859-1" else "a" if charset == "euc-kr" else "\u4e2d"
    document = f'<?xml version="1.0" encoding="{charset}"?><a>{word}</a>'
    assert read_xml(document.encode(charset)) == {"a": word}


@pytest.mark.parametrize("charset", ["idna", "punycode", "zip", "unknown-9"])
def test_an_encoding_that_nobody_reads_is_told(charset: str) -> None:
    with pytest.raises(BodyProblem, match="encoding"):
        read_xml(f'<?xml version="1.0" encoding="{charset}"?><a>b</a>'.encode())


def test_half_a_character_in_xml_is_shown_as_one_that_is_missing() -> None:
    assert read_xml("<a>\ud800</a>") == {"a": "\ufffd"}


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [("a,b\n1,2\n", ","), ("a;b\n1,5;2\n", ";"), ("a\tb\n1\t2\n", "\t"), ("a|b\n1|2\n", "|"), ('"a;b",c\n1,2\n', ","), ("a\n1\n", ",")],
)  # fmt: skip
def test_the_delimiter_is_found(text: str, delimiter: str) -> None:
    assert find_delimiter(text) == delimiter


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_one_column_of_decimal_commas_stays_one_column(end: str) -> None:
    text = end.join(("price", "1,50", "-1.234,75", "7", ""))
    assert read_csv(text) == ([{"price": "1,50"}, {"price": "-1.234,75"}, {"price": "7"}], ())
    assert read_csv(end.join(("Report", "a,b", "1,2")))[0][0] == {"Report": "a", "column_2": "b"}


def test_a_row_ends_with_a_lone_cr_too_but_not_in_quotes() -> None:
    text = 'a,b\n1,2\r3,"x\ry"\r\n4,5\r'
    assert read_csv(text) == ([{"a": "1", "b": "2"}, {"a": "3", "b": "x\ry"}, {"a": "4", "b": "5"}], ())
    assert find_delimiter("a;b,c\r1;2,3\r4;5\r") == ";"


def test_cells_stay_text_and_quotes_hold_what_they_like() -> None:
    rows, notes = read_csv('\ufeffid,text\r\n007,"a ""b"",\r\nc"\r\n8\r\n')
    assert rows == [{"id": "007", "text": 'a "b",\r\nc'}, {"id": "8", "text": None}]
    assert notes == ()


def test_columns_without_a_name_of_their_own_get_one_and_it_is_told() -> None:
    rows, (note,) = read_csv("id,id,\n1,2,3\n")
    assert rows == [{"id": "1", "id_2": "2", "column_3": "3"}]
    assert "`id`" in note
    assert read_csv("a,b\n", header=False)[0] == [{"column_1": "a", "column_2": "b"}]


def test_no_cell_takes_the_place_of_another() -> None:
    rows, notes = read_csv("column_3,b\n1,2,3,4\n")
    assert list(rows[0].values()) == ["1", "2", "3", "4"]
    assert notes == ("1 row has more cells than the first one; the delimiter is ','",)
    assert list(read_csv("a,a_2,a,a\n1,2,3,4\n")[0][0].values()) == ["1", "2", "3", "4"]


async def _pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


@given(st.binary(max_size=3_000), st.integers(1, 50))
async def test_gzip_in_any_pieces_gives_what_was_packed(data: bytes, size: int) -> None:
    packed = gzip.compress(data)
    chunks = [packed[at : at + size] for at in range(0, len(packed), size)]
    assert b"".join([piece async for piece in decoded(_pieces(*chunks), "gzip")]) == data


async def test_a_coding_that_was_not_asked_for_is_named() -> None:
    with pytest.raises(VendorError, match="'compress', which was not asked for"):
        [piece async for piece in decoded(_pieces(b"x"), "compress")]


@given(st.binary(max_size=3_000), st.integers(1, 50))
async def test_brotli_in_any_pieces_gives_what_was_packed(data: bytes, size: int) -> None:
    packed = brotli.compress(data)
    chunks = [packed[at : at + size] for at in range(0, len(packed), size)]
    assert b"".join([piece async for piece in decoded(_pieces(*chunks), "br")]) == data


async def test_brotli_comes_in_pieces_of_bounded_size_and_a_bomb_is_refused() -> None:
    pieces = [piece async for piece in decoded(_pieces(brotli.compress(bytes(9_000_000))), "br")]
    assert max(map(len, pieces)) < 1 << 20
    with pytest.raises(VendorError, match="grows from"):
        [piece async for piece in decoded(_pieces(brotli.compress(bytes(70_000_000), quality=1)), "br")]


@pytest.mark.parametrize("body", [b"<p>none</p>", brotli.compress(b"x" * 99) + b"y"])
async def test_what_is_no_brotli_is_told(body: bytes) -> None:
    with pytest.raises(VendorError, match="cannot be decompressed"):
        [piece async for piece in decoded(_pieces(body), "br")]


def test_a_multipart_form_reads_back_with_fields_parts_and_files(tmp_path: Path) -> None:
    path = tmp_path / 'ré"port.csv'
    path.write_bytes(b"a,b\r\n--1,2\n")
    fields = {
        "note": "grüße", "tags": ["x", "y"], "none": None, "meta": {"json": {"n": 1}},
        "report": {"file": ChosenFile(str(path))}, "left out": {"name": "x"},
    }  # fmt: skip
    form = build_form(fields, lambda value: None if value is None else str(value))
    body = b"".join(piece if isinstance(piece, bytes) else piece.path.read_bytes() for piece in form.pieces)
    assert len(body) == form.size
    message = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + form.content_type.encode() + b"\r\n\r\n" + body
    )
    parts = [(part["content-disposition"].params["name"], part) for part in message.iter_parts()]
    assert [name for name, _ in parts] == ["note", "tags", "tags", "meta", "report"]
    found = dict(parts)
    assert found["note"].get_payload(decode=True).decode() == "grüße"
    assert found["meta"].get_content_type() == "application/json"
    assert found["report"].get_content_type() == "text/csv"
    assert found["report"].get_payload(decode=True) == path.read_bytes()
    assert b'filename="r\xc3\xa9%22port.csv"' in body
    assert b"[11 bytes of" in form.shown
    assert b"--1,2" not in form.shown


def test_a_line_break_in_a_name_starts_no_header() -> None:
    form = build_form(
        {'a"\r\nX-Evil: 1': "v", "b": {"text": "t", "type": "text/plain\r\nX-Evil: 2"}}, str, "mark"
    )
    head = b"".join(piece for piece in form.pieces if isinstance(piece, bytes))
    assert b"\r\nX-Evil" not in head


def test_a_path_that_nobody_gave_is_never_sent(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("mine")
    with pytest.raises(InputError, match="given as an input of type file"):
        open_content(str(path))
    with pytest.raises(InputError, match="given as an input of type file"):
        build_form({"f": {"file": str(path)}}, str)


async def test_a_file_is_read_while_it_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(20 * 1024 * 1024)
    upload = upload_file(ChosenFile(str(path)))
    sizes = [len(chunk) async for chunk in upload.chunks()]
    assert sum(sizes) == upload.size == 20 * 1024 * 1024
    assert max(sizes) <= 256 * 1024
    assert len(upload.shown) < 100


async def test_a_file_that_becomes_shorter_is_told(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(b"x" * 100)
    upload = upload_file(ChosenFile(str(path)))
    path.write_bytes(b"x")
    with pytest.raises(InputError, match="became shorter"):
        [chunk async for chunk in upload.chunks()]


def test_a_copy_of_an_exact_number_is_the_same() -> None:
    assert repr(copy.copy(ExactNumber("1.10"))) == "1.10"


def _answer(status: int, content_type: str, body: bytes) -> Response:
    return Response(status, (("Content-Type", content_type),), body, "http://127.0.0.1/", 1, len(body))


@pytest.mark.parametrize("described", ["text", "csv", "xml", "binary", "jsonl"])
def test_a_failure_is_read_as_it_says_and_not_as_what_was_asked_for(described) -> None:
    spec = ResponseSpec(type=described)
    failed = decode(_answer(403, "application/problem+json", b'{"title": "not yours"}'), spec)
    assert failed.value == {"title": "not yours"}
    assert decode(_answer(200, "text/plain", b"a,b\n1,2\n"), ResponseSpec(type="csv")).value == [
        {"a": "1", "b": "2"}
    ]
