"""Read YAML by the core rules of YAML 1.2, on the parser of libyaml.

``on`` and ``no``, ``12:30`` and ``2026-11-01`` are text, ``010`` is ten and ``0o10`` is eight. Keys are text
as written. Duplicate keys, tags, deep nesting and aliases that grow are refused.
"""

from typing import Final

from .parts import Mistake, Reading, Spot, TreePath

MAX_BYTES: Final = 4 * 1024 * 1024

__all__ = ["MAX_BYTES", "Mistake", "Reading", "Spot", "TreePath", "read_yaml"]


def read_yaml(text: str, *, with_spots: bool = False) -> Reading:
    """Read one document; mistakes are collected, and what can be read is given besides."""
    from yaml.error import MarkedYAMLError
    from yaml.reader import ReaderError

    from .mistakes import explain_reader, explain_syntax
    from .pairs import join_pairs

    tries = 0
    while True:
        reading = Reading()
        try:
            return _build(text, with_spots=with_spots, reading=reading)
        except MarkedYAMLError as error:
            tries += 1
            joined = join_pairs(text, error, tries)
            if joined is None:
                reading.mistakes.append(explain_syntax(text, error))
                return reading
            text = joined
        except ReaderError as error:
            reading.mistakes.append(explain_reader(text, error))
            return reading


def _build(text: str, *, with_spots: bool, reading: Reading) -> Reading:
    from yaml import CSafeLoader, parse

    from .builder import Builder, StopReadingError

    builder = Builder(with_spots=with_spots, reading=reading)
    try:
        for event in parse(text, Loader=CSafeLoader):
            builder.take(event)
    except StopReadingError:
        pass
    return reading
