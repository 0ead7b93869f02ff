"""Attachments and exports: bytes arrive as they were, and streams end whole."""

import csv
import io
import json
import zlib

import pytest

PART = (
    b'--edge\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
    b'--edge\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n'
    b"Content-Type: application/x-thing\r\n\r\n%s\r\n--edge--\r\n"
)
FORM = "multipart/form-data; boundary=edge"


def test_a_picture_is_downloaded_under_its_name(call) -> None:
    row = call("GET", "/tickets/1042/attachments").json["data"]["items"][0]
    answer = call("GET", row["url"])
    assert answer.header("Content-Type") == "image/png"
    assert (
        answer.header("Content-Disposition")
        == "attachment; filename=\"screen.png\"; filename*=UTF-8''screen.png"
    )
    assert len(answer.body) == row["size"]
    assert answer.body.startswith(b"\x89PNG\r\n\x1a\n")
    start = answer.body.index(b"IDAT") + 4
    size = int.from_bytes(answer.body[start - 8 : start - 4], "big")
    assert len(zlib.decompress(answer.body[start : start + size])) == 40 * (1 + 64 * 3)


@pytest.mark.parametrize(
    "content", [b"", b"plain", bytes(range(256)) * 99, b"\r\n--edg\r\n--\r\r\n\n", b"x--edge"]
)
def test_a_form_upload_comes_back_byte_for_byte(call, content: bytes) -> None:
    sent = call(
        "POST", "/tickets/1042/attachments", PART % ("Übersicht.bin".encode(), content), content_type=FORM
    )
    assert sent.status == 201
    row = sent.json["data"]
    assert (row["name"], row["media_type"], row["size"]) == (
        "Übersicht.bin",
        "application/x-thing",
        len(content),
    )
    assert call("GET", row["url"]).body == content


def test_a_raw_upload_takes_its_name_from_the_query(call) -> None:
    sent = call("POST", "/tickets/1041/attachments?filename=a%20b.txt", b"text\n", content_type="text/plain")
    row = sent.json["data"]
    assert (row["name"], row["media_type"]) == ("a b.txt", "text/plain")
    assert call("DELETE", row["url"]).status == 204
    assert call("GET", row["url"]).status == 404


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"raw", "text/plain", 422),
        (b"--edge--\r\n", FORM, 422),
        (b"anything", "multipart/form-data", 400),
        (b"x" * (5 * 1024 * 1024 + 1), FORM, 422),
    ],
)
def test_an_upload_without_a_file_is_refused(call, body: bytes, content_type: str, status: int) -> None:
    assert call("POST", "/tickets/1042/attachments", body, content_type=content_type).status == status


def test_a_file_over_five_mebibytes_is_refused(call) -> None:
    answer = call("POST", "/tickets/1042/attachments?filename=big", b"x" * (5 * 1024 * 1024 + 1))
    assert (answer.status, answer.error["code"]) == (413, "too_large")


def test_a_body_over_the_limit_is_refused_before_it_is_read(call) -> None:
    answer = call("POST", "/tickets/1042/attachments?filename=big", b"x" * (9 * 1024 * 1024))
    assert (answer.status, answer.error["code"]) == (413, "too_large")


def test_a_hostile_file_name_reaches_the_header_as_plain_text(call) -> None:
    name = "../../\x1b[31mevil\n.sh"
    sent = call("POST", "/tickets/1042/attachments?filename=..%2F..%2F%1B%5B31mevil%0A.sh", b"#!")
    assert sent.json["data"]["name"] == name
    offered = call("GET", sent.json["data"]["url"]).header("Content-Disposition")
    assert offered.isprintable()


def test_json_lines_hold_one_ticket_each(call) -> None:
    answer = call("GET", "/export/tickets.jsonl")
    assert answer.header("Transfer-Encoding") == "chunked"
    rows = [json.loads(line) for line in answer.body.splitlines()]
    assert [row["id"] for row in rows] == list(range(1042, 802, -1))


def test_the_table_export_reads_as_csv(call) -> None:
    answer = call("GET", "/export/tickets.csv?status=open")
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
    assert rows[0]["id"] == "1042"
    assert {row["status"] for row in rows} == {"open"}


def test_big_answers_hold_as_many_records_as_asked(call) -> None:
    items = call("GET", "/big?records=2500").json["data"]["items"]
    assert [item["id"] for item in items] == list(range(1, 2501))
    lines = call("GET", "/export/tickets.jsonl?records=1000").body.splitlines()
    assert len(lines) == 1000


def test_an_export_of_nothing_is_whole_and_empty(call) -> None:
    assert call("GET", "/export/tickets.jsonl?q=no-such-ticket&records=5").body == b""
    assert call("GET", "/export/tickets.csv?q=no-such-ticket").body == b""
    assert call("GET", "/big?q=no-such-ticket").json == {"data": {"items": []}}
