"""Where templates and expressions stand in a connector file, and what they may use there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from ..yaml12 import TreePath

HASHES: Final = ("md5", "sha1", "sha256", "sha384", "sha512")

# What the engine puts under a root whose names are not the file's own.
FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "response": ("status", "headers", "body", "url"),
    "request": ("method", "url"),
    "connection": ("name", "id", "time_zone"),
    # What a kind that signs puts there; the body can also be had as one of several hashes.
    "signing": (
        *("method", "url", "scheme", "host", "path", "target", "query", "sorted_query", "query_fields"),
        *("headers", "header_list", "form_fields", "body", "body_base64", "body_size"),
        *(f"body_{name}{written}" for name in HASHES for written in ("", "_base64")),
        *("unix", "timestamp", "nonce", "expires", "signature", "token"),
    ),
}

_BASIC: Final = ("var", "connection")
_LOGIN: Final = ("auth", "captured", *_BASIC)
_CALL: Final = (*_BASIC, "captured")
_ANSWER: Final = ("response", "request", "input", *_BASIC)


@dataclass(frozen=True, slots=True)
class Place:
    """A pattern of paths; ``*`` is one step, ``**`` every text below.

    ``roots`` of an expression over a decoded body are None: any name may stand there. ``values`` marks a
    condition over the inputs beside it.
    """

    pattern: tuple[str, ...]
    kind: Literal["template", "expression"]
    roots: tuple[str, ...] | None
    values: bool = False


def _place(
    path: str, kind: Literal["template", "expression"], roots: tuple[str, ...] | None, *, values: bool = False
) -> Place:
    return Place(tuple(path.split(".")), kind, roots, values)


PLACES: Final = (
    _place("inputs.*.required_when", "expression", (), values=True),
    _place("inputs.*.visible_when", "expression", (), values=True),
    _place("auth.*.inputs.*.required_when", "expression", (), values=True),
    _place("auth.*.inputs.*.visible_when", "expression", (), values=True),
    _place("http.base_url", "template", _CALL),
    _place("http.headers.**", "template", _CALL),
    _place("http.query.**", "template", _CALL),
    _place("http.user_agent", "template", _BASIC),
    _place("http.tls.verify", "template", _BASIC),
    _place("http.tls.ca", "template", _BASIC),
    _place("http.hosts.**", "template", _CALL),
    _place("modules.*.base_url", "template", _CALL),
    _place("modules.*.headers.**", "template", _CALL),
    _place("modules.*.query.**", "template", _CALL),
    _place("modules.*.errors.*.match.body", "expression", None),
    _place("modules.*.errors.*.when", "expression", ("response", "request", "input")),
    _place("modules.*.errors.*.message", "template", _ANSWER),
    _place("modules.*.errors.*.remedy", "template", _ANSWER),
    _place("auth.*.apply.*.format", "template", ("auth", "signing", "captured", *_BASIC)),
    _place("auth.*.format", "template", ("auth", *_BASIC)),
    _place("auth.*.username", "template", ("auth", *_BASIC)),
    _place("auth.*.password", "template", ("auth", *_BASIC)),
    _place("auth.*.key", "template", ("auth", *_BASIC)),
    _place("auth.*.passphrase", "template", ("auth", *_BASIC)),
    _place("auth.*.before.*.format", "template", ("auth", "signing", *_BASIC)),
    _place("auth.*.string_to_sign.**", "template", ("auth", "signing", *_BASIC)),
    _place("auth.*.header.**", "template", ("auth", "signing", *_BASIC)),
    _place("auth.*.claims.**", "template", ("auth", "signing", *_BASIC)),
    _place("auth.*.consumer_key", "template", ("auth", *_BASIC)),
    _place("auth.*.consumer_secret", "template", ("auth", *_BASIC)),
    _place("auth.*.private_key", "template", ("auth", *_BASIC)),
    _place("auth.*.token", "template", ("auth", *_BASIC)),
    _place("auth.*.token_secret", "template", ("auth", *_BASIC)),
    _place("auth.*.realm", "template", ("auth", "captured", *_BASIC)),
    _place("auth.*.request_token_url", "template", ("auth", *_BASIC)),
    _place("auth.*.access_token_url", "template", ("auth", *_BASIC)),
    _place("auth.*.redirect_uri", "template", ("auth", *_BASIC)),
    _place("auth.*.service", "template", ("auth", *_BASIC)),
    _place("auth.*.region", "template", ("auth", *_BASIC)),
    _place("auth.*.access_key_id", "template", ("auth", *_BASIC)),
    _place("auth.*.secret_access_key", "template", ("auth", *_BASIC)),
    _place("auth.*.session_token", "template", ("auth", *_BASIC)),
    _place("auth.*.certificate.*", "template", ("auth", *_BASIC)),
    _place("auth.*.assume_role.role_arn", "template", ("auth", *_BASIC)),
    _place("auth.*.assume_role.session_name", "template", ("auth", *_BASIC)),
    _place("auth.*.assume_role.external_id", "template", ("auth", *_BASIC)),
    _place("auth.*.assume_role.url", "template", ("auth", *_BASIC)),
    _place("auth.*.steps.*.request.**", "template", _LOGIN),
    _place("auth.*.steps.*.expect.when", "expression", ("response",)),
    _place("auth.*.steps.*.extract.*.path", "expression", None),
    _place("auth.*.refresh.when", "expression", ("response",)),
    _place("auth.*.logout.**", "template", _LOGIN),
    _place("auth.*.issuer", "template", ("auth", *_BASIC)),
    _place("auth.*.request.**", "template", _LOGIN),
    _place("auth.*.present.format", "template", ("auth", *_BASIC)),
    _place("auth.*.expect.when", "expression", ("response",)),
    _place("auth.*.extract.*.path", "expression", None),
    _place("auth.*.expires_in", "expression", ("response", "auth", "captured")),
    _place("auth.*.expires_at", "expression", ("response", "auth", "captured")),
    _place("auth.*.client_id", "template", ("auth", *_BASIC)),
    _place("auth.*.client_secret", "template", ("auth", *_BASIC)),
    _place("auth.*.refresh_token", "template", ("auth", *_BASIC)),
    _place("auth.*.discovery", "template", ("auth", *_BASIC)),
    _place("auth.*.authorize_url", "template", ("auth", *_BASIC)),
    _place("auth.*.token_url", "template", ("auth", *_BASIC)),
    _place("auth.*.refresh_url", "template", ("auth", *_BASIC)),
    _place("auth.*.device_url", "template", ("auth", *_BASIC)),
    _place("auth.*.revoke_url", "template", ("auth", *_BASIC)),
    _place("auth.*.introspect_url", "template", ("auth", *_BASIC)),
    _place("auth.*.userinfo_url", "template", ("auth", *_BASIC)),
    _place("auth.*.par_url", "template", ("auth", *_BASIC)),
    _place("auth.*.register_url", "template", ("auth", *_BASIC)),
    _place("auth.*.audience", "template", ("auth", *_BASIC)),
    _place("auth.*.resource", "template", ("auth", *_BASIC)),
    _place("auth.*.headers.**", "template", ("auth", *_BASIC)),
    _place("auth.*.params.*.**", "template", ("auth", "captured", *_BASIC)),
    _place("auth.*.assertion.**", "template", ("auth", "key_file", "asked", *_BASIC)),
    _place("auth.*.client_assertion.**", "template", ("auth", "key_file", *_BASIC)),
    _place("auth.*.token.*", "expression", None),
    _place("auth.*.captured.*.path", "expression", None),
    _place("auth.*.captured.*.hosts.**", "template", ("auth", *_BASIC)),
    _place("auth.*.extract.*.hosts.**", "template", ("auth", *_BASIC)),
    _place("auth.*.steps.*.extract.*.hosts.**", "template", ("auth", *_BASIC)),
    _place("auth.*.refresh.dead_when", "expression", ("response",)),
    _place("auth.*.test.*.request.path", "template", ("auth", "input", *_CALL)),
    _place("auth.*.test.*.request.query.**", "template", ("auth", "input", *_CALL)),
    _place("auth.*.test.*.request.headers.**", "template", ("auth", "input", *_CALL)),
    _place("auth.*.test.*.request.body.**", "template", ("auth", "input", *_CALL)),
    _place("auth.*.test.*.expect.when", "expression", ("response",)),
    _place("auth.*.test.*.show", "template", ("response", "input", *_BASIC)),
    _place("errors.*.match.body", "expression", None),
    _place("errors.*.when", "expression", ("response", "request", "input")),
    _place("errors.*.message", "template", _ANSWER),
    _place("errors.*.remedy", "template", _ANSWER),
    _place("operations.*.request.path", "template", ("input", *_CALL)),
    _place("operations.*.request.query.**", "template", ("input", *_CALL)),
    _place("operations.*.request.headers.**", "template", ("input", *_CALL)),
    _place("operations.*.request.body.**", "template", ("input", *_CALL)),
    _place("operations.*.records", "expression", None),
    _place("operations.*.result", "template", ("response", "input", *_BASIC)),
    _place("operations.*.errors.*.match.body", "expression", None),
    _place("operations.*.errors.*.when", "expression", ("response", "request", "input")),
    _place("operations.*.errors.*.message", "template", _ANSWER),
    _place("operations.*.errors.*.remedy", "template", _ANSWER),
)

# Every name that stands for something in one place or another.
ROOTS: Final = frozenset(root for place in PLACES for root in place.roots or ())


def texts_at(data: Any, pattern: tuple[str, ...], path: TreePath = ()) -> Iterator[tuple[TreePath, str]]:
    """Yield each text at the places of a pattern, with its path."""
    if not pattern or pattern[0] == "**":
        if isinstance(data, str):
            yield path, data
        elif pattern:
            for step, child in _children(data):
                yield from texts_at(child, pattern, (*path, step))
        return
    if pattern[0] == "*":
        for step, child in _children(data):
            yield from texts_at(child, pattern[1:], (*path, step))
    elif isinstance(data, dict) and pattern[0] in data:
        yield from texts_at(data[pattern[0]], pattern[1:], (*path, pattern[0]))


def _children(data: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(data, dict):
        yield from data.items()
    elif isinstance(data, list):
        yield from enumerate(data)
