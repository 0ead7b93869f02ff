"""A claim lives exactly as long as its process."""

import subprocess
import sys
from pathlib import Path

import pytest

from storage import StorageError
from storage.process import claim_process, is_alive, remove_dead_claims

HOLD = """
import sys, time
from pathlib import Path
from storage.process import claim_process
claim = claim_process(Path(sys.argv[1]))
print(claim.name, flush=True)
time.sleep(60)
"""


def test_a_claimed_process_is_alive_until_it_closes_its_claim(processes: Path) -> None:
    claim = claim_process(processes)
    assert is_alive(processes, claim.name)
    claim.close()
    assert not is_alive(processes, claim.name)
    assert list(processes.iterdir()) == []


def test_a_name_that_was_never_claimed_is_dead(processes: Path) -> None:
    assert not is_alive(processes, "01UNKNOWN")


def test_a_killed_process_is_dead_and_its_file_is_removed(processes: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-P", "-c", HOLD, processes], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        name = child.stdout.readline().strip()
        assert is_alive(processes, name)
        remove_dead_claims(processes)
        assert is_alive(processes, name)
        child.kill()
        child.wait()
    assert not is_alive(processes, name)
    remove_dead_claims(processes)
    assert list(processes.iterdir()) == []


def test_two_claims_of_one_process_are_told_apart(processes: Path) -> None:
    with claim_process(processes) as one, claim_process(processes) as two:
        assert one.name != two.name
        one.close()
        assert not is_alive(processes, one.name)
        assert is_alive(processes, two.name)


def test_a_folder_that_cannot_be_made_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"announce itself in .*file/processes") as caught:
        claim_process(tmp_path / "file" / "processes")
    assert caught.value.remedy
