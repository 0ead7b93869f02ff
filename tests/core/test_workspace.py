"""Authentications and connections: what is kept, what is refused."""

from pathlib import Path

import pytest

from core import ConfigError, Engine, InputError, NotKnownError, PolicyError
from core.home import Home
from storage import ConflictError

BASE = {"base_url": "http://127.0.0.1:8734"}


@pytest.fixture
def agent(engine: Engine):
    return engine.workspace.authentications.add("practice", "token", "agent", {}, {"token": "tok-canary-1"})


def test_a_secret_goes_to_the_vault_and_only_its_place_is_kept(engine: Engine, agent, home: Home) -> None:
    assert agent.secrets["token"].startswith(f"vault:{agent.id}/token/")
    assert engine.keeper.resolve(agent.secrets["token"]) == "tok-canary-1"
    engine.close_store()
    for file in home.data.rglob("*"):
        if file.is_file():
            assert b"tok-canary-1" not in file.read_bytes(), file


def test_a_reference_is_kept_as_such_and_resolved_at_use(engine: Engine, monkeypatch) -> None:
    row = engine.workspace.authentications.add(
        "practice", "token", "env", {}, {"token": "ref:env:DESK_TOKEN"}
    )
    assert row.secrets == {"token": "ref:env:DESK_TOKEN"}
    monkeypatch.setenv("DESK_TOKEN", "one")
    assert engine.keeper.resolve(row.secrets["token"]) == "one"
    monkeypatch.setenv("DESK_TOKEN", "two")
    assert engine.keeper.resolve(row.secrets["token"]) == "two"


@pytest.mark.parametrize(
    ("connector", "method", "values", "secrets", "said"),
    [
        ("practize", "token", {}, {"token": "x"}, "practize"),
        ("practice", "tokn", {}, {"token": "x"}, "tokn"),
        ("practice", "token", {}, {}, "token"),
        ("practice", "token", {}, {"token": "x", "tkn": "y"}, "tkn"),
        ("practice", "token", {"token": "open"}, {}, "token is secret"),
        ("practice", "basic", {}, {"password": "x"}, "username"),
    ],
)
def test_wrong_fields_are_named_and_nothing_is_kept(
    engine: Engine, connector, method, values, secrets, said
) -> None:
    with pytest.raises(InputError, match=said):
        engine.workspace.authentications.add(connector, method, "agent", values, secrets)
    assert engine.workspace.authentications.list() == ()


def test_a_name_is_taken_whatever_its_case(engine: Engine, agent) -> None:
    with pytest.raises(InputError, match="exists") as caught:
        engine.workspace.authentications.add("practice", "token", "AGENT", {}, {"token": "x"})
    assert caught.value.failure.error_class == "conflict"


@pytest.mark.parametrize("name", ["", "a b", "../x", "-x", "a" * 64, "ü", "a\n"])
def test_a_name_can_be_typed_in_a_shell(engine: Engine, name: str) -> None:
    with pytest.raises(InputError, match="name"):
        engine.workspace.authentications.add("practice", "token", name, {}, {"token": "x"})


def test_an_authentication_that_is_used_is_not_deleted(engine: Engine, agent) -> None:
    engine.workspace.create_connection("practice", "desk", authentication="agent", variables=BASE)
    assert engine.workspace.authentications.used_by("agent") == ("desk",)
    with pytest.raises(PolicyError, match="desk"):
        engine.workspace.authentications.delete("agent")
    engine.workspace.delete("desk")
    engine.workspace.authentications.delete("agent")
    assert engine.workspace.authentications.list() == ()


def test_deleting_an_authentication_forgets_its_secrets(engine: Engine, agent) -> None:
    engine.workspace.authentications.delete("agent")
    assert engine.keeper.status().secrets == 0


def test_replacing_a_secret_keeps_the_authentication_and_its_connections(engine: Engine, agent) -> None:
    engine.workspace.create_connection("practice", "desk", authentication="agent", variables=BASE)
    changed = engine.workspace.authentications.edit("agent", {}, {"token": "tok-2"})
    assert changed.id == agent.id
    assert engine.keeper.resolve(changed.secrets["token"]) == "tok-2"
    assert engine.workspace.authentications.used_by("agent") == ("desk",)


def test_a_connection_pins_the_connectors_content(engine: Engine, agent) -> None:
    row = engine.workspace.create_connection("practice@1", "desk", authentication="agent", variables=BASE)
    assert (row.state, row.connector_revision) == ("draft", 1)
    pinned, shipped = engine.catalog.pinned(row.connector_hash), engine.catalog.get("practice")
    assert row.connector_hash == shipped.hash
    assert pinned == shipped.definition.model_copy(update={"tests": ()}), (
        "tests may be mended without a revision"
    )


def test_defaults_fill_the_variables(engine: Engine, agent) -> None:
    row = engine.workspace.create_connection("practice", "desk", authentication="agent")
    assert row.variables == BASE


