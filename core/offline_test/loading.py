"""Find the connector whose tests are to run: in a file or a folder, or in the catalog."""

import re
from pathlib import Path

from connectors import Connector, load_definition

from ..catalog import Catalog
from ..catalog_parents import file_parents
from ..errors import InputError
from ..shown import one_line

_HANDLE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*(@[0-9]+)?")


def is_handle(word: str) -> bool:
    """Tell ``HANDLE[@REV]`` from a path; a folder of the same name is written ``./HANDLE``."""
    return _HANDLE.fullmatch(word) is not None


def tested_file(path: Path, folder: Path) -> Connector:
    """Give the connector of a file, which may extend those of the user's ``folder``.

    Raises:
        InputError: there is none.
        DefinitionError: it is wrong.
    """
    if not path.exists():
        raise InputError(f"there is no file or folder {one_line(path)}", "name a file, a folder, or a handle")
    return load_definition(path, file_parents(path, folder)).definition


def tested_connector(catalog: Catalog, name: str) -> Connector:
    """Give a connector of the catalog with its tests; a kept revision has none.

    Raises:
        NotKnownError: there is no such connector or revision.
    """
    return catalog.get(name).definition
