"""The keys ``y…``: the first says what can be copied here, the second copies it."""

from typing import TYPE_CHECKING

from .screens.view import View

if TYPE_CHECKING:
    from textual.app import App

    from .screens.view import Copy
    from .services import Services


class Copying:
    """Waits for the second key of ``y…``."""

    def __init__(self, app: "App[int]", services: "Services") -> None:
        self._app = app
        self._services = services
        self._from: View | None = None

    def begin(self, view: View) -> None:
        """Say what can be copied, and wait for the key that chooses."""
        copies = view.copies()
        if not copies:
            view.say("there is nothing to copy here", "warn")
            return
        self._from = view
        view.say("copy  " + "   ".join(f"{key} {copy.word}" for key, copy in copies.items()))

    def takes(self, key: str) -> bool:
        """Tell whether a key was the second one; then it is done with."""
        view, self._from = self._from, None
        if view is None:
            return False
        copy = view.copies().get(key)
        if copy is None:
            view.say("nothing was copied", "quiet")
        else:
            self._app.run_worker(self._copy(view, copy), exit_on_error=False)
        return True

    async def _copy(self, view: View, copy: "Copy") -> None:
        from .clipboard import copy_text

        way = await copy_text(copy.text, self._services.home.state, self._app.copy_to_clipboard)
        view.say(f"copied {copy.word} {way}", "good")
