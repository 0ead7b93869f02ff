"""The composition root: builds an engine from a home, and nothing else does."""

from functools import partial

from storage import open_store
from storage.catalog import open_catalog_index
from storage.process import claim_process, is_alive
from storage.vault import open_vault

from .actor import name_actor
from .catalog import Catalog
from .engine import Engine
from .events import Emit
from .home import Home
from .keeper import Keeper, Unlock
from .record import Recorder
from .refresh_lease import RefreshLeases
from .workspace import Workspace


def open_engine(
    home: Home,
    *,
    project: str = "default",
    actor: str | None = None,
    unlock: Unlock | None = None,
    emit: Emit | None = None,
) -> Engine:
    """Open a home: make what is missing, migrate the database, mark what died processes left.

    Raises:
        StorageError: the database cannot be opened, or there is no such project.
    """
    home.create()
    store = open_store(home.database)
    claim = None
    try:
        claim = claim_process(home.processes)
        store.log.sweep(home.processes)
        owner = store.projects.default() if project == "default" else store.projects.get(project)
        catalog = Catalog(home.connectors, store, open_catalog_index(home.catalog))
        keeper = Keeper(open_vault(home.vault), home, unlock)
        leases = RefreshLeases(store, claim.name, partial(is_alive, home.processes))
        workspace = Workspace(owner, store, catalog, keeper, leases)
        recorder = Recorder(store.log, owner.id, actor or name_actor(), claim.name)
    except BaseException:
        store.close()
        if claim is not None:
            claim.close()
        raise
    return Engine(home, store, claim, catalog, workspace, keeper, recorder, leases, emit)
