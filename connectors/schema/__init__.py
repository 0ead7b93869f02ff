"""The JSON Schema of the format, for editors and for forms."""

import json
from pathlib import Path
from typing import Any, Final

COMMITTED: Final = Path(__file__).parent / "connect-1.json"


def json_schema() -> dict[str, Any]:
    """Generate the schema from the models."""
    from ..format.connector import Connector
    from .forms import with_all_forms

    schema = with_all_forms(Connector.model_json_schema(by_alias=True, mode="validation"))
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:connect-tui:connect/1",
        "title": "connect/1",
    }
    return head | {key: value for key, value in schema.items() if key != "title"}


def schema_text() -> str:
    """Give the schema as the file that is committed."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"
