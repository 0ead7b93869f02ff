"""The door to what is only looked at: one `Reading` for each thread, nothing is ever written."""

import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from ..records import Authentication, Certificate, Exchange, LogLine, Operation, Project, ProviderApp
from . import exchanges, operations, workspace
from .bounds import Bounds
from .filter_sql import Sql, to_sql
from .operations import Bar, Direction
from .source import Source
from .terms import Filter
from .workspace import ConnectionRow, KeptRevision


class Reading:
    """A read-only view of a database; a file that is missing or not migrated yet reads as empty."""

    def __init__(self, path: Path) -> None:
        self._source = Source(path)
        self._bounds = Bounds(self._source)

    def projects(self) -> tuple[Project, ...]:
        """Give all projects by name."""
        return workspace.projects(self._source)

    def connections(
        self, project_id: str | None = None, *, now_us: int | None = None
    ) -> tuple[ConnectionRow, ...]:
        """Give the connections of one project, or of all, with their last operation and a day of traffic."""
        return workspace.connections(self._source, project_id, now_us)

    def authentications(self, project_id: str | None = None) -> tuple[Authentication, ...]:
        """Give the authentications of one project, or of all."""
        return workspace.authentications(self._source, project_id)

    def apps(self, project_id: str | None = None) -> tuple[ProviderApp, ...]:
        """Give the provider apps of one project, or of all."""
        return workspace.apps(self._source, project_id)

    def certificates(self, project_id: str | None = None) -> tuple[Certificate, ...]:
        """Give the certificates of one project, or of all."""
        return workspace.certificates(self._source, project_id)

    def connectors(self) -> tuple[KeptRevision, ...]:
        """Give the kept revisions of connectors by handle, the newest of each first."""
        return workspace.kept_revisions(self._source)

    def operation(self, operation_id: str) -> Operation | None:
        """Give an operation with its input, or nothing."""
        return operations.operation(self._source, operation_id)

    def exchanges(self, operation_id: str, bodies: bool = False) -> tuple[Exchange, ...]:
        """Give the exchanges of an operation; without ``bodies`` their bodies have sizes and no content."""
        return exchanges.exchanges(self._source, operation_id, bodies=bodies)

    def log_lines(self, operation_id: str) -> tuple[LogLine, ...]:
        """Give the log lines of an operation."""
        return exchanges.log_lines(self._source, operation_id)

    def operations_block(
        self,
        filter_: Filter,
        *,
        before_seq: int | None = None,
        after_seq: int | None = None,
        limit: int = 200,
    ) -> tuple[Operation, ...]:
        """Give up to ``limit`` operations, newest first and without their inputs.

        Nothing given: the newest. ``before_seq``: the next older ones. ``after_seq``: the next newer ones.
        """
        return operations.block(self._source, self._where(filter_), before_seq, after_seq, limit)

    def nearest(self, filter_: Filter, from_seq: int, direction: Direction, condition: Filter) -> int | None:
        """Give the ``seq`` of the next newer or older operation that passes both filters, or nothing."""
        both = replace(filter_, terms=filter_.terms + condition.terms)
        return operations.nearest(self._source, self._where(both), from_seq, direction)

    def count(self, filter_: Filter, cap: int | None = 10_000) -> int:
        """Count the operations that pass; ``cap + 1`` says that there are more than ``cap``."""
        return operations.count(self._source, self._where(filter_), cap)

    def newest_seq(self) -> int:
        """Give the ``seq`` of the newest operation, 0 where there is none."""
        return operations.newest_seq(self._source)

    def histogram(self, filter_: Filter, start_us: int, end_us: int, buckets: int) -> tuple[Bar, ...]:
        """Count the operations that began in a window in bars of the same width."""
        return operations.histogram(self._source, self._where(filter_), start_us, end_us, buckets)

    def changed(self) -> bool:
        """Say whether somebody committed something since this was last asked; true when it is first asked."""
        return self._source.changed()

    def cancel(self) -> None:
        """End the query that runs now with a `StorageError`; the one method for other threads."""
        self._source.cancel()

    def close(self) -> None:
        """Close the file."""
        self._source.close()

    def _where(self, filter_: Filter) -> Sql:
        now_us = time.time_ns() // 1000
        condition, parameters = to_sql(filter_, now_us)
        first = self._bounds.first_seq(filter_, now_us)
        return (
            (condition, parameters) if first is None else (f"{condition} AND seq >= ?", (*parameters, first))
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_reading(path: Path) -> Reading:
    """Give a reading of the database in ``path``, whether it is there already or not."""
    return Reading(path)
