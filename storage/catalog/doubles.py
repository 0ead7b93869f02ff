"""Which of the user's files counts where several are one revision of a connector, and what the others say.

The one that is named after its handle (``acme-desk.yaml``, ``acme-desk@3.yaml``), else the last by name.
"""

from typing import Final

from .documents import BrokenFile, Mistake

_SUFFIXES: Final = (".yaml", ".yml")


def counts_before(handle: str, file: str) -> tuple[bool, str]:
    """Give what orders the files of one revision: the greatest counts."""
    suffix = next((one for one in _SUFFIXES if file.endswith(one)), "")
    return file.removesuffix(suffix).partition("@")[0] == handle, file


def double_of(handle: str, revision: int, file: str, counting: str) -> BrokenFile:
    """Describe a file whose place another one has; it is read again when anything of its handle changes."""
    said = f"{counting} is {handle}@{revision} too, and it is the one that counts"
    what = "remove one, or raise `revision` in the newer one"
    return BrokenFile(handle, (Mistake(file, 1, 1, "revision", f"{said}; {what}"),), (handle,))
