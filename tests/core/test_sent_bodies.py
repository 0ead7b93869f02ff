"""Requests with bodies on real sockets: forms, files, and what the log keeps of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from connectors import FormStyle, find_problems
from core import Engine, InputError
from core.bodies.form_body import form_pairs
from core.bodies.json_body import write_json
from storage.reading import open_reading

CONNECTOR = """
schema: connect/1
revision: 1
handle: sender
name: Sender
summary: Sends bodies of every kind.
type: api
author: {company: Tests}
inputs: [{key: base_url, type: url, required: true}]
http: {base_url: '{{ var.base_url }}'}
auth: {open: {kind: none, test: [{name: it, request: {path: /}}]}}
operations:
  form:
    input: {names: 'string[]', note: string}
    request: {method: POST, path: /form, body_type: form, body: {name: '{{ input.names }}', note: '{{ input.note }}', fixed: 1}}
  nested:
    input: {items: 'object[]', meta: object}
    request:
      method: POST
      path: /form
      body_type: form
      form: {lists: indices, maps: brackets}
      body: {items: '{{ input.items }}', meta: '{{ input.meta }}'}
  multipart:
    input: {report: file!, note: string}
    request: {method: POST, path: /multi, body_type: multipart, body: {note: '{{ input.note }}', report: {file: '{{ input.report }}'}}}
  file:
    input: {report: file!}
    request: {method: PUT, path: /file, body_type: file, body: '{{ input.report }}'}
  xml:
    request: {path: /xml}
    response: {type: xml}
    records: list.item
  csv:
    request: {path: /csv}
    response: {csv: {delimiter: ';'}}
