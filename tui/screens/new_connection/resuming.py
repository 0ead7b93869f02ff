"""Keep where New connection was left before there is a draft, and go on from there, in any process."""

from typing import TYPE_CHECKING

from ...state.stages import Page
from ...state.unfinished import (
    Unfinished,
    drop_unfinished,
    fill_in,
    keep_unfinished,
    lacks_secret,
    open_texts,
    read_unfinished,
)
from ...state.wizard import auth_key

if TYPE_CHECKING:
    from ...services import Services
    from .plan import Plan


class Resuming:
    """The resume point of one wizard; a draft takes its place once there is one."""

    def __init__(self, services: "Services", plan: "Plan") -> None:
        self._services = services
        self._plan = plan
        self._path = services.home.state / "unfinished.json"

    @property
    def is_begun(self) -> bool:
        """Whether a connector was chosen, and nothing of it is kept yet."""
        wizard = self._plan.wizard
        return bool(wizard.connector) and wizard.page in ("authentication", "inputs") and not wizard.draft

    def keep(self) -> None:
        """Keep where this is, without the secrets."""
        wizard = self._plan.wizard
        pick = wizard.pick
        forms = (wizard.auth_forms.get(auth_key(pick)) if pick else None, wizard.inputs)
        one = Unfinished(
            wizard.connector,
            wizard.page,
            pick.method if pick else "",
            pick.name if pick else "",
            *map(open_texts, forms),
        )
        keep_unfinished(self._path, self._services.project, one)

    def drop(self, connector: str) -> None:
        """Forget it: there is a draft now, or the person went back to choose another connector."""
        drop_unfinished(self._path, self._services.project, connector)

    def find(self, connector: str | None) -> Unfinished | None:
        """Give what was left last, of a connector or of any."""
        return read_unfinished(self._path, self._services.project, connector)

    def take_up(self, one: Unfinished) -> Page:
        """Fill in what was typed; gives the page, an earlier one where a secret has to be typed again."""
        plan, wizard = self._plan, self._plan.wizard
        names = [(pick.name, pick.method) for pick in wizard.picks]
        if (one.authentication, one.method) in names:
            wizard.picked = names.index((one.authentication, one.method))
        fill_in(plan.inputs_form(), one.inputs_texts)
        if wizard.pick is None:
            return "inputs" if one.page == "inputs" else "authentication"
        form = plan.auth_form(wizard.pick)
        fill_in(form, one.auth_texts)
        return "inputs" if one.page == "inputs" and not lacks_secret(form) else "authentication"
