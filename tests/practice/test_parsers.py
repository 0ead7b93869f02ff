"""What the service reads from outside is read whole or refused, whatever it is."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.practice.bodies import read_object, read_upload
from core.practice.messages import Refusal, Request, read_target
from core.practice.moments import read_moment

FORM = {"content-type": "multipart/form-data; boundary=edge"}


def attempt(read, *given) -> Any:
    """What was read, or the refusal."""
    try:
        return read(*given)
    except Refusal as refusal:
        return refusal


@given(content=st.binary().filter(lambda content: b"--edge" not in content))
def test_a_form_part_is_cut_out_byte_for_byte(content: bytes) -> None:
    body = (
        b'--edge\r\nContent-Disposition: form-data; name="f"; filename="n"\r\n\r\n'
        + content
        + b"\r\n--edge--"
    )
    assert read_upload(Request("POST", "/", headers=FORM, body=body)).content == content


@given(body=st.binary(), content_type=st.text(st.characters(max_codepoint=255)))
def test_any_upload_is_read_or_refused(body: bytes, content_type: str) -> None:
    got = attempt(
        read_upload, Request("POST", "/", (("filename", "n"),), {"content-type": content_type}, body)
    )
    if isinstance(got, Refusal):
        assert 400 <= got.status < 500
    else:
        assert got.content in body
        assert got.media_type.isprintable()


@given(body=st.binary())
def test_any_body_is_an_object_or_refused(body: bytes) -> None:
    got = attempt(read_object, Request("POST", "/", body=body))
    assert isinstance(got, dict) or got.status == 400


@given(target=st.text(st.characters(max_codepoint=255)))
def test_any_target_is_read_or_refused(target: str) -> None:
    got = attempt(read_target, target)
    assert got.status == 400 if isinstance(got, Refusal) else got[0]


@given(moment=st.datetimes(timezones=st.just(None) | st.timezones()))
def test_any_time_is_brought_to_utc_or_refused(moment) -> None:
    got = attempt(read_moment, "since", moment.isoformat())
    if isinstance(got, Refusal):
        assert got.status == 422
    else:
        assert len(got) == len("2026-11-01T12:30:00Z")
        assert got.endswith("Z")
