"""The keyring of a desktop opens the vault: a real Secret Service, which is then locked."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from ...peer_needed import need

ROOT = Path(__file__).parents[3]
CHILD = """
import subprocess, sys
from pathlib import Path
import secretstorage
from core.home import Home
from core.keeper import Keeper
from storage import VaultError
from storage.vault import Keyring, keyring_available, open_vault

subprocess.run(
    ["gnome-keyring-daemon", "--unlock", "--components=secrets"], input=b"of the login", check=True,
    stdout=subprocess.DEVNULL,
)
folder = Path(sys.argv[1])
home = Home(folder / "data", folder / "config", folder / "state", isolated=False)
home.create()
print(keyring_available())
where = Keeper(open_vault(home.vault), home, None, {}).put("token", "canary-3c11")
print([one.kind for one in open_vault(home.vault).status().unlockers])
print(Keeper(open_vault(home.vault), home, None, {}).resolve(where))
secretstorage.get_default_collection(secretstorage.dbus_init()).lock()
print(keyring_available())
for use in (
    lambda: open_vault(home.vault).unlock(Keyring("connect-tui", str(home.vault))),
    lambda: Keeper(open_vault(home.vault), home, None, {}).resolve(where),
):
    try:
        use()
    except VaultError as error:
        print(error, "-", error.remedy)
"""


def test_the_secret_service_opens_the_vault_until_it_is_locked(tmp_path: Path) -> None:
    is_there = shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")
    need(is_there, "gnome-keyring is not installed")
    folders = {
        name: str(tmp_path / name) for name in ("HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME")
    }
    for folder in folders.values():
        Path(folder).mkdir(mode=0o700)
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    ran = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-c", CHILD, str(tmp_path)],
        cwd=ROOT, env={**kept, **folders}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    said = ran.stdout.splitlines()
    assert said[:4] == ["Secret Service", "['keyring']", "canary-3c11", "None"], ran.stderr
    assert said[4] == "the OS keyring is locked - open it on the desktop, or unlock in another way"
    assert said[5].startswith(
        "the vault is needed to use a stored secret, and the OS keyring is locked, silent or not there - open it"
    )
