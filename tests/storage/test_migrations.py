"""Migrations: a copy first, all or nothing, forward only, from every schema that was released."""

import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from storage import StorageError, open_store
from storage.database import stored_stamp
from storage.migrate import SCRIPTS, build_config, migrate
from storage.schema import HEAD
from storage.tables import Row

RELEASED = sorted((Path(__file__).parent / "schemas").glob("*.sql"))
NEXT = "9000"
STEP = f'''
"""An artificial next step."""
from alembic import op
import sqlalchemy as sa
revision = "{NEXT}"
down_revision = "{HEAD}"
def upgrade():
    with op.batch_alter_table("project") as table:
        table.add_column(sa.Column("colour", sa.Text))
    {{more}}
'''


def tables(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as file:
        return dict(file.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))


def columns(path: Path, table: str) -> list[str]:
    with closing(sqlite3.connect(path)) as file:
        return [row[1] for row in file.execute(f"PRAGMA table_info({table})")]


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    return Path(
        shutil.copytree(SCRIPTS, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    )


def add_step(scripts: Path, more: str = "pass") -> None:
    (scripts / "versions" / f"{NEXT}_next.py").write_text(STEP.replace("{more}", more))


def test_the_newest_schema_that_is_known_is_the_newest_migration() -> None:
    from alembic.script import ScriptDirectory

    assert ScriptDirectory.from_config(build_config(SCRIPTS)).get_heads() == [HEAD]


def test_the_migrations_make_what_the_tables_say(path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from storage.database import open_database

    database = open_database(path)
    with database.orm().engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, Row.metadata)
    database.close()
    # Indexes are made by the migrations alone.
    assert [change for change in found if "index" not in str(change[0])] == []


@pytest.mark.parametrize("dump", RELEASED, ids=lambda dump: dump.stem)
def test_every_released_schema_opens_with_its_data(path: Path, dump: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as file:
        file.executescript(dump.read_text())
    with open_store(path) as store:
        project = store.projects.default()
        desk = store.connections.get(project.id, "desk")
        assert desk.variables == {"base_url": "http://127.0.0.1:8734"}
        assert store.connectors.get(desk.connector_hash).handle == "practice"
        assert store.authentications.used_by("agent") == ("desk",)
    assert stored_stamp(path) == HEAD


def test_a_released_migration_never_changes(path: Path) -> None:
    newest = RELEASED[-1]
    assert newest.stem == HEAD
    open_store(path).close()
    with closing(sqlite3.connect(":memory:")) as file:
        file.executescript(newest.read_text())
        released = dict(file.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    assert tables(path) == released


def test_an_older_database_is_copied_before_it_is_migrated(path: Path, scripts: Path) -> None:
    with open_store(path) as store:
        store.projects.create("kept")
    before = tables(path)
    add_step(scripts)
    migrate(path, scripts, NEXT)
    assert "colour" in columns(path, "project")
    copy = path.with_name(f"connect.db.before-{NEXT}")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert tables(copy) == before
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT name FROM project ORDER BY name").fetchall() == [("default",), ("kept",)]
        assert file.execute("SELECT version_num FROM alembic_version").fetchall() == [(NEXT,)]


def test_a_new_database_is_made_without_a_copy(path: Path) -> None:
    open_store(path).close()
    assert [file.name for file in path.parent.iterdir()] == ["connect.db"]


@pytest.mark.parametrize("more", ["raise ValueError('no')", "op.execute('DROP TABLE nothing')"])
def test_a_migration_that_fails_changes_nothing(path: Path, scripts: Path, more: str) -> None:
    open_store(path).close()
    before = tables(path)
    add_step(scripts, more)
    with pytest.raises(StorageError) as caught:
        migrate(path, scripts, NEXT)
    assert caught.value.remedy
    assert tables(path) == before
    assert stored_stamp(path) == HEAD
    open_store(path).close()


def test_a_migration_that_would_break_references_changes_nothing(path: Path, scripts: Path) -> None:
    with open_store(path) as store:
        project = store.projects.default().id
    with closing(sqlite3.connect(path)) as file:
        file.execute(
            "INSERT INTO authentication (id, project_id, name, name_key, connector, method, kind, state,"
            ' "values", secrets, created_us, updated_us)'
            " VALUES ('a', ?, 'n', 'n', 'c', 'm', 'k', 's', '{}', '{}', 1, 1)",
            (project,),
        )
        file.commit()
    add_step(scripts, "op.execute('DELETE FROM project')")
    with pytest.raises(StorageError, match="refer to others that are gone"):
        migrate(path, scripts, NEXT)
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT count(*) FROM project").fetchone() == (1,)


def test_a_copy_that_cannot_be_made_stops_the_migration(path: Path, scripts: Path) -> None:
    open_store(path).close()
    path.with_name(f"connect.db.before-{NEXT}").mkdir()
    add_step(scripts)
    with pytest.raises(StorageError, match="could not be copied"):
        migrate(path, scripts, NEXT)
    assert stored_stamp(path) == HEAD


def test_a_schema_that_was_never_released_is_refused(path: Path) -> None:
    open_store(path).close()
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE alembic_version SET version_num = '0000'")
        file.commit()
    with pytest.raises(StorageError, match="migration to schema"):
        open_store(path)


def test_what_an_older_database_did_not_have_is_there_and_empty(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as file:
        file.executescript(RELEASED[0].read_text())
    with open_store(path) as store:
        project = store.projects.default()
        agent = store.authentications.get(project.id, "agent")
        assert (agent.tokens, agent.scopes, agent.captured, agent.refresh_failures) == (None, None, {}, 0)
        assert (store.apps.list(project.id), store.certificates.list(project.id)) == ((), ())


def test_tokens_apps_and_certificates_of_a_released_schema_are_read(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as file:
        file.executescript((Path(__file__).parent / "schemas" / "0003.sql").read_text())
    with open_store(path) as store:
        project = store.projects.default()
        agent = store.authentications.get(project.id, "agent")
        assert (agent.scopes, agent.captured) == (("tickets",), {"team": "a"})
        app = store.apps.get(project.id, "OURS")
        assert (app.id, app.client_id, store.apps.used_by(app)) == (
            agent.provider_app,
            "client-1",
            ("agent",),
        )
        assert store.certificates.get(project.id, "client").subject == "CN=client"
