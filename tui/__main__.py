"""Let ``python -m tui`` do what ``connect-tui`` does."""

import sys

from .entry import main

sys.exit(main())
