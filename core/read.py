"""Read a response: decode its body and select its records."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, assert_never

from connectors import Response as ResponseSpec
from connectors.templates import evaluate

from .bodies.aside import Stop, aside, never
from .bodies.csv_body import read_csv
from .bodies.json_body import read_json, read_json_lines
from .bodies.problem import NOT_AS_SAID, BodyProblem
from .bodies.text_body import UTF8_NAMES, charset_in, read_text
from .errors import VendorError
from .request import Response

BodyKind = Literal["json", "jsonl", "xml", "csv", "text", "binary"]

_EXCERPT: Final = 80
_OTHER_SERVER: Final = "check the base URL: another server may answer"
_JSON_LINES: Final = frozenset(
    {"application/x-ndjson", "application/jsonl", "application/json-lines", "application/x-jsonlines"}
)
_PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})
_TEXTS: Final = frozenset({"application/javascript", "application/yaml", "application/toml"})


@dataclass(frozen=True, slots=True)
class Decoded:
    """A response with its decoded body.

    ``problem`` says why a body could not be decoded and ``remedy`` what helps; ``notes`` say what is odd in
    one that could.
    """

    response: Response
    value: Any
    problem: str | None = None
    remedy: str = ""
    notes: tuple[str, ...] = ()
    kind: BodyKind = "binary"

    def scope(self) -> Mapping[str, Any]:
        """Give what expressions call ``response``; header names are in lower case."""
        return {
            "status": self.response.status,
            "headers": {name.lower(): value for name, value in self.response.headers},
            "body": self.value,
            "url": self.response.url,
        }


async def decode_aside(
    response: Response, spec: ResponseSpec | None = None, *, structured: bool = True
) -> Decoded:
    """Decode a response like `decode`; a large one in a thread that ends when this is cancelled."""
    return await aside(
        len(response.body), lambda stop: decode(response, spec, structured=structured, stop=stop)
    )


def decode(
    response: Response, spec: ResponseSpec | None = None, *, structured: bool = True, stop: Stop = never
) -> Decoded:
    """Decode the body of a response; a failure to do so is kept, because the status decides first.

    Unless ``structured``, XML and CSV stay the text that they are, except where the description names them.
    A description is about what is asked for: a failure says itself what it is.
    """
    spec = spec or ResponseSpec()
    if response.saved_to is not None:
        return Decoded(response, None)
    if spec.type == "auto" or (response.status >= 400 and response.content_type):
        kind = _kind(response, structured=structured)
    else:
        kind = spec.type
    if kind == "binary":
        return Decoded(response, response.body)
    if not response.body.strip():
        return Decoded(response, None, kind=kind)
    try:
        value, notes = _read(response, kind, spec, stop)
    except BodyProblem as problem:
        text, _ = _text(response)
        said = response.content_type or "no content type"
        message = f"the body ({said}) {problem}"
        if problem.remedy == NOT_AS_SAID:
            message += f"; it begins {_excerpt(text)!r}"
        return Decoded(response, text, message, _remedy(problem, text), kind=kind)
    return Decoded(response, value, notes=notes, kind=kind)


def _read(response: Response, kind: BodyKind, spec: ResponseSpec, stop: Stop) -> tuple[Any, tuple[str, ...]]:
    match kind:
        case "json":
            return read_json(_utf8(response))
        case "jsonl":
            return read_json_lines(_utf8(response), stop)
        case "xml":
            return _read_xml(response, spec, stop), ()
        case "csv":
            text, notes = _text(response)
            records, more = read_csv(text, delimiter=spec.csv.delimiter, header=spec.csv.header, stop=stop)
            return records, (*notes, *more)
        case "text":
            return _text(response)
        case "binary":
            return response.body, ()
        case _:
            assert_never(kind)


def _read_xml(response: Response, spec: ResponseSpec, stop: Stop) -> dict[str, Any]:
    """Read XML; a charset in the header comes before the one in the document (RFC 7303, section 3)."""
    from .bodies.xml_body import read_xml

    body: bytes | str = response.body
    if _charset(response) not in {None, *UTF8_NAMES}:
        body, _ = _text(response)
    return read_xml(body, spec.xml.lists, spec.xml.namespaces, stop)


def _excerpt(text: str) -> str:
    return text[:_EXCERPT].replace("\n", " ")


def _remedy(problem: BodyProblem, text: str) -> str:
    """Blame another server only where what came is a page, and not broken data of the right one."""
    is_page = text[:_EXCERPT].lstrip().lower().startswith(("<!doctype html", "<html"))
    is_data = text.lstrip()[:1] in {"{", "[", "<", '"'} and not is_page
    return problem.remedy if problem.remedy != NOT_AS_SAID or is_data else _OTHER_SERVER


def select_records(decoded: Decoded, expression: str | None) -> tuple[Any, ...]:
    """Select the records of a decoded body; without an expression a list is its items, an object itself.

    Raises:
        VendorError: the body is not what the operation describes.
    """
    if decoded.problem is not None:
        raise VendorError(decoded.problem, decoded.remedy, status=decoded.response.status)
    value = decoded.value
    if isinstance(value, bytes):
        return ()
    if expression is not None:
        value = evaluate(expression, value)
        # In XML an empty list is an element that is not there.
        if value is None and decoded.kind != "xml":
            raise VendorError(
                f"the answer has nothing at `{expression}`, where its records should be",
                "look at the body in the operation's detail",
                status=decoded.response.status,
            )
    if isinstance(value, list):
        return tuple(value)
    return () if value is None or value == "" else (value,)


def _kind(response: Response, *, structured: bool) -> BodyKind:
    media = response.content_type
    if not media:
        looks_like_json = response.body.lstrip()[:1] in {b"{", b"["}
        return "json" if looks_like_json else "binary" if b"\0" in response.body[:1024] else "text"
    kind = _kind_of(media)
    return "text" if kind in {"xml", "csv"} and not structured else kind


def _kind_of(media: str) -> BodyKind:
    """Give what a media type says."""
    if media in _JSON_LINES:
        return "jsonl"
    if media == "application/json" or media.endswith("+json"):
        return "json"
    if media not in _PAGES and (media.endswith("+xml") or media in {"application/xml", "text/xml"}):
        return "xml"
    if media == "text/csv":
        return "csv"
    return "text" if media.startswith("text/") or media in _PAGES | _TEXTS else "binary"


def _utf8(response: Response) -> bytes:
    """Give the body as UTF-8 without a byte order mark (RFC 8259, section 8.1), whatever its charset."""
    body = response.body.removeprefix(b"\xef\xbb\xbf")
    if _charset(response) in {None, *UTF8_NAMES} and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body
    return _text(response)[0].encode("utf-8", "surrogatepass")


def _text(response: Response) -> tuple[str, tuple[str, ...]]:
    return read_text(response.body, _charset(response))


def _charset(response: Response) -> str | None:
    return charset_in(response.header("content-type") or "")
