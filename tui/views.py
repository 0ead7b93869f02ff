"""The views of the app: made for a place, kept in the order they were opened, one of them shown."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from textual.message import Message

from .screens.view import View
from .shell import Shell
from .state.history import History
from .state.places import (
    AppsPlace,
    AuthenticationsPlace,
    CatalogPlace,
    CertificatesPlace,
    ConnectionsPlace,
    ConnectorPlace,
    DoctorPlace,
    ExchangePlace,
    NewConnectionPlace,
    OperationsPlace,
    Place,
    ProjectPlace,
    RunPlace,
    SecretsPlace,
)

if TYPE_CHECKING:
    from .screens.workspace import WorkspaceTab

V = TypeVar("V", bound=View)


class Views:
    """Opens places on one app; screens are imported when they are first opened."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._history: History[View] = History()
        # The tabs of the workspace, which stay as they are left while another one is shown.
        self._tabs: dict[Callable[[], WorkspaceTab[Any]], WorkspaceTab[Any]] = {}

    def tell(self, make_message: Callable[[], Message]) -> None:
        """Post a message of its own to every open view."""
        for view in self._all():
            view.post_message(make_message())

    def go(self, place: Place) -> None:
        """Open a place: lists are kept and opened again, everything else is made anew."""
        match place:
            case ConnectionsPlace(name=name, filter=text):
                self._go_to_connections(name, text)
            case AuthenticationsPlace() | AppsPlace() | CertificatesPlace() | SecretsPlace():
                self._go_to_tab(place)
            case CatalogPlace(text=text):
                self._go_to_catalog(text)
            case OperationsPlace(filter=text):
                self._go_to_operations(text)
            case ProjectPlace():
                raise AssertionError("the app itself goes to another project")
            case NewConnectionPlace(connector=connector, resume=None):
                self._open(self._begun_wizard(connector) or _make_view(place))
            case _:
                self._open(_make_view(place))

    async def close(self) -> None:
        """Close every view, each of which keeps or puts back what it has to."""
        shell, views = self._shell, self._all()
        while len(shell.screen_stack) > 1:
            shell.pop_screen()
        self._history, self._tabs = History(), {}
        for view in views:
            if shell.is_screen_installed(view):
                shell.uninstall_screen(view)
                await view.remove()

    def back(self) -> bool:
        """Show the view before; tell whether there was one."""
        return self._step(-1)

    def forward(self) -> bool:
        """Show the view after; tell whether there was one."""
        return self._step(1)

    def last(self) -> bool:
        """Open the view that was left last; tell whether there was one."""
        self._drop(self._leave_out_done(but=self._history.current))
        view = self._history.last()
        if view is not None:
            self._open(view)
        return view is not None

    def _go_to_connections(self, name: str | None, text: str | None) -> None:
        from .screens.connections import ConnectionsScreen

        view = self._kept(ConnectionsScreen)
        self._open(view)
        if name:
            view.select(name)
        if text is not None:
            view.filter_entered(text)

    def _go_to_tab(self, place: AuthenticationsPlace | AppsPlace | CertificatesPlace | SecretsPlace) -> None:
        kind = _kind_of_tab(place)
        view = self._tabs.get(kind) or kind()
        self._tabs[kind] = view
        before = self._history.current
        if before is not view and before in self._tabs.values():
            self._history.replace(view)
            self._show(view)
        else:
            self._open(view)
        if place.name:
            view.select(place.name)
        if place.filter is not None:
            view.filter_entered(place.filter)

    def _go_to_catalog(self, text: str) -> None:
        from .screens.catalog import CatalogScreen

        view = self._kept(CatalogScreen)
        self._open(view)
        if text:
            view.filter_entered(text)

    def _go_to_operations(self, text: str | None) -> None:
        from .screens.operations import OperationsScreen

        view = self._kept(OperationsScreen)
        self._open(view)
        if text is not None:
            view.filter_entered(text)

    def _begun_wizard(self, connector: str | None) -> View | None:
        from .screens.new_connection import NewConnectionScreen

        begun = (one for one in self._history if isinstance(one, NewConnectionScreen))
        return next((one for one in begun if one.goes_on_with(connector)), None)

    def _kept(self, kind: type[V]) -> V:
        return next((view for view in self._history if isinstance(view, kind)), None) or kind()

    def _all(self) -> list[View]:
        return list(dict.fromkeys((*self._history, *self._tabs.values())))

    def _step(self, count: int) -> bool:
        before = self._history.current
        done = self._leave_out_done(but=before)
        view = self._history.step(count)
        if view is not None:
            done += self._leave_out_done(but=view)
            self._show(view)
        self._drop((before, *done))
        return view is not None

    def _open(self, view: View) -> None:
        if view is self._history.current:
            return
        before = self._history.current
        done = self._leave_out_done(but=view)
        dropped = self._history.open(view) if view is not self._history.current else ()
        self._show(view)
        self._drop((*dropped, before, *done))

    def _leave_out_done(self, but: View | None) -> list[View]:
        """Forget the views that have done what they were opened for, save one; gives them."""
        done = [view for view in dict.fromkeys(self._history) if view is not but and view.is_done]
        for view in done:
            self._history.leave_out(view)
        return done

    def _drop(self, views: Iterable[View | None]) -> None:
        """Remove the views to which nothing leads any more."""
        for gone in views:
            if gone is None or gone in self._history or gone in self._tabs.values():
                continue
            if self._shell.is_screen_installed(gone):
                self._shell.uninstall_screen(gone)
                gone.remove()

    def _show(self, view: View) -> None:
        shell = self._shell
        while len(shell.screen_stack) > 1 and not isinstance(shell.screen, View):
            shell.pop_screen()
        if not shell.is_screen_installed(view):
            shell.install_screen(view, f"view-{id(view)}")
        if len(shell.screen_stack) > 1:
            shell.switch_screen(view)
        else:
            shell.push_screen(view)


def _kind_of_tab(
    place: AuthenticationsPlace | AppsPlace | CertificatesPlace | SecretsPlace,
) -> "Callable[[], WorkspaceTab[Any]]":
    match place:
        case AuthenticationsPlace():
            from .screens.authentications import AuthenticationsScreen

            return AuthenticationsScreen
        case AppsPlace():
            from .screens.workspace import AppsScreen

            return AppsScreen
        case CertificatesPlace():
            from .screens.workspace import CertificatesScreen

            return CertificatesScreen
        case SecretsPlace():
            from .screens.workspace import SecretsScreen

            return SecretsScreen


def _make_view(place: ConnectorPlace | NewConnectionPlace | RunPlace | ExchangePlace | DoctorPlace) -> View:
    match place:
        case ConnectorPlace(handle=handle, name=name, broken=broken):
            from .screens.connector import ConnectorScreen

            return ConnectorScreen(handle, name, broken)
        case NewConnectionPlace(connector=connector, resume=resume):
            from .screens.new_connection import NewConnectionScreen

            return NewConnectionScreen(connector=connector, resume=resume)
        case RunPlace(connection=connection, operation=operation):
            from .screens.run import RunScreen

            return RunScreen(connection=connection, operation=operation)
        case ExchangePlace(operation=operation_id):
            from .screens.exchange import ExchangeScreen

            return ExchangeScreen(operation_id)
        case DoctorPlace():
            from .screens.doctor import DoctorScreen

            return DoctorScreen()
