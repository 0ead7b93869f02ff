"""Go on in another project: every view is closed, the engine opens it, and nothing is armed there."""

from typing import TYPE_CHECKING

from .messages import EngineFailed, EngineOpened
from .state.places import ConnectionsPlace

if TYPE_CHECKING:
    from .services import Services
    from .views import Views


def refusal_to_switch(services: "Services", name: str) -> str:
    """Say why the person cannot go on in a project now; empty when they can."""
    names = services.project_names
    if name.lower() not in {one.lower() for one in names}:
        return f"there is no project {name}; there are {', '.join(names) or 'none yet'}"
    if name.lower() == services.project.lower():
        return f"you are in {services.project} already"
    if services.running:
        return "an operation still runs here: stop it or wait for its end, then change the project"
    return ""


async def switch_project(services: "Services", views: "Views", name: str) -> tuple[str, str]:
    """Go on in a project that there is; gives what to say and its tone."""
    await views.close()
    failure = await services.switch(
        next(one for one in services.project_names if one.lower() == name.lower())
    )
    views.go(ConnectionsPlace())
    if failure is not None:
        views.tell(lambda: EngineFailed(failure))
        return failure.message, "bad"
    views.tell(EngineOpened)
    project = services.project
    if services.is_production:
        return f"you are in {project}: production, read-only until A arms it", "warn"
    return f"you are in {project}", "good"
