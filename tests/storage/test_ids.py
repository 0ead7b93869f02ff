"""Ids sort by the time they were made and never repeat."""

import subprocess
import sys
import threading
import time

from storage.ids import ALPHABET, new_id, new_ulid


def test_an_id_is_its_prefix_and_26_characters_of_crockfords_base_32() -> None:
    made = new_id("op_")
    assert made.startswith("op_")
    assert len(made) == 29
    assert set(made[3:]) <= set(ALPHABET)


def test_an_id_starts_with_the_millisecond_it_was_made_in() -> None:
    before = time.time_ns() // 1_000_000
    number = 0
    for letter in new_ulid()[:10]:
        number = number * 32 + ALPHABET.index(letter)
    assert before <= number <= time.time_ns() // 1_000_000


def test_ids_of_one_process_grow_even_within_a_millisecond() -> None:
    made = [new_ulid() for _ in range(5000)]
    assert made == sorted(set(made))


def test_threads_never_get_the_same_id() -> None:
    made: list[str] = []
    threads = [
        threading.Thread(target=lambda: made.extend([new_ulid() for _ in range(2000)])) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8000


FORK = """
import os, sys, time
now = time.time_ns()
time.time_ns = lambda: now
from storage.ids import new_ulid
new_ulid()
child = os.fork()
os.write(1, "".join(new_ulid() + " " for _ in range(100)).encode())
if child:
    os.waitpid(child, 0)
"""


def test_a_forked_child_does_not_repeat_its_parents_ids() -> None:
    done = subprocess.run([sys.executable, "-P", "-c", FORK], capture_output=True, text=True, check=True)
    made = done.stdout.split()
    assert len(made) == len(set(made)) == 200
