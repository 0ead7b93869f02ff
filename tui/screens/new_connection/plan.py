"""What is being set up, with what the engine knows about it: read page by page, and kept as a draft."""

from functools import partial
from typing import TYPE_CHECKING

from ...state.form import Form
from ...state.stages import Page
from ...state.wizard import PAGES, AuthPick, Wizard, free_name, take_connector
from .forms import build_auth_form, build_draft, build_inputs_form
from .steps import (
    Before,
    ConnectorFacts,
    keep_draft,
    list_catalog,
    list_picks,
    put_back,
    read_before,
    read_connection,
    read_connector,
    taken_names,
)

if TYPE_CHECKING:
    from core import CatalogEntry

    from ...services import Services

PRACTICE = "practice"


class Plan:
    """The wizard's state and the answers of the engine that its pages need."""

    def __init__(self, services: "Services") -> None:
        self._services = services
        self.wizard = Wizard()
        self.entries: tuple[CatalogEntry, ...] = ()
        self.facts = ConnectorFacts("", "", (), ())
        self._taken: frozenset[str] = frozenset()
        self._befores: list[Before] = []

    @property
    def is_practice(self) -> bool:
        """Whether it is the practice service that is set up."""
        return self.facts.handle == PRACTICE

    @property
    def probes(self) -> tuple[str, ...]:
        """The names of the probes that the test will have."""
        pick = self.wizard.pick
        method = self.facts.method(pick.method) if pick else None
        return method.probes if method else ()

    @property
    def docs(self) -> str:
        """Where to read more: about the picked way to sign in, else about the vendor's interface."""
        pick = self.wizard.pick if self.wizard.page == "authentication" else None
        method = self.facts.method(pick.method) if pick else None
        return (method.docs if method else "") or self.facts.docs

    async def read_catalog(self) -> None:
        """Read the list of connectors."""
        self.entries = await self._services.call(list_catalog)

    async def take_up(self, name: str) -> Page:
        """Go on with a connection; gives the page: a draft's own, the credentials of any other."""
        row = await self._services.call(lambda engine: read_connection(engine, name))
        await self._read(row.connector)
        wizard = self.wizard
        wizard.draft, wizard.authentication = row.name, row.authentication or ""
        wizard.inputs = build_inputs_form(self.facts, row.name, row)
        self._pick(wizard.authentication)
        if row.state != "draft":
            return "authentication"
        return next((page for page in PAGES if page == row.wizard_page), "inputs")

    async def choose(self, handle: str) -> str:
        """Take a connector, dropping a draft of another; gives what went wrong with the practice service."""
        wizard = self.wizard
        if wizard.draft and wizard.connector != handle:
            dropped, wizard.draft = wizard.draft, ""
            await self._services.call(lambda engine: engine.workspace.delete(dropped))
        await self._read(handle)
        return await self._services.practice.start() if self.is_practice else ""

    async def keep(self) -> None:
        """Keep the authentication and a draft, so that it can be gone on with later."""
        wizard, draft = self.wizard, build_draft(self.wizard, self.facts)
        before = await self._services.call(lambda engine: read_before(engine, draft))
        kept = await self._services.call(lambda engine: keep_draft(engine, draft, before))
        if before is not None:
            self._befores.append(before)
        wizard.draft, wizard.authentication = kept.name, kept.authentication
        wizard.made = kept.authentication if kept.made else wizard.made
        wizard.picks = await self._services.call(lambda engine: list_picks(engine, self.facts))
        self._pick(kept.authentication)
        wizard.auth_forms.clear()

    @property
    def is_unsaved(self) -> bool:
        """Whether something that may be in use was changed and not saved."""
        return bool(self._befores)

    def settle(self) -> None:
        """Let what was changed stay."""
        self._befores.clear()

    async def put_back(self) -> None:
        """Let what worked before this wizard be in force again, the latest change first."""
        wizard = self.wizard
        while self._befores:
            before = self._befores.pop()
            undo = partial(put_back, before=before, draft=wizard.draft, made=wizard.made)
            wizard.draft = await self._services.call(undo)
        self.wizard.picks = await self._services.call(lambda engine: list_picks(engine, self.facts))

    def auth_form(self, pick: AuthPick) -> Form:
        """Give the form of a choice on the authentication page."""
        return build_auth_form(self.wizard, self.facts, pick, self._taken, practice=self.is_practice)

    def inputs_form(self) -> Form:
        """Give the form of the inputs page."""
        assert self.wizard.inputs is not None  # noqa: S101 - made with the connector
        return self.wizard.inputs

    async def _read(self, handle: str) -> None:
        facts = await self._services.call(lambda engine: read_connector(engine, handle))
        self.facts, wizard = facts, self.wizard
        if take_connector(wizard, facts.handle):
            connections, self._taken = await self._services.call(taken_names)
            wizard.inputs = build_inputs_form(facts, free_name(facts.handle, connections), None)
        wizard.picks = await self._services.call(lambda engine: list_picks(engine, facts))
        wizard.picked = min(wizard.picked, max(0, len(wizard.picks) - 1))

    def _pick(self, authentication: str) -> None:
        names = [pick.name for pick in self.wizard.picks]
        if authentication in names:
            self.wizard.picked = names.index(authentication)
