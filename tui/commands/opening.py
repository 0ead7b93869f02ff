"""Open the app in this terminal."""

from .arguments import Chosen


def start_app(chosen: Chosen) -> int:
    """Run the app until it is left, and give its exit code."""
    from core.home import find_home
    from tui.app import run_app

    return run_app(find_home(chosen.home), chosen.project or "default")
