"""What is wrong with a login in a connector file is said where it stands, before anybody uses it."""

from pathlib import Path

import pytest

from connectors import SessionAuth, find_problems, load_definition

HEAD = """schema: connect/1
revision: 1
handle: vendor
name: Vendor
summary: A vendor with a login.
type: api
author: {company: Tests}
inputs: [{key: base_url, type: url, required: true}]
http: {base_url: '{{ var.base_url }}'}
operations: {get-things: {request: {path: /things}}}
presets:
  requests:
    in: {method: POST, body: {user: '{{ auth.username }}', password: '{{ auth.password }}'}}
auth:
  login:
"""
SESSION = """
    kind: session
    steps:
      - request: {use: in, path: /login}
        extract: [{key: token, path: data.token}, {key: team, path: team, secret: false}]
    apply: [{in: header, name: X-Auth, format: '{{ auth.token }} {{ captured.team }}'}]
"""
APP = """
    kind: app_installation
    request: {method: POST, path: '/app/{{ auth.installation_id }}/tokens'}
"""


def problems(tmp_path: Path, auth: str) -> list[str]:
    path = tmp_path / "vendor.yaml"
    path.write_text(HEAD + auth)
    return [f"{problem.path}: {problem.message}" for problem in find_problems(path)]


@pytest.mark.parametrize("auth", [SESSION, APP], ids=["session", "app_installation"])
def test_a_whole_login_has_no_problems(tmp_path: Path, auth: str) -> None:
    assert problems(tmp_path, auth) == []


def test_a_step_takes_a_preset_in(tmp_path: Path) -> None:
    (tmp_path / "vendor.yaml").write_text(HEAD + SESSION)
    method = load_definition(tmp_path / "vendor.yaml").definition.auth["login"]
    assert isinstance(method, SessionAuth)
    assert method.steps[0].request.method == "POST"


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("{key: token, path: data.token}", "{key: password, path: x}", "'password' is the name of something else"),
        ("{key: token, path: data.token}", "{key: cookies, path: x}", "'cookies' is the name of something else"),
        ("{key: token, path: data.token}", "{key: token, from: header}", "what is read from the header needs its `name`"),
        ("{key: token, path: data.token}", "{key: token, name: x}", "what is read from the body has no `name`"),
        ("{key: token, path: data.token}", "{key: token, from: cookie, name: x, path: y}", "a path leads into the body"),
        ("{key: token, path: data.token}", "{key: token, regex: '('}", "this is not a regular expression"),
        ("{key: token, path: data.token}", "{key: token, path: 'data.['}", "ends too early"),
        ("{key: token, path: data.token}", "{key: tokens, path: data.token}", "token"),
        ("{{ auth.token }} {{ captured.team }}", "{{ auth.tokn }}", "tokn"),
        ("{{ auth.token }} {{ captured.team }}", "{{ signing.body }}", "signing.body is not known in this place"),
        ("{use: in, path: /login}", "{path: '/{{ input.x }}'}", "input"),
        ("    apply: [{in: header, name: X-Auth, format: '{{ auth.token }} {{ captured.team }}'}]", "", "nothing of the login goes"),
        (", format: '{{ auth.token }} {{ captured.team }}'}]", "}]\n    expires_at: body.until", "body"),
        (", format: '{{ auth.token }} {{ captured.team }}'}]", "}]\n    refresh: {when: 'auth.token'}", "auth"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_login_is_found(tmp_path: Path, written: str, instead: str, said: str) -> None:
    assert written in SESSION
    found = problems(tmp_path, SESSION.replace(written, instead))
    assert found, "no problem was found"
    assert all(one.startswith("auth.login") for one in found)
    assert any(said in one for one in found), found


def test_a_usual_format_needs_its_token(tmp_path: Path) -> None:
    auth = SESSION.replace("key: token", "key: ticket").replace(
        ", format: '{{ auth.token }} {{ captured.team }}'", ""
    )
    assert any("no step extracts `token`" in one for one in problems(tmp_path, auth))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("    extract: [{key: app_id, path: x}]\n", "'app_id' is the name of something else"),
        ("    extract: [{key: jwt, path: x}]\n", "'jwt' is the name of something else"),
        ("    claims: {aud: '{{ signing.body }}'}\n", "signing.body is not known in this place"),
        ("    issuer: '{{ auth.nobody }}'\n", "nobody"),
        ("    apply: [{in: header, name: A, format: '{{ auth.tok }}'}]\n", "tok"),
    ],
)
def test_a_mistake_in_an_app_installation_is_found(tmp_path: Path, more: str, said: str) -> None:
    found = problems(tmp_path, APP + more)
    assert any(said in one for one in found), found