def test_a_connector_with_methods_needs_an_authentication(engine: Engine) -> None:
    with pytest.raises(InputError, match="needs an authentication"):
        engine.workspace.create_connection("practice", "desk", variables=BASE)


def test_a_connector_that_may_go_without_needs_none(engine: Engine) -> None:
    row = engine.workspace.create_connection(
        "prometheus", "metrics", variables={"base_url": "http://127.0.0.1:9090"}
    )
    assert row.authentication is None


def test_another_connectors_authentication_is_refused(engine: Engine, agent) -> None:
    with pytest.raises(InputError, match="for practice, not for prometheus"):
        engine.workspace.create_connection("prometheus", "metrics", authentication="agent")


def test_a_failed_set_up_leaves_no_half_of_it(engine: Engine) -> None:
    with pytest.raises(InputError):
        engine.workspace.create_connection(
            "practice", "desk", method="token", variables={"nonsense": "1"}, secrets={"token": "x"}
        )
    assert engine.workspace.authentications.list() == ()
    assert engine.workspace.connections() == ()


def test_a_lock_stops_edits_and_says_why(engine: Engine, agent) -> None:
    engine.workspace.create_connection("practice", "desk", authentication="agent", variables=BASE)
    engine.workspace.lock("desk", "audit until Friday")
    for act in (
        lambda: engine.workspace.edit_connection("desk", variables={"base_url": "http://127.0.0.1:1"}),
        lambda: engine.workspace.suspend("desk"),
        lambda: engine.workspace.delete("desk"),
    ):
        with pytest.raises(PolicyError, match="audit until Friday"):
            act()
    engine.workspace.unlock("desk")
    assert engine.workspace.suspend("desk").state == "inactive"


def test_a_deleted_connection_comes_back(engine: Engine, agent) -> None:
    row = engine.workspace.create_connection("practice", "desk", authentication="agent", variables=BASE)
    engine.workspace.delete("desk")
    with pytest.raises(NotKnownError):
        engine.workspace.connection("desk")
    assert engine.workspace.restore("desk").id == row.id
    assert engine.workspace.connection("desk").deleted_us is None


def test_restoring_does_not_take_a_name_that_was_given_again(engine: Engine, agent) -> None:
    engine.workspace.create_connection("practice", "desk", authentication="agent", variables=BASE)
    engine.workspace.delete("desk")
    engine.workspace.create_connection("practice", "desk", authentication="agent", variables=BASE)
    with pytest.raises(InputError, match="exists"):
        engine.workspace.restore("desk")


def test_an_edit_raises_the_revision_and_keeps_the_rest(engine: Engine, agent) -> None:
    row = engine.workspace.create_connection("practice", "desk", authentication="agent", variables=BASE)
    changed = engine.workspace.edit_connection("desk", time_zone="Europe/Berlin")
    assert (changed.revision, changed.variables) == (row.revision + 1, row.variables)
    with pytest.raises(InputError, match="time zone"):
        engine.workspace.edit_connection("desk", time_zone="Mars/Base")
    with pytest.raises(ConfigError, match="colour"):
        engine.workspace.edit_connection("desk", colour="red")


def test_unknown_names_name_the_nearest(engine: Engine, agent) -> None:
    with pytest.raises(NotKnownError) as caught:
        engine.workspace.authentications.get("agnt")
    assert "agent" in caught.value.failure.remedy


def test_a_connector_of_the_user_hides_the_librarys_until_it_is_gone(engine: Engine, tmp_path: Path) -> None:
    source = engine.catalog.get("practice").path
    own = tmp_path / "mine.yaml"
    own.write_text(source.read_text().replace("name: Practice desk", "name: My desk"))
    assert engine.catalog.add(own).source == "user"
    names = [entry.name for entry in engine.catalog.entries() if entry.handle == "practice"]
    assert names == ["My desk"]


