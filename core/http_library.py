"""The one place that imports httpx; whoever needs it imports this then, and not before.

Its command line would come along, and with it Rich and Click: 130 ms for something that is never used here.
"""

import sys
from types import ModuleType
from typing import cast

_COMMAND_LINE = "httpx._main"

sys.modules[_COMMAND_LINE] = cast("ModuleType", None)
try:
    import httpx
finally:
    del sys.modules[_COMMAND_LINE]

__all__ = ["httpx"]
