"""Provider apps: kept for one project, handed to their own provider only, and used under what is one's own."""

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core import ConfigError, Engine, Home, InputError, NotKnownError, PolicyError, open_engine
from core.provider_apps import fits
from core.resolve import resolve_connection
from core.unseal import unseal
from storage import open_store

CONNECTOR = """
schema: connect/1
revision: 1
handle: {handle}
name: Vendor
summary: A vendor with apps.
type: api
author: {{company: Tests}}
inputs: [{{key: base_url, type: url, required: true}}]
http: {{base_url: '{{{{ var.base_url }}}}'}}
auth:
  app:
    kind: basic
    username: '{{{{ auth.client_id }}}}'
    password: '{{{{ auth.client_secret }}}}'
    inputs:
      - {{key: client_id, required: true}}
      - {{key: client_secret, type: secret, required: true}}
      - {{key: tenant, default: common}}
operations:
  get-things: {{request: {{path: /things}}}}
"""


@pytest.fixture
def vendor(engine: Engine, tmp_path: Path) -> Engine:
    for handle in ("vendor", "other"):
        path = tmp_path / f"{handle}.yaml"
        path.write_text(CONNECTOR.format(handle=handle))
        engine.catalog.add(path)
    return engine


def kept_secrets(engine: Engine) -> int:
    return engine.keeper.status().secrets or 0


async def test_an_app_gives_its_client_to_what_was_made_with_it(
    vendor: Engine, serve: Callable[[], Any], answer: Any
) -> None:
    server = serve()
    server.answers["/things"] = answer(200)
    vendor.workspace.apps.add("Ours", "vendor", "id-1", {"tenant": "acme"}, {"client_secret": "canary-s1"})
    row = vendor.workspace.authentications.add("vendor", "app", "me", {}, {}, app="ours")
    assert (dict(row.values), dict(row.secrets)) == ({}, {})
    vendor.workspace.create_connection(
        "vendor", "it", authentication="me", variables={"base_url": server.url}
    )
    vendor.workspace.activate("it")
    target = resolve_connection(vendor.workspace, vendor.catalog, "it")
    assert unseal(target, vendor.keeper).scope["auth"]["tenant"] == "acme"
    report = await vendor.test("it", stages=["inputs"])
    assert report.verdict == "passed"
    assert (await vendor.run("it", "get-things", {})).state == "success"
    vendor.workspace.apps.edit("ours", secrets={"client_secret": "canary-s2"})
    await vendor.run("it", "get-things", {})
    sent = [base64.b64decode(one[2]["Authorization"][6:]).decode() for one in server.seen]
    assert sent == ["id-1:canary-s1", "id-1:canary-s2"]


def test_what_an_authentication_has_of_its_own_comes_first(vendor: Engine) -> None:
    vendor.workspace.apps.add("ours", "vendor", "id-1", {"tenant": "acme"}, {"client_secret": "canary-s1"})
    row = vendor.workspace.authentications.add(
        "vendor", "app", "me", {"tenant": "mine"}, {"client_secret": "canary-own"}, app="ours"
    )
    assert dict(row.values) == {"tenant": "mine"}
    vendor.workspace.create_connection(
        "vendor", "it", authentication="me", variables={"base_url": "http://127.0.0.1:1"}
    )
    target = resolve_connection(vendor.workspace, vendor.catalog, "it")
    unsealed = unseal(target, vendor.keeper)
    assert unsealed.scope["auth"] == {
        "client_id": "id-1", "consumer_key": "id-1", "tenant": "mine", "client_secret": "canary-own"
    }  # fmt: skip
    assert unsealed.redactor.text("x canary-own y canary-s1") != "x canary-own y canary-s1"


def test_without_an_app_its_fields_are_asked_for(vendor: Engine) -> None:
    with pytest.raises(InputError, match=r"client_id: .*required.*client_secret"):
        vendor.workspace.authentications.add("vendor", "app", "me", {}, {})
    vendor.workspace.apps.add("halfway", "vendor", "id-1")
    with pytest.raises(InputError, match="client_secret"):
        vendor.workspace.authentications.add("vendor", "app", "me", {}, {}, app="halfway")


