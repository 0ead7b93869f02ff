"""Reading what callers send: JSON objects with checked fields, and uploaded files."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import unquote

from .messages import Refusal, Request, invalid

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
FILE_LIMIT = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What one field of a body may be."""

    name: str
    type: type = str
    required: bool = False
    longest: int = 200
    options: tuple[str, ...] = ()

    def problem(self, value: Any) -> str | None:
        """Say what is wrong with the value."""
        if type(value) is not self.type:
            return f"must be {_WORDS[self.type]}"
        if self.options and value not in self.options:
            return f"must be one of {', '.join(self.options)}"
        if isinstance(value, list) and not all(isinstance(item, str) for item in value):
            return "must be a list of texts"
        if isinstance(value, (str, list)) and len(value) > self.longest:
            return f"must not be longer than {self.longest}"
        if self.required and value == "":
            return "must not be empty"
        return None


_WORDS: Mapping[type, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    list: "a list of texts",
}


def read_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body; anything else is refused with 400."""
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "bad_json", f"the body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Refusal(400, "bad_json", "the body must be a JSON object")
    return value


def read_fields(request: Request, rules: Sequence[FieldRule], *, partial: bool = False) -> dict[str, Any]:
    """The fields of the body that the rules name; problems of all fields are refused together with 422."""
    given = read_object(request)
    known = {rule.name: rule for rule in rules}
    problems = {name: "is not a field here" for name in given if name not in known}
    for rule in rules:
        if rule.name in given:
            problem = rule.problem(given[rule.name])
        else:
            problem = "is required" if rule.required and not partial else None
        if problem:
            problems[rule.name] = problem
    if problems:
        raise invalid(problems)
    return given


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that arrived."""

    name: str
    media_type: str
    content: bytes


def read_upload(request: Request) -> Upload:
    """The file in the body: the part `file` of a form, or the raw body with its name in the query."""
    declared = _header(request.headers.get("content-type", ""))
    media_type = _media_type(declared)
    if media_type == "multipart/form-data":
        upload = _read_form(request.body, str(declared.get_param("boundary", "")))
    else:
        upload = Upload(request.asked("filename"), media_type, request.body)
    if not upload.name:
        raise invalid({"filename": "is required: a form part with a file name, or ?filename= for a raw body"})
    if len(upload.content) > FILE_LIMIT:
        raise Refusal(413, "too_large", f"a file may have {FILE_LIMIT} bytes, not {len(upload.content)}")
    return upload


def _read_form(body: bytes, boundary: str) -> Upload:
    """The first part with a file name (RFC 7578; the delimiters are those of RFC 2046, section 5.1.1)."""
    if not boundary:
        raise Refusal(400, "bad_form", "the form has no boundary")
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:]:
        head, separator, content = part.partition(b"\r\n\r\n")
        if not separator:
            continue
        fields = _part_headers(head.decode("utf-8", "replace"))
        name = _header(fields.get("content-disposition", "")).get_param("filename")
        if isinstance(name, tuple):
            name = unquote(name[2], name[0] or "utf-8")
        if name:
            return Upload(name, _media_type(_header(fields.get("content-type", ""))), content)
    raise invalid({"file": "is required: no part of the form has a file name"})


def _media_type(declared: Message) -> str:
    """The declared type where it is spelled as one (RFC 9110, section 8.3.1)."""
    found = declared.get_content_type() if declared["content-type"] else ""
    return found if _MEDIA_TYPE.fullmatch(found) else "application/octet-stream"


def _part_headers(head: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in head.split("\r\n") if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _header(value: str) -> Message:
    """A header with parameters, read by the standard library."""
    message = Message()
    message["content-type"] = value.replace("\r", "").replace("\n", "")
    return message
