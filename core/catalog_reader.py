"""A process that reads connector files: ``python -m core.catalog_reader``; see `catalog_readers`."""

import os
import sys

from .catalog_readers import answer_lines

if __name__ == "__main__":
    os.nice(10)
    answer_lines(sys.stdin.buffer, sys.stdout.buffer)
