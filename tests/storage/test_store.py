"""What is set up: kept as it was given, names taken once, changes never lost."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storage import ConflictError, NameTakenError, NotFoundError, StorageError, Store, open_store
from storage.records import LogLine

Make = Callable[..., Any]


def test_a_store_whose_log_is_lost_says_so_and_closes_its_file(tmp_path: Path, make_operation: Make) -> None:
    path = tmp_path / "other" / "connect.db"
    store = open_store(path)
    begun = make_operation(project_id=store.projects.default().id)
    store.log.begin(begun)
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE log_line")
    store.log.add_line(LogLine(begun.id, 1, "info", "x"))
    with pytest.raises(StorageError, match="1 entries of the operation log are lost"):
        store.close()
    assert [file.name for file in path.parent.iterdir()] == ["connect.db"]


def test_a_new_database_has_one_project(store: Store) -> None:
    assert [project.name for project in store.projects.list()] == ["default"]
    assert store.projects.default() == store.projects.get("Default")


def test_a_project_keeps_its_production_flag(store: Store) -> None:
    made = store.projects.create("prod", production=True)
    assert store.projects.get("prod") == made
    assert made.production is True


def test_project_names_are_unique_without_their_case(store: Store) -> None:
    with pytest.raises(NameTakenError, match="a project called DEFAULT exists already") as caught:
        store.projects.create("DEFAULT")
    assert caught.value.error_class == "conflict"


def test_a_project_that_is_not_there_is_named(store: Store) -> None:
    with pytest.raises(NotFoundError, match="no project called nope"):
        store.projects.get("nope")


def test_a_connector_revision_is_kept_once_by_its_hash(store: Store, make_revision: Make) -> None:
    kept = make_revision(compiled=b'{"connect": 1}' * 100)
    store.connectors.keep(kept)
    store.connectors.keep(replace(kept, name="Another name"))
    assert store.connectors.list() == (kept,)
    assert store.connectors.get(kept.hash) == kept


def test_two_contents_of_one_revision_are_kept_side_by_side(store: Store, make_revision: Make) -> None:
    first, second = make_revision(), make_revision(hash="sha256:2", compiled=b"[]", created_us=2)
    store.connectors.keep(first)
    store.connectors.keep(second)
    assert store.connectors.get("sha256:1") == first
    assert store.connectors.of("practice") == (second, first)


def test_the_revisions_of_a_connector_come_newest_first_and_without_those_of_others(
    store: Store, make_revision: Make
) -> None:
    third = make_revision(hash="sha256:3", revision=3, created_us=1)
    second = make_revision(hash="sha256:2", revision=2, created_us=2)
    other = make_revision(hash="sha256:4", handle="practice-2", revision=9)
    for revision in (second, third, other):
        store.connectors.keep(revision)
    assert store.connectors.of("practice") == (third, second)
    assert store.connectors.of("nope") == ()


def test_of_a_connector_nothing_but_its_own_content_is_unpacked(
    store: Store, path: Path, make_revision: Make
) -> None:
    kept = make_revision(compiled=b'{"connect": 1}' * 100)
    store.connectors.keep(kept)
    store.connectors.keep(make_revision(hash="sha256:2", handle="other"))
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE connector_revision SET codec = 1, content = x'00' WHERE handle = 'other'")
        file.commit()
    assert store.connectors.of("practice") == (kept,)
    with pytest.raises(StorageError):
        store.connectors.of("other")


def test_a_hash_that_is_not_kept_is_named(store: Store) -> None:
    with pytest.raises(NotFoundError, match="sha256:nope"):
        store.connectors.get("sha256:nope")


def test_an_authentication_comes_back_as_it_was_given(store: Store, make_authentication: Make) -> None:
    given = make_authentication(values={"big": 2**70, "list": [1, {"a": None}]}, expires_us=3, last_used_us=4)
    store.authentications.add(given)
    assert store.authentications.get(given.project_id, "AGENT") == given
    changed = replace(given, state="expired", name="agent-2")
    store.authentications.save(changed)
    assert store.authentications.list(given.project_id) == (changed,)
    assert store.authentications.list(given.project_id, "github") == ()


def test_authentication_names_are_unique_in_their_project(store: Store, make_authentication: Make) -> None:
    store.authentications.add(make_authentication())
    other = make_authentication(name="other")
    store.authentications.add(other)
    with pytest.raises(NameTakenError, match="an authentication called Agent"):
        store.authentications.add(make_authentication(name="Agent"))
    with pytest.raises(NameTakenError):
        store.authentications.save(replace(other, name="agent"))
    store.authentications.add(make_authentication(project_id=store.projects.create("prod").id))


def test_an_authentication_of_no_project_is_refused(store: Store, make_authentication: Make) -> None:
    with pytest.raises(ConflictError, match="FOREIGN KEY"):
        store.authentications.add(make_authentication(project_id="prj_nope"))


@pytest.mark.parametrize("by", ["id", "name"])
def test_an_authentication_that_is_used_is_not_deleted(
    store: Store, make_authentication: Make, make_connection: Make, by: str
) -> None:
    kept = make_authentication()
    store.authentications.add(kept)
    desk = make_connection(authentication=getattr(kept, by))
    store.connections.add(desk)
    assert store.authentications.used_by(kept.id) == ("desk",)
    assert store.authentications.used_by("agent") == ("desk",)
    with pytest.raises(ConflictError, match="used by desk"):
        store.authentications.delete(kept.id)
    store.connections.save(replace(desk, deleted_us=9), expected_revision=1)
    store.authentications.delete(kept.id)
    with pytest.raises(NotFoundError):
        store.authentications.delete(kept.id)
    with pytest.raises(NotFoundError):
        store.authentications.save(kept)


def test_a_connection_comes_back_as_it_was_given(store: Store, make_connection: Make) -> None:
    given = make_connection(
        secrets={"key": "ref:env:KEY"}, locked_reason="audit", certificate="crt_1", time_zone="Europe/Berlin",
        date_format="%d.%m.%Y", rate_limit_calls=10, rate_limit_unit="second", rate_limit_duration=2, pool="slow",
        log_level="debug", last_test_operation="op_1", last_test_verdict="passed", last_test_us=5,
        last_test_stages=({"stage": "dns", "verdict": "passed"},), wizard_page="inputs",
    )  # fmt: skip
    store.connections.add(given)
    assert store.connections.get(given.project_id, "DESK") == given
    assert store.connections.get_by_id(given.id) == given
    assert store.connections.list(given.project_id) == (given,)


def test_a_name_is_free_again_when_its_connection_is_deleted(store: Store, make_connection: Make) -> None:
    old = make_connection()
    store.connections.add(old)
    with pytest.raises(NameTakenError, match="a connection called DESK"):
        store.connections.add(make_connection(name="DESK"))
    gone = store.connections.save(replace(old, deleted_us=7), expected_revision=1)
    store.connections.add(make_connection())
    with pytest.raises(NameTakenError):
        store.connections.save(replace(gone, deleted_us=None), expected_revision=2)
    assert len(store.connections.list(old.project_id)) == 1
    assert len(store.connections.list(old.project_id, include_deleted=True)) == 2
    assert store.connections.get(old.project_id, "desk").id != old.id


def test_a_change_of_what_somebody_else_changed_is_refused(store: Store, make_connection: Make) -> None:
    given = make_connection()
    store.connections.add(given)
    saved = store.connections.save(replace(given, state="active"), expected_revision=1)
    assert saved.revision == 2
    assert store.connections.get_by_id(given.id) == saved
    with pytest.raises(ConflictError, match=r"changed meanwhile .revision 2 instead of 1") as caught:
        store.connections.save(replace(given, state="error"), expected_revision=1)
    assert caught.value.error_class == "conflict"
    assert store.connections.get_by_id(given.id).state == "active"


def test_a_connection_that_is_not_there_is_named(store: Store, make_connection: Make) -> None:
    with pytest.raises(NotFoundError, match="no connection called desk"):
        store.connections.get(store.projects.default().id, "desk")
    with pytest.raises(NotFoundError):
        store.connections.save(make_connection(), expected_revision=1)


def test_of_many_threads_that_change_one_connection_one_wins(store: Store, make_connection: Make) -> None:
    given = make_connection()
    store.connections.add(given)
    lost: list[StorageError] = []
    won: list[int] = []

    def change(number: int) -> None:
        try:
            store.connections.save(replace(given, variables={"by": number}), expected_revision=1)
            won.append(number)
        except ConflictError as error:
            lost.append(error)

    threads = [threading.Thread(target=change, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 7)
    assert store.connections.get_by_id(given.id).variables == {"by": won[0]}


def test_a_record_that_was_read_is_read_again_after_another_process_changed_it(
    store: Store, path: Path, make_connection: Make, make_operation: Make
) -> None:
    connection = make_connection()
    store.connections.add(connection)
    before = store.connections.get(connection.project_id, connection.name)
    store.log.begin(make_operation())
    assert store.connections.get(connection.project_id, connection.name) is before
    with open_store(path) as other:
        other.connections.save(replace(connection, state="inactive"), expected_revision=connection.revision)
        assert store.connections.get(connection.project_id, connection.name).state == "inactive"
        saved = store.connections.get(connection.project_id, connection.name)
        store.connections.save(replace(saved, deleted_us=1), expected_revision=saved.revision)
    with pytest.raises(NotFoundError):
        store.connections.get(connection.project_id, connection.name)
