"""Provider apps and certificates: a name of their own in their project, and never gone while they are used."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from storage import ConflictError, NameTakenError, NotFoundError, Store, open_store
from storage.ids import new_id
from storage.reading import open_reading
from storage.records import Authentication, Certificate, Connection, ProviderApp


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened


def app(project: str, name: str = "ours") -> ProviderApp:
    return ProviderApp(
        new_id("app_"), project, name, "github", "id-1", {"tenant": "a"}, {"s": "vault:s"}, 1, 1
    )


def certificate(project: str, name: str = "client") -> Certificate:
    return Certificate(
        new_id("crt_"), project, name, "CN=a", "CN=b", "1f", {"private_key": "vault:k"}, 1, 2, 3, 4
    )


def test_what_was_kept_is_given_back_whatever_the_case_of_its_name(store: Store, path: Path) -> None:
    project = store.projects.default().id
    ours, client = app(project), certificate(project)
    store.apps.add(ours)
    store.certificates.add(client)
    assert store.apps.get(project, "OURS") == store.apps.get_by_id(ours.id) == ours
    assert store.certificates.get(project, "Client") == client
    with open_reading(path) as reading:
        assert (reading.apps(project), reading.certificates()) == ((ours,), (client,))
        assert reading.apps("prj_other") == ()


def test_a_name_is_taken_once_in_a_project_and_free_in_another(store: Store) -> None:
    first, second = store.projects.default().id, store.projects.create("second").id
    store.apps.add(app(first))
    with pytest.raises(NameTakenError, match="a provider app called OURS exists already"):
        store.apps.add(app(first, "OURS"))
    store.apps.add(app(second))
    with pytest.raises(NotFoundError):
        store.apps.get(store.projects.create("third").id, "ours")


def test_a_change_is_read_at_once(store: Store) -> None:
    ours = app(store.projects.default().id)
    store.apps.add(ours)
    assert store.apps.get_by_id(ours.id).client_id == "id-1"
    store.apps.save(replace(ours, client_id="id-2"))
    assert store.apps.get_by_id(ours.id).client_id == "id-2"


def test_what_is_used_is_not_deleted(store: Store) -> None:
    project = store.projects.default().id
    ours, client = app(project), certificate(project)
    store.apps.add(ours)
    store.certificates.add(client)
    user = Authentication(
        "aut_1", project, "me", "github", "m", "k", "ready", {}, {}, 1, 1, provider_app=ours.id
    )
    store.authentications.add(user)
    desk = Connection("con_1", project, "desk", "c", 1, "h", None, "active", {}, 1, 1, certificate=client.id)
    store.connections.add(desk)
    assert (store.apps.used_by(ours), store.certificates.used_by(client)) == (("me",), ("desk",))
    with pytest.raises(ConflictError, match="ours is used by me"):
        store.apps.delete(ours)
    with pytest.raises(ConflictError, match="client is used by desk"):
        store.certificates.delete(client)
    store.authentications.delete("aut_1")
    store.connections.save(replace(desk, deleted_us=9), 1)
    store.apps.delete(ours)
    store.certificates.delete(client)
    with pytest.raises(NotFoundError, match="no certificate"):
        store.certificates.delete(client)
