"""The tests that the connectors of the library carry in their own files."""

import pytest

from connectors import load_definition, shipped_paths
from core.offline_test import run_offline_tests

PATHS = {path.stem: path for path in shipped_paths()}
CARRIED = tuple(sorted(name for name, path in PATHS.items() if load_definition(path).definition.tests))
OPERATORS = (
    "alertmanager", "consul", "gitlab", "grafana", "hashicorp-vault", "influxdb", "jenkins", "sonarqube",
)  # fmt: skip


@pytest.mark.parametrize("handle", CARRIED)
async def test_the_tests_in_a_connector_pass(handle: str) -> None:
    results = await run_offline_tests(load_definition(PATHS[handle]).definition)
    assert [one for one in results if one.state == "failed"] == []


@pytest.mark.parametrize("handle", OPERATORS)
def test_a_connector_proves_a_list_a_change_and_several_failures(handle: str) -> None:
    definition = load_definition(PATHS[handle]).definition
    succeed = {test.operation for test in definition.tests if test.expect.state == "success"}
    assert any(name.startswith("list-") for name in succeed)
    assert any(not definition.operations[name].read_only for name in succeed)
    errors = [test.expect.error.class_ for test in definition.tests if test.expect.error]
    assert len(errors) >= 3
    assert "auth" in errors