def test_a_secret_is_not_handed_to_another_provider(vendor: Engine) -> None:
    vendor.workspace.apps.add("ours", "vendor", "id-1", {}, {"client_secret": "canary-s1"})
    with pytest.raises(InputError, match="ours is for vendor, not for other"):
        vendor.workspace.authentications.add("other", "app", "me", {}, {}, app="ours")


def test_a_host_stands_for_every_connector_that_signs_in_there(vendor: Engine, tmp_path: Path) -> None:
    path = tmp_path / "third.yaml"
    text = CONNECTOR.format(handle="third").split("auth:")[0]
    path.write_text(text + """
auth:
  app: {kind: oauth2, grants: [client_credentials], token_url: 'https://login.acme.example/token'}
operations: {get-things: {request: {path: /things}}}
""")  # fmt: skip
    vendor.catalog.add(path)
    for number, provider in enumerate(("acme.example", "https://login.acme.example/", "third")):
        vendor.workspace.apps.add(f"a{number}", provider, "id-1", {}, {"client_secret": "canary-s1"})
        vendor.workspace.authentications.add("third", "app", f"me{number}", {}, {}, app=f"a{number}")
    for number, provider in enumerate(("cme.example", "example.com", "login.acme.example.evil.example")):
        vendor.workspace.apps.add(f"b{number}", provider, "id-1", {}, {"client_secret": "canary-s1"})
        with pytest.raises(InputError, match=r"signs in at login\.acme\.example"):
            vendor.workspace.authentications.add("third", "app", "no", {}, {}, app=f"b{number}")


@pytest.mark.parametrize(
    "more",
    [
        "token_url: 'https://evil.example/token', authorize_url: 'https://login.acme.example/a'",
        "token_url: 'https://login.acme.example@evil.example/token'",
        "token_url: '{{ var.base_url }}/token', revoke_url: 'https://login.acme.example/r'",
        "token_url: 'https://{{ var.base_url }}.login.acme.example/token'",
        "token_url: 'https://login.acme.example{{ var.base_url }}/token'",
    ],
)
def test_a_connector_that_sends_it_elsewhere_gets_no_app(vendor: Engine, tmp_path: Path, more: str) -> None:
    path = tmp_path / "third.yaml"
    text = CONNECTOR.format(handle="third").split("auth:")[0]
    method = f"{{kind: oauth2, grants: [client_credentials], {more}}}"
    path.write_text(
        f"{text}auth: {{app: {method}}}\noperations: {{get-things: {{request: {{path: /things}}}}}}\n"
    )
    vendor.catalog.add(path)
    vendor.workspace.apps.add("ours", "login.acme.example", "id-1", {}, {"client_secret": "canary-s1"})
    with pytest.raises(InputError, match=r"ours is for login\.acme\.example, not for third"):
        vendor.workspace.authentications.add("third", "app", "me", {}, {}, app="ours")


def test_an_app_that_is_used_stays_and_its_secrets_go_with_it(vendor: Engine) -> None:
    vendor.workspace.apps.add("ours", "vendor", "id-1", {}, {"client_secret": "canary-s1"})
    vendor.workspace.authentications.add("vendor", "app", "me", {}, {}, app="ours")
    assert vendor.workspace.apps.used_by("ours") == ("me",)
    with pytest.raises(PolicyError, match="ours is used by me"):
        vendor.workspace.apps.delete("ours")
    vendor.workspace.authentications.delete("me")
    vendor.workspace.apps.delete("ours")
    assert (vendor.workspace.apps.list(), kept_secrets(vendor)) == ((), 0)


def test_a_secret_that_was_replaced_is_forgotten(vendor: Engine) -> None:
    vendor.workspace.apps.add("ours", "vendor", "id-1", {}, {"client_secret": "canary-s1"})
    changed = vendor.workspace.apps.edit("OURS", client_id="id-2", secrets={"client_secret": "canary-s2"})
    assert (changed.client_id, kept_secrets(vendor)) == ("id-2", 1)


