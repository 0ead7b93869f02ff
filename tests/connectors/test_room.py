"""The door of the room."""

import subprocess
import sys

import pytest

import connectors


def test_every_public_name_is_there() -> None:
    assert [name for name in connectors.__all__ if getattr(connectors, name, None) is None] == []
    assert sorted(connectors.__all__) == sorted(connectors._HOMES)


def test_another_name_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = connectors.nothing


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        ("import connectors", ("pydantic", "yaml", "jmespath", "jsonschema_rs")),
        (
            "from connectors import shipped_paths; shipped_paths()",
            ("pydantic", "yaml", "jmespath", "jsonschema_rs"),
        ),
        ("from connectors import read_compiled", ("pydantic", "yaml", "jmespath", "jsonschema_rs")),
        ("from connectors import Connector", ("yaml", "jmespath", "jsonschema_rs")),
    ],
)
def test_importing_brings_nothing_heavy(code: str, heavy: tuple[str, ...]) -> None:
    script = f"import sys\n{code}\nprint([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
