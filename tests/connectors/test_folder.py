"""A connector as a folder of files."""

from pathlib import Path

import pytest
import yaml

from connectors import find_problems, load_definition


@pytest.fixture
def folder(desk: Path, tmp_path: Path) -> Path:
    """The sample, split into files."""
    data = yaml.load(desk.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    text = desk.read_text(encoding="utf-8")
    root = tmp_path / "acme-desk"
    (root / "operations").mkdir(parents=True)
    head, rest = text.split("http:\n", 1)
    http, rest = rest.split("auth:\n", 1)
    auth, operations = rest.split("operations:\n", 1)
    (root / "connector.yaml").write_text(head + "auth:\n" + auth, encoding="utf-8")
    (root / "http.yaml").write_text(_dedented(http, 2), encoding="utf-8")
    names = list(data["operations"])
    for number, name in enumerate(names):
        after = operations.split(f"  {name}:\n", 1)[1]
        body = after.split(f"  {names[number + 1]}:\n", 1)[0] if number + 1 < len(names) else after
        (root / "operations" / f"{name}.yaml").write_text(_dedented(body, 4), encoding="utf-8")
    (root / "README.md").write_text("not a part", encoding="utf-8")
    return root


def _dedented(text: str, width: int) -> str:
    return "".join(line[width:] + "\n" for line in text.splitlines())


def test_a_folder_means_the_same_as_its_file(folder: Path, desk: Path) -> None:
    assert load_definition(folder).hash == load_definition(desk).hash


def test_a_list_may_be_a_folder_in_the_order_of_its_files(folder: Path) -> None:
    (folder / "inputs").mkdir()
    main = folder / "connector.yaml"
    text = main.read_text(encoding="utf-8")
    start, end = text.index("inputs:"), text.index("auth:")
    items = text[start:end].splitlines()[1:]
    main.write_text(text[:start] + text[end:], encoding="utf-8")
    for number, item in enumerate(items):
        (folder / "inputs" / f"{number}.yaml").write_text(item.strip()[2:], encoding="utf-8")
    definition = load_definition(folder).definition
    assert [one.key for one in definition.inputs] == ["base_url", "region", "realm"]


def test_a_problem_names_the_file_it_is_in(folder: Path) -> None:
    path = folder / "operations" / "delete-ticket.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("input.id", "input.idd"), encoding="utf-8")
    (problem,) = find_problems(folder)
    assert (problem.file, problem.line, problem.column) == (path, 1, 46)
    assert problem.path == "operations.delete-ticket.request.path"


def test_a_syntax_error_names_the_file_it_is_in(folder: Path) -> None:
    path = folder / "http.yaml"
    path.write_text("base_url: {{ var.base_url }}\n", encoding="utf-8")
    assert {problem.file for problem in find_problems(folder)} == {path}


def test_an_unknown_folder_is_an_unknown_key(folder: Path) -> None:
    (folder / "operations").rename(folder / "operatons")
    found = [(problem.file, problem.message) for problem in find_problems(folder)]
    unknown = next(item for item in found if "unknown key" in item[1])
    assert unknown[0].parent == folder / "operatons"
    assert "did you mean 'operations'?" in unknown[1]


def test_a_key_in_two_places_is_refused(folder: Path) -> None:
    (folder / "auth.yaml").write_text("open: {kind: none}\n", encoding="utf-8")
    (problem,) = find_problems(folder)
    assert problem.file == folder / "auth.yaml"
    assert "`auth` is here and in another file" in problem.message


def test_a_folder_without_its_main_file_says_so(tmp_path: Path) -> None:
    (problem,) = find_problems(tmp_path)
    assert "a connector's folder holds a file connector.yaml" in problem.message
