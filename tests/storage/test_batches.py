"""The batch writer keeps the order, hurries when asked, and swallows no error."""

import threading
import time
from collections.abc import Sequence

import pytest

from storage import StorageError
from storage.batches import BatchWriter


class Sink:
    """Collects batches; ``broken`` makes writing fail as a whole, ``bad`` refuses single items."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.broken = False
        self.bad: set[int] = set()

    def write(self, batch: Sequence[int]) -> list[StorageError]:
        if self.broken:
            raise StorageError("the disk is full", "free some space")
        self.batches.append(list(batch))
        return [StorageError(f"{item} is bad") for item in batch if item in self.bad]

    @property
    def items(self) -> list[int]:
        return [item for batch in self.batches for item in batch]


def test_what_was_added_is_written_in_order_after_a_flush() -> None:
    sink = Sink()
    writer: BatchWriter[int] = BatchWriter(sink.write, wait_s=60)
    for item in range(250):
        writer.add(item)
    writer.flush()
    assert sink.items == list(range(250))
    assert len(sink.batches) < 20
    assert max(len(batch) for batch in sink.batches) <= 100
    writer.close()


def test_a_batch_is_written_when_its_time_is_over() -> None:
    sink = Sink()
    writer: BatchWriter[int] = BatchWriter(sink.write, wait_s=0.02)
    writer.add(1)
    while not sink.batches:
        time.sleep(0.005)
    assert sink.items == [1]
    writer.close()


def test_closing_writes_the_rest() -> None:
    sink = Sink()
    writer: BatchWriter[int] = BatchWriter(sink.write, wait_s=60)
    for item in range(150):
        writer.add(item)
    writer.close()
    assert sink.items == list(range(150))
    with pytest.raises(StorageError, match="closed"):
        writer.add(1)


def test_a_failure_is_raised_by_flush_and_the_items_are_written_later() -> None:
    sink = Sink()
    sink.broken = True
    writer: BatchWriter[int] = BatchWriter(sink.write, wait_s=0.001)
    writer.add(1)
    for _ in range(2):
        with pytest.raises(StorageError, match="the disk is full"):
            writer.flush()
    sink.broken = False
    writer.add(2)
    writer.flush()
    assert sink.items == [1, 2]
    writer.close()


def test_closing_says_how_much_is_lost() -> None:
    sink = Sink()
    sink.broken = True
    writer: BatchWriter[int] = BatchWriter(sink.write, wait_s=60)
    writer.add(1)
    writer.add(2)
    with pytest.raises(StorageError, match=r"2 entries .* are lost: the disk is full") as caught:
        writer.close()
    assert caught.value.remedy == "free some space"


def test_flushing_after_a_close_that_lost_entries_raises_and_does_not_wait() -> None:
    sink = Sink()
    sink.broken = True
    writer: BatchWriter[int] = BatchWriter(sink.write, wait_s=60)
    writer.add(1)
    with pytest.raises(StorageError, match="are lost"):
        writer.close()
    raised: list[StorageError] = []

    def flush() -> None:
        try:
            writer.flush()
        except StorageError as error:
            raised.append(error)

    flushing = threading.Thread(target=flush, daemon=True)
    flushing.start()
    flushing.join(60)
    assert [error.message for error in raised] == [
        "1 entries of the operation log are lost: the disk is full"
    ]
    writer.close()


def test_an_item_that_can_never_be_written_is_raised_once_and_the_others_are_kept() -> None:
    sink = Sink()
    sink.bad = {2}
    writer: BatchWriter[int] = BatchWriter(sink.write)
    for item in (1, 2, 3):
        writer.add(item)
    with pytest.raises(StorageError, match="2 is bad"):
        writer.flush()
    writer.flush()
    assert sink.items == [1, 2, 3]
    writer.close()


def test_an_error_that_nobody_foresaw_is_raised_too() -> None:
    def write(_batch: Sequence[int]) -> list[StorageError]:
        raise ZeroDivisionError("oops")

    writer: BatchWriter[int] = BatchWriter(write)
    writer.add(1)
    with pytest.raises(StorageError, match="ZeroDivisionError: oops"):
        writer.flush()
    with pytest.raises(StorageError, match="1 entries"):
        writer.close()


def test_a_full_queue_makes_the_caller_wait_and_a_failing_one_refuses() -> None:
    gate = threading.Event()
    sink = Sink()

    def write(batch: Sequence[int]) -> list[StorageError]:
        gate.wait()
        return sink.write(batch)

    writer: BatchWriter[int] = BatchWriter(write, wait_s=0, most=5, room=10)
    adding = threading.Thread(target=lambda: [writer.add(item) for item in range(30)])
    adding.start()
    adding.join(0.1)
    assert adding.is_alive()
    gate.set()
    adding.join()
    writer.flush()
    assert sink.items == list(range(30))
    sink.broken = True
    with pytest.raises(StorageError, match="the disk is full"):
        list(map(writer.add, range(100)))
    sink.broken = False
    writer.close()


def test_items_of_many_threads_are_all_written_each_thread_in_its_order() -> None:
    sink = Sink()
    writer: BatchWriter[int] = BatchWriter(sink.write, wait_s=0.001)
    threads = [
        threading.Thread(target=lambda start=start: [writer.add(start + item) for item in range(1000)])
        for start in (0, 10_000, 20_000, 30_000)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    for start in (0, 10_000, 20_000, 30_000):
        mine = [item for item in sink.items if start <= item < start + 10_000]
        assert mine == list(range(start, start + 1000))
