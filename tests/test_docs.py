"""What the documentation shows is true."""

import re
from pathlib import Path

import pytest

from connectors import find_problems

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")] + sorted(
    (ROOT / "docs").rglob("*.md")
)


def test_the_example_connector_of_the_guide_is_valid(tmp_path: Path) -> None:
    text = (ROOT / "docs/connectors.md").read_text()
    block = text.split("prints the schema):\n\n")[1].split("\nThen:")[0]
    path = tmp_path / "acme-desk.yaml"
    path.write_text("\n".join(line[4:] for line in block.splitlines()))
    assert find_problems(path) == ()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_places_named_in_the_text_are_there(page: Path) -> None:
    for place in re.findall(r"`((?:core|tui|storage|connectors|tests|docs)/[\w/.-]+)`", page.read_text()):
        assert "KIND" in place or (ROOT / place).exists(), place


def test_the_architecture_stays_short() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text().splitlines()) <= 80


def test_the_two_commands_come_first_in_the_readme() -> None:
    lines = [line for line in (ROOT / "README.md").read_text().splitlines() if line.strip()]
    assert lines[1].split()[:2] == ["make", "run"]
    assert lines[2].split()[:2] == ["make", "test"]


def _auth_examples() -> list[str]:
    """Give every example of the guide that begins with `auth:`."""
    blocks = re.findall(r"(?m)^    auth:\n(?:(?:     .*)?\n)+", (ROOT / "docs/connectors.md").read_text())
    return [re.sub(r"(?m)^    ", "", block) for block in blocks]


@pytest.mark.parametrize("example", _auth_examples(), ids=lambda text: text.split()[1].rstrip(":"))
def test_each_way_to_sign_in_that_the_guide_shows_is_valid(tmp_path: Path, example: str) -> None:
    head = (
        (ROOT / "docs/connectors.md").read_text().split("prints the schema):\n\n")[1].split("    inputs:")[0]
    )
    inputs = "".join(
        f"  - {{key: {key}}}\n" for key in sorted({"base_url", *re.findall(r"var\.(\w+)", example)})
    )
    path = tmp_path / "acme-desk.yaml"
    path.write_text(
        re.sub(r"(?m)^    ", "", head)
        + f"inputs:\n{inputs}http: {{base_url: '{{{{ var.base_url }}}}'}}\n{example}operations: {{}}\n"
    )
    assert find_problems(path) == ()