"""


@pytest.fixture
def sender(engine: Engine, serve, answer, tmp_path: Path):
    """A connection of the connector above, and the server it leads to."""
    server = serve()
    server.answers["*"] = answer()
    path = tmp_path / "sender.yaml"
    path.write_text(CONNECTOR)
    engine.catalog.add(path)
    engine.workspace.create_connection("sender", "it", method="open", variables={"base_url": server.url})
    engine.workspace.activate("it")
    return server


async def test_a_form_repeats_the_field_of_a_list_and_leaves_out_null(engine: Engine, sender) -> None:
    await engine.run("it", "form", {"names": ["a b", "c&d"]})
    _, _, headers, body = sender.seen[-1]
    assert body == b"name=a+b&name=c%26d&fixed=1"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"


NESTED = {
    "tags": ["a", None, "b c"],
    "items": [{"price": "p1", "n": 1.5}, {"price": None}],
    "meta": {"list": [1, 2], "none": None, "plan": {"a": "b"}},
}


JSON = 'items={"price":"p1","n":1.5}&items={"price":null}&meta={"list":[1,2],"none":null,"plan":{"a":"b"}}'
INDICES = "items[0][price]=p1&items[0][n]=1.5&meta[list][0]=1&meta[list][1]=2&meta[plan][a]=b"
BRACKETS = "items[][price]=p1&items[][n]=1.5&meta[list][]=1&meta[list][]=2&meta[plan][a]=b"
DOTS = "items.price=p1&items.n=1.5&meta.list=1&meta.list=2&meta.plan.a=b"


def as_text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else write_json(value).decode()


@pytest.mark.parametrize(
    ("style", "sent"),
    [
        ({}, f"tags=a&tags=b c&{JSON}"),
        ({"lists": "indices", "maps": "brackets"}, f"tags[0]=a&tags[1]=b c&{INDICES}"),
        ({"lists": "brackets", "maps": "brackets"}, f"tags[]=a&tags[]=b c&{BRACKETS}"),
        ({"maps": "dots"}, f"tags=a&tags=b c&{DOTS}"),
    ],
)
def test_lists_and_maps_of_a_form_are_written_as_the_vendor_reads_them(style, sent) -> None:
    pairs = form_pairs(NESTED, FormStyle(**style), as_text)
    assert "&".join(f"{name}={text}" for name, text in pairs) == sent


def test_what_a_form_could_not_tell_apart_is_refused() -> None:
    assert list(form_pairs({"a": [1, 2], "b": []}, FormStyle(lists="comma"), as_text)) == [("a", "1,2")]
    with pytest.raises(InputError, match="a is a list with lists or mappings in it"):
        list(form_pairs({"a": [{"b": 1}]}, FormStyle(lists="comma"), as_text))
    with pytest.raises(InputError, match=r"m\[a\] is a list with lists in it"):
        list(form_pairs({"m": {"a": [[1], [2]]}}, FormStyle(maps="brackets"), as_text))


async def test_a_nested_form_is_on_the_wire_as_described(engine: Engine, sender) -> None:
    given = {"items": [{"price": "p&1"}], "meta": {"api_key": "not-for-the-log"}}
    outcome = await engine.run("it", "nested", given)
    assert sender.seen[-1][3] == b"items%5B0%5D%5Bprice%5D=p%261&meta%5Bapi_key%5D=not-for-the-log"
    await engine.close()
    with open_reading(engine.home.database) as reading:
        body = reading.exchanges(outcome.operation, bodies=True)[0].request_body
    assert b"not-for-the-log" not in body.content


async def test_a_file_in_a_form_arrives_whole_and_the_log_keeps_only_its_name(
    engine: Engine, sender, tmp_path: Path
) -> None:
    path = tmp_path / "report.csv"
    path.write_bytes(b"a,b\n" * 100_000)
    outcome = await engine.run("it", "multipart", {"report": str(path), "note": "hi"})
    _, _, headers, body = sender.seen[-1]
    assert outcome.state == "success"
    assert path.read_bytes() in body
    assert b'name="report"; filename="report.csv"\r\nContent-Type: text/csv\r\n' in body
    assert int(headers["Content-Length"]) == len(body)
    preview = await engine.run("it", "multipart", {"report": str(path)}, dry_run=True)
    assert "[400,000 bytes of report.csv]" in preview.request.body
    assert "a,b\na,b" not in preview.request.body


async def test_a_file_is_a_whole_body_of_its_own_type(engine: Engine, sender, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(bytes(range(256)))
    await engine.run("it", "file", {"report": str(path)})
    method, _, headers, body = sender.seen[-1]
    assert (method, headers["Content-Type"], body) == ("PUT", "image/png", bytes(range(256)))


async def test_a_file_that_is_not_there_is_refused_before_anything_is_sent(engine: Engine, sender) -> None:
    with pytest.raises(InputError, match="report: '/no/such' cannot be sent: there is no such file"):
        await engine.run("it", "file", {"report": "/no/such"})
    assert sender.seen == []


async def test_a_file_follows_a_redirect_that_keeps_the_body(
    engine: Engine, sender, answer: Callable, tmp_path: Path
) -> None:
    sender.answers["/file"] = answer(307, b"", {"Location": "/there"})
    path = tmp_path / "note.txt"
    path.write_text("note")
    outcome = await engine.run("it", "file", {"report": str(path)})
    assert outcome.state == "success"
    assert [(seen[1], seen[3]) for seen in sender.seen] == [("/file", b"note"), ("/there", b"note")]


async def test_xml_gives_records_and_an_absent_list_none(engine: Engine, sender, answer: Callable) -> None:
    sender.answers["/xml"] = answer(
        200, b"<list><item>a</item><item>b</item></list>", {"Content-Type": "text/xml"}
    )
    assert (await engine.run("it", "xml", {})).records == ("a", "b")
    sender.answers["/xml"] = answer(200, b"<list/>", {"Content-Type": "text/xml"})
    assert (await engine.run("it", "xml", {})).records == ()


async def test_csv_gives_a_record_for_each_row(engine: Engine, sender, answer: Callable) -> None:
    sender.answers["/csv"] = answer(200, b"id;name\n1;a,b\n", {"Content-Type": "text/csv"})
    assert (await engine.run("it", "csv", {})).records == ({"id": "1", "name": "a,b"},)


async def test_a_proxied_request_shows_xml_and_csv_as_they_came(
    engine: Engine, sender, answer: Callable
) -> None:
    sender.answers["/csv"] = answer(200, b"id;name\n1;2\n", {"Content-Type": "text/csv"})
    assert (await engine.request("it", "GET", "/csv")).value == "id;name\n1;2\n"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("body: '{{ input.report }}'}", "body: /etc/passwd}", "a file is sent by its input"),
        (
            "report: {file: '{{ input.report }}'}",
            "report: {file: /etc/passwd}",
            "a file is sent by its input",
        ),
        ("input: {report: file!}", "input: {report: string!}", "no input of type file"),
        (
            "report: {file: '{{ input.report }}'}",
            "report: {fiel: '{{ input.report }}'}",
            "one of file, json and text",
        ),
        ("input: {report: file!}", "input: {report: file = /etc/passwd}", "a file has no default"),
        ("delimiter: ';'", "delimiter: ';;'", "one character"),
        ("body_type: form\n", "body_type: json\n", "it is about a body of type form"),
        ("maps: brackets", "maps: bracket", "did you mean 'brackets'"),
    ],
)
def test_what_cannot_work_is_told_when_the_file_is_read(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    path = tmp_path / "sender.yaml"
    assert before in CONNECTOR
    path.write_text(CONNECTOR.replace(before, after, 1))
    problems = [problem.message for problem in find_problems(path)]
    assert any(says in message for message in problems), problems
