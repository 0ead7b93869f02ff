"""The wheel: which names it brings, what is in it, and that nobody else owns one of the names."""

import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMES = {"tui", "core", "connectors", "storage"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel of the checkout, built without network."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
        timeout=100,
    )
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_the_wheel_brings_the_rooms_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == NAMES


def test_the_wheel_holds_what_is_not_python(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    for wanted in ("connectors/library/practice.yaml", "connectors/schema/connect-1.json", "tui/app.tcss"):
        assert wanted in names
    assert any(name.startswith("storage/migrations/versions/") for name in names)


def test_no_installed_distribution_owns_one_of_the_names() -> None:
    owners = packages_distributions()
    for name in NAMES:
        assert set(owners.get(name, [])) <= {"connect-tui"}, name


def test_the_constraints_hold_names_and_versions_only() -> None:
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        assert "://" not in line
        assert " " not in line.split(";")[0].strip()
        assert "==" in line
