"""Kill the main job again and again, and look at what is left of the home each time."""

import contextlib
import os
import random
import sqlite3
import subprocess
import sys
import time
from base64 import b64encode, urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from core import Engine, find_home, open_engine
from core.home import Home
from core.practice import PRACTICE_CREDENTIALS, PracticeService, start_practice

TOKEN = "killed/9+token=for-this~test.only"
JOB = Path(__file__).with_name("job.py")
# A home is used again this often after it was killed, then a new one is taken.
ROUNDS_OF_A_HOME = 5
UNFINISHED = "SELECT count(*) FROM operation WHERE state IN ('queued', 'running')"
STATES = "SELECT state, count(*) FROM operation GROUP BY state"


@dataclass
class Tally:
    """What was seen in all rounds."""

    killed: int
    ended: int
    states: Counter[str]
    found_running: int


@dataclass(frozen=True)
class Child:
    """How the job is run: the service, and the environment with a home and a key file."""

    service: PracticeService
    folder: Path
    home: Home

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CONNECT_TUI_")}
        return {
            **kept,
            "CONNECT_TUI_HOME": str(self.home.data),
            "CONNECT_TUI_VAULT_KEY_FILE": str(self.folder / "vault.key"),
            "KILLED_TOKEN": TOKEN,
        }

    def start(self, number: int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-P", str(JOB), str(number), self.service.base_url],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env={**self.environment, "PYTHONPATH": str(JOB.parents[2])},
        )  # fmt: skip

    def finish(self, number: int) -> float:
        """Run the job to its end and give how long it took."""
        begun = time.monotonic()
        with self.start(number) as child:
            _, said = child.communicate()
        assert child.returncode == 0, said.decode()
        return time.monotonic() - begun


def run_rounds(count: int, seed: int, folder: Path) -> Tally:
    """Kill the job ``count`` times; raises an AssertionError that names the round and the seed."""
    chance = random.Random(seed)
    tally = Tally(0, 0, Counter(), 0)
    credentials = replace(PRACTICE_CREDENTIALS, token=TOKEN)
    with start_practice(None, credentials=credentials, calls_per_minute=1_000_000) as service:
        child = _new_child(service, folder, 0)
        # The first one may still have to compile modules.
        whole_s = min(child.finish(0), child.finish(-count - 2))
        for number in range(1, count + 1):
            if number % ROUNDS_OF_A_HOME == 0:
                # What was killed five times still does the whole job.
                child.finish(-number)
                _look(child.home, child.folder / "vault.key", tally, last=True)
                child = _new_child(service, folder, number)
            delay_s = chance.uniform(0.0, whole_s * 1.02)
            try:
                _kill_after(child, number, delay_s, tally)
                _look(child.home, child.folder / "vault.key", tally)
            except BaseException as error:
                error.add_note(
                    f"round {number} of seed {seed}, killed after {delay_s:.3f} s, in {child.folder}"
                )
                raise
        child.finish(-count - 1)
        _look(child.home, child.folder / "vault.key", tally, last=True)
    return tally


def _new_child(service: PracticeService, folder: Path, number: int) -> Child:
    inside = folder / f"from-{number}"
    inside.mkdir()
    return Child(service, inside, find_home(inside / "home"))


def _kill_after(child: Child, number: int, delay_s: float, tally: Tally) -> None:
    with child.start(number) as process:
        try:
            _, said = process.communicate(timeout=delay_s)
        except subprocess.TimeoutExpired:
            process.kill()
            _, said = process.communicate()
    tally.killed += process.returncode == -9
    tally.ended += process.returncode == 0
    assert process.returncode in (0, -9), said.decode()


def _look(home: Home, key_file: Path, tally: Tally, *, last: bool = False) -> None:
    """See that nothing is lost, nothing runs and nothing is told after somebody opened the home again."""
    tally.found_running += _count_running(home)
    with _opened(home, key_file) as engine:
        _check_vault(engine)
    _check_database(home, tally, last=last)
    _check_leftovers(home, last=last)
    _check_secrecy(home)


def _count_running(home: Home) -> int:
    """Count what the killed process left running, in a copy that nobody else will open."""
    if not home.database.exists():
        return 0
    with contextlib.closing(sqlite3.connect(f"file:{home.database}?mode=ro", uri=True)) as database:
        try:
            (count,) = database.execute(UNFINISHED).fetchone()
        except sqlite3.OperationalError:  # it was killed before there were tables
            return 0
        return int(count)


@contextlib.contextmanager
def _opened(home: Home, key_file: Path) -> Iterator[Engine]:
    os.environ["CONNECT_TUI_VAULT_KEY_FILE"] = str(key_file)
    try:
        engine = open_engine(home)
        try:
            yield engine
        finally:
            engine.close_store()
    finally:
        del os.environ["CONNECT_TUI_VAULT_KEY_FILE"]


def _check_vault(engine: Engine) -> None:
    """Every credential that the database names is in the vault, whole."""
    if engine.keeper.status().exists:
        engine.keeper.open()
    for row in engine.workspace.authentications.list():
        for where in row.secrets.values():
            assert engine.keeper.resolve(where) == TOKEN, f"{row.name} lost its token"


def _check_database(home: Home, tally: Tally, *, last: bool) -> None:
    with contextlib.closing(sqlite3.connect(home.database)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute(UNFINISHED).fetchone() == (0,), "an operation is left running"
        assert database.execute(
            "SELECT count(*) FROM operation WHERE ended_us IS NULL OR ended_us < started_us"
        ).fetchone() == (0,)
        if last:
            tally.states.update(dict(database.execute(STATES).fetchall()))


def _check_leftovers(home: Home, *, last: bool) -> None:
    """Nothing of the dead lies about."""
    left = [*home.processes.iterdir(), *home.data.glob("*.part")]
    # The next writer of the vault cleans up behind a killed one.
    left += home.data.glob(".vault.json.*") if last else []
    assert not left, f"left behind: {[path.name for path in left]}"


def _check_secrecy(home: Home) -> None:
    data = TOKEN.encode()
    forms = (
        data, b64encode(data), urlsafe_b64encode(data), data.hex().encode(), quote(TOKEN, safe="").encode(),
        TOKEN.replace("/", "\\/").encode(), TOKEN.encode("utf-16-le"),
    )  # fmt: skip
    for path in home.data.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(form in content for form in forms), f"the token stands in {path.name}"
