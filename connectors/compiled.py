"""The compiled form of a connector, and the hash by which a revision is known for ever.

What the author orders (operations, fields, query parameters) stays as it was written, because forms and
requests follow it. The hash does not depend on that order, so a folder means the same as its file.
What the author left out stands there as it is usual today, so that a connection that keeps to a revision
keeps its timeouts, redirects and TLS when a later version of the product finds something else usual.
The tests of the file are no part of it: they change nothing that a connection does. Nor are sections that are
not used, so that a section which is new to the format changes no hash.
"""

import hashlib
import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .format.connector import Connector

_NOT_KEPT: Final = {"tests", "extends"}
_WHEN_USED: Final = ("lineage", "presets", "modules")


def compile_definition(definition: "Connector") -> bytes:
    """Write a definition as JSON, with everything that its author left out, but without its tests."""
    from .format.presets import Presets

    plain = definition.model_dump(mode="json", by_alias=True, exclude=_NOT_KEPT)
    for section in _WHEN_USED:
        if not getattr(definition, section) or getattr(definition, section) == Presets():
            del plain[section]
    for method in plain["auth"].values():
        if method["certificate"] is None:
            del method["certificate"]
    for operation in plain["operations"].values():
        if operation["module"] is None:
            del operation["module"]
    text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode()


def content_hash(compiled: bytes) -> str:
    """Give the hash of a compiled form, as ``sha256:…``: of the same JSON with sorted keys."""
    canonical = json.dumps(json.loads(compiled), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def read_compiled(data: bytes) -> "Connector":
    """Read a compiled form back.

    Raises:
        DefinitionError: when it is damaged or of a format this program does not know.
    """
    from pathlib import Path

    from pydantic import ValidationError

    from .errors import DefinitionError, Problem
    from .format.connector import Connector

    try:
        return Connector.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        message = f"the kept revision cannot be read: {first['msg']}"
        raise DefinitionError((Problem(Path("(kept)"), 1, 1, "", message),)) from None
