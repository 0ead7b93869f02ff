"""Let a session change a production project, or no longer."""

from typing import TYPE_CHECKING

from .messages import ArmingChanged

if TYPE_CHECKING:
    from .screens.view import View
    from .services import Services
    from .views import Views


async def change_arming(view: "View", services: "Services", views: "Views") -> None:
    """Ask before a project is armed; take it back without a question."""
    from .screens.arming import ask_arming

    armed = not services.is_armed
    if armed and not await ask_arming(view.shell):
        return
    services.is_armed = armed
    views.tell(ArmingChanged)
    if armed:
        view.say(f"{services.project} is armed until you leave; A makes it read-only again", "warn")
    else:
        view.say(f"{services.project} is read-only again", "good")
