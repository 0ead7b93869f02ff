"""Run the tests that stand in a connector file: the whole way of an operation over recorded answers.

Only the transport is another one; no home, no vault and no network is needed.
"""

from connectors import Connector

from .difference import Difference
from .loading import is_handle, tested_connector, tested_file
from .running import OfflineResult, run_offline_tests

__all__ = [
    "Connector",
    "Difference",
    "OfflineResult",
    "is_handle",
    "run_offline_tests",
    "tested_connector",
    "tested_file",
]