def test_the_same_revision_with_other_content_is_refused(engine: Engine, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    text = (
        engine.catalog.get("prometheus").path.read_text().replace("handle: prometheus", "handle: own-metrics")
    )
    own.write_text(text)
    engine.catalog.add(own)
    engine.catalog.add(own)
    own.write_text(text.replace("name: ", "name: New ", 1))
    with pytest.raises(ConfigError, match="other content"):
        engine.catalog.add(own)


def test_a_broken_file_of_the_user_hides_nothing_else(engine: Engine, home: Home) -> None:
    (home.connectors / "bad.yaml").write_text("schema: connect/1\nhandle: Bad Handle\n")
    assert "practice" in [entry.handle for entry in engine.catalog.entries()]
    assert "bad.yaml:2:9" in str(engine.catalog.broken[0])


async def test_a_pinned_connection_works_when_its_file_is_gone(
    engine: Engine, small, serve, answer, home
) -> None:
    server = serve()
    server.answers["/things"] = answer(200, b'{"items": []}')
    small(server.url)
    for file in home.connectors.iterdir():
        file.unlink()
    assert (await engine.run("it", "list-things", {})).state == "success"


def test_files_of_the_library_are_named_like_their_handles(engine: Engine) -> None:
    for entry in engine.catalog.entries():
        assert engine.catalog.get(entry.handle).path.stem == entry.handle


def test_a_kept_definition_has_its_operations_and_fields_as_they_were_written(engine: Engine) -> None:
    found = engine.catalog.get("practice")
    engine.catalog.keep(found)
    kept = engine.catalog.pinned(found.hash)
    assert list(kept.operations) == list(found.definition.operations)
    assert list(kept.operations)[:2] == ["list-tickets", "get-ticket"]
    assert list(kept.operations["list-tickets"].input) == list(
        found.definition.operations["list-tickets"].input
    )


def test_an_authentication_is_found_whatever_the_case_of_its_name(engine: Engine, agent) -> None:
    row = engine.workspace.create_connection("practice", "desk", authentication="AGENT", variables=BASE)
    assert row.authentication == "agent"
    assert engine.workspace.authentications.used_by("Agent") == ("desk",)


def test_a_wrong_time_zone_leaves_no_half_of_a_set_up(engine: Engine) -> None:
    with pytest.raises(InputError, match="time zone"):
        engine.workspace.create_connection(
            "practice", "desk", method="token", secrets={"token": "x"}, time_zone="Nowhere"
        )
    assert engine.workspace.authentications.list() == ()
    assert not engine.keeper.status().exists or engine.keeper.status().secrets == 0


def test_a_restored_connection_never_takes_another_authentication_of_the_same_name(
    engine: Engine, agent
) -> None:
    engine.workspace.create_connection("practice", "desk", authentication="agent", variables=BASE)
    engine.workspace.delete("desk")
    engine.workspace.authentications.delete("agent")
    engine.workspace.authentications.add("practice", "token", "agent", {}, {"token": "another one"})
    restored = engine.workspace.restore("desk")
    assert (restored.authentication, restored.state) == (None, "draft")


def test_replacing_a_secret_leaves_nothing_of_the_old_one(engine: Engine, agent) -> None:
    engine.workspace.authentications.edit("agent", {}, {"token": "ref:env:DESK_TOKEN"})
    assert engine.keeper.status().secrets == 0


def test_a_refused_edit_leaves_the_secret_as_it_was(engine: Engine, agent, monkeypatch) -> None:
    def refuse(_: object, **__: object) -> None:
        raise ConflictError("somebody was faster")

    monkeypatch.setattr(engine.workspace._store.authentications, "note", refuse)
    with pytest.raises(ConflictError):
        engine.workspace.authentications.edit("agent", {}, {"token": "new"})
    assert engine.keeper.resolve(agent.secrets["token"]) == "tok-canary-1"
    assert engine.keeper.status().secrets == 1


async def test_a_test_of_what_was_changed_meanwhile_is_not_kept(engine: Engine, small, serve, answer) -> None:
    server = serve()

    def change(handler) -> None:
        engine.workspace.edit_connection("it", variables={"tenant": "other"})
        answer(200, b'{"name": "me"}')(handler)

    server.answers["/me"] = change
    small(server.url)
    report = await engine.test("it")
    assert report.verdict in {"passed", "warned"}
    assert engine.workspace.connection("it").last_test_verdict is None


ALIASED = """
schema: connect/1
revision: 1
handle: aliased
name: Aliased
summary: Inputs with other names.
type: api
inputs:
  - {key: base_url, type: url, required: true}
  - {key: pin, type: secret, alias: code, pattern: '[0-9]{4}'}
http: {base_url: '{{ var.base_url }}'}
operations: {look: {request: {path: /}}}
"""


@pytest.fixture
def aliased(engine: Engine, tmp_path: Path) -> Engine:
    path = tmp_path / "aliased.yaml"
    path.write_text(ALIASED)
    engine.catalog.add(path)
    return engine


def test_the_alias_of_a_secret_is_as_secret_as_its_key(aliased: Engine) -> None:
    with pytest.raises(InputError, match="pin is secret"):
        aliased.workspace.create_connection("aliased", "a", variables={**BASE, "code": "1234"})
    row = aliased.workspace.create_connection("aliased", "a", variables=BASE, secrets={"code": "1234"})
    assert aliased.keeper.resolve(row.secrets["pin"]) == "1234"


def test_a_secret_is_checked_like_a_value_and_never_repeated(aliased: Engine) -> None:
    with pytest.raises(InputError, match="pin") as caught:
        aliased.workspace.create_connection("aliased", "a", variables=BASE, secrets={"pin": "notapin"})
    assert "notapin" not in str(caught.value)


def test_a_field_that_is_not_secret_is_not_hidden_in_the_vault(aliased: Engine) -> None:
    with pytest.raises(InputError, match="not secret; give it with --set"):
        aliased.workspace.create_connection("aliased", "a", secrets={"base_url": "http://127.0.0.1:1"})