async def test_no_other_project_sees_an_app(vendor: Engine, home: Home) -> None:
    ours = vendor.workspace.apps.add("ours", "vendor", "id-1", {}, {"client_secret": "canary-s1"})
    vendor.create_project("second")
    other = open_engine(home, project="second")
    try:
        assert other.workspace.apps.list() == ()
        with pytest.raises(NotKnownError, match="no provider app called 'ours'"):
            other.workspace.authentications.add("vendor", "app", "me", {}, {}, app="ours")
        assert ours.project_id != other.workspace.project.id
    finally:
        await other.close()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"provider": " "}, "is no provider"),
        ({"provider": "two words"}, "is no provider"),
        ({"client_id": ""}, "needs its client id"),
        ({"values": {"client_secret": "canary-s1"}}, "client_secret is secret"),
        ({"values": {"client_id": "x"}}, "an option of its own"),
        ({"secrets": {"a b": "canary-s1"}}, "cannot be a field"),
        ({"name": "a b"}, "cannot be a name"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_kept(
    vendor: Engine, given: dict[str, Any], said: str
) -> None:
    whole = {"name": "ours", "provider": "vendor", "client_id": "id-1", "values": {}, "secrets": {}, **given}
    with pytest.raises(InputError, match=said) as caught:
        vendor.workspace.apps.add(**whole)
    assert "canary" not in str(caught.value)
    assert vendor.workspace.apps.list() == ()
    assert not vendor.keeper.status().exists


def test_a_name_is_taken_once(vendor: Engine) -> None:
    vendor.workspace.apps.add("ours", "vendor", "id-1")
    with pytest.raises(InputError, match="exists"):
        vendor.workspace.apps.add("OURS", "vendor", "id-2")


def test_a_new_secret_ends_the_rest_after_a_refusal(vendor: Engine, home: Home) -> None:
    vendor.workspace.apps.add("ours", "vendor", "id-1", {}, {"client_secret": "canary-s1"})
    row = vendor.workspace.authentications.add("vendor", "app", "me", {}, {}, app="ours")
    with open_store(home.database) as store:
        store.authentications.note(
            row.id, state="authorization_required", refresh_failures=3, refresh_error="invalid_client"
        )
    vendor.workspace.apps.edit("ours", secrets={"client_secret": "canary-s2"})
    now = vendor.workspace.authentications.get("me")
    assert (now.state, now.refresh_failures, now.refresh_error) == ("ready", 0, None)


def test_an_app_of_another_project_is_never_used(vendor: Engine, home: Home) -> None:
    vendor.workspace.apps.add("ours", "vendor", "id-1", {}, {"client_secret": "canary-s1"})
    row = vendor.workspace.authentications.add("vendor", "app", "me", {}, {}, app="ours")
    with open_store(home.database) as store:
        other = store.projects.create("second")
        theirs = replace(vendor.workspace.apps.get("ours"), id="app_theirs", project_id=other.id)
        store.apps.add(theirs)
        store.authentications.note(row.id, provider_app=theirs.id)
    with pytest.raises(ConfigError, match="the provider app of me is gone"):
        vendor.workspace.apps.of(vendor.workspace.authentications.get("me"))


def test_an_edit_keeps_what_a_refresh_notes_at_the_same_moment(vendor: Engine, home: Home) -> None:
    vendor.workspace.apps.add("ours", "vendor", "id-1", {}, {"client_secret": "canary-s1"})
    row = vendor.workspace.authentications.add("vendor", "app", "me", {}, {}, app="ours")
    stale = vendor.workspace.authentications.get("me")
    with open_store(home.database) as store:
        store.authentications.note(row.id, tokens="vault:t", rotation_us=5)
    vendor.workspace.authentication = lambda _: stale  # type: ignore[method-assign]
    vendor.workspace.authentications.edit("me", {"tenant": "acme"}, {})
    del vendor.workspace.authentication
    now = vendor.workspace.authentications.get("me")
    assert (now.tokens, now.rotation_us, now.values) == ("vault:t", 5, {"tenant": "acme"})


def test_an_app_fits_a_method_of_its_provider_that_asks_for_something_of_it(vendor: Engine) -> None:
    ours = vendor.workspace.apps.add("ours", "vendor", "id-1")
    for handle, fitting in (("vendor", True), ("other", False)):
        definition = vendor.catalog.get(handle).definition
        assert fits(ours, definition, definition.auth["app"]) is fitting
    practice = vendor.catalog.get("practice").definition
    desk = vendor.workspace.apps.add("desk", "practice", "id-1")
    assert not fits(desk, practice, practice.auth["token"])
