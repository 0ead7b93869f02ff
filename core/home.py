"""Where everything of one user lives: data, settings and state folders."""

import os
from dataclasses import dataclass
from pathlib import Path

APP = "connect-tui"


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of one user. ``isolated`` means one folder was named for everything: no keyring then."""

    data: Path
    config: Path
    state: Path
    isolated: bool

    @property
    def database(self) -> Path:
        """The SQLite file with the workspace and the history."""
        return self.data / "connect.db"

    @property
    def vault(self) -> Path:
        """The one file of ciphertext."""
        return self.data / "vault.json"

    @property
    def connectors(self) -> Path:
        """The connectors that the user added."""
        return self.data / "connectors"

    @property
    def catalog(self) -> Path:
        """The index of all connectors; made again when it is lost."""
        return self.data / "catalog.db"

    @property
    def processes(self) -> Path:
        """One lock file for each process that is running operations."""
        return self.state / "processes"

    def create(self) -> None:
        """Make the folders, readable by their owner alone."""
        for folder in (self.data, self.config, self.state, self.connectors, self.processes):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def find_home(folder: str | os.PathLike[str] | None = None) -> Home:
    """Give the home in ``folder``, else in ``CONNECT_TUI_HOME``, else in the platform's own folders."""
    named = folder or os.environ.get("CONNECT_TUI_HOME")
    if named:
        root = Path(named).expanduser().resolve()
        return Home(root, root / "config", root / "state", isolated=True)
    from platformdirs import PlatformDirs

    dirs = PlatformDirs(APP, appauthor=False)
    return Home(dirs.user_data_path, dirs.user_config_path, dirs.user_state_path, isolated=False)
