"""The wizard without a screen: its commands, its steps, and what a test comes to."""

import shlex

import pytest

from core.errors import Failure
from core.events import StageEnded
from tui.state.edit_command import edit_commands
from tui.state.field import Field
from tui.state.form import check_form, open_form, shown_fields
from tui.state.stages import (
    begin_test,
    end_test,
    mending_page,
    stage_lines,
    summary_lines,
    take_stage,
    wait_again,
)
from tui.state.unfinished import lacks_secret
from tui.state.wizard import (
    NAME,
    PAGES,
    AuthPick,
    Wizard,
    auth_command,
    auth_form,
    create_command,
    free_name,
    page_before,
    stepper,
    take_connector,
    wrap_command,
)


def said(lines):
    return "\n".join("".join(text for text, _ in line) for line in lines)


def filled_wizard() -> Wizard:
    pick = AuthPick("token", "bearer", "Token")
    form = auth_form((Field("token", secret=True, required=True),), pick, "agent", {"token": "canary-1"})
    wizard = Wizard(connector="practice", picks=(pick,), auth_forms={"token": form})
    wizard.inputs = open_form(
        (NAME, Field("base_url", kind="url", default="http://a"), Field("note")),
        {NAME.key: "acme desk", "base_url": "http://b", "note": "it's"},
    )
    return wizard


def test_the_page_says_the_same_as_a_command_that_a_shell_can_read():
    words = shlex.split(create_command(filled_wizard()))
    assert words == [
        *("connect-tui", "connection", "create", "practice", "--name", "acme desk", "--auth", "agent"),
        *("--set", "base_url=http://b", "--set", "note=it's"),
    ]


def test_without_an_app_the_form_says_nothing_of_one():
    form = auth_form(
        (Field("token", required=True),), AuthPick("token", "bearer", "Token"), "me", {"token": "t"}
    )
    assert check_form(form) == {"token": "t", NAME.key: "me"}


def test_an_app_hides_what_it_has_and_nothing_that_is_ones_own():
    apps = {"ours": frozenset({"client_id", "secret", "tenant"}), "bare": frozenset({"client_id"})}
    fields = (Field("client_id", required=True), Field("secret", required=True, secret=True), Field("tenant"))
    pick = AuthPick("app", "basic", "App", apps=apps)
    form = auth_form(fields, pick, "me", {})
    assert [one.key for one in shown_fields(form)] == [".app", "client_id", "secret", "tenant", NAME.key]
    form.set_text(".app", "bare")
    assert [one.key for one in shown_fields(form)] == [".app", "secret", "tenant", NAME.key]
    assert check_form(form) is None
    form.set_text(".app", "ours")
    assert check_form(form) == {".app": "ours", NAME.key: "me"}
    wizard = Wizard(connector="vendor", picks=(pick,), auth_forms={"app": form})
    assert auth_command(wizard).endswith("--method app --name me --app ours")
    assert not lacks_secret(form)
    begun = auth_form(fields, AuthPick("app", "basic", "App", apps={"ours": apps["ours"]}), "me", {})
    assert begun.text(".app") == "ours"
    mine = AuthPick("app", "basic", "App", name="me", app="ours", apps=apps, values={"tenant": "mine"})
    form = auth_form(fields, mine, "", {})
    assert [one.key for one in shown_fields(form)] == [".app", "tenant"]
    assert check_form(form) == {".app": "ours", "tenant": "mine"}
    other = AuthPick(
        "app", "basic", "App", name="me", apps=apps, values={"client_id": "c"}, kept=frozenset({"secret"})
    )
    assert ".app" not in {one.key for one in auth_form(fields, other, "", {}).fields}


def test_what_is_typed_over_credentials_in_use_is_said_as_a_command_without_the_secret():
    pick = AuthPick(
        "token", "bearer", "Token", name="agent", values={"user": "ann"}, kept=frozenset({"token"})
    )
    fields = (Field("user"), Field("token", secret=True, required=True))
    wizard = Wizard(connector="practice", picks=(pick,), authentication="agent", draft="desk")
    wizard.auth_forms = {"=agent": auth_form(fields, pick, "", {})}
    assert edit_commands(wizard) == ["connect-tui connection test desk"]
    wizard.auth_forms["=agent"].set_text("token", "canary-1")
    assert edit_commands(wizard)[0] == "connect-tui auth edit agent --secret token=-"


def test_no_command_holds_a_secret_and_a_reference_stands_as_it_is():
    wizard = filled_wizard()
    assert "canary-1" not in auth_command(wizard)
    assert auth_command(wizard).endswith("--secret token=-")
    wizard.auth_forms["token"].set_text("token", "ref:env:TOKEN")
    assert auth_command(wizard).endswith("--secret token=ref:env:TOKEN")


def test_a_wrapped_command_is_one_command_for_a_shell():
    command = create_command(filled_wizard())
    wrapped = wrap_command(command, 50)
    assert len(wrapped) > 1
    assert all(len(line) <= 50 for line in wrapped)
    assert shlex.split(" ".join(line.removesuffix("\\") for line in wrapped)) == shlex.split(command)


def test_another_connector_forgets_what_was_typed_for_the_one_before():
    wizard = filled_wizard()
    assert not take_connector(wizard, "practice")
    assert wizard.inputs is not None
    assert take_connector(wizard, "prometheus")
    assert wizard.inputs is None


def test_pages_go_back_one_at_a_time():
    assert [page_before(page) for page in PAGES] == [None, "connector", "authentication", "inputs", "test"]


def test_the_stepper_marks_what_is_done_and_where_we_are():
    assert said([stepper("inputs")]).split("   ")[1:] == [
        "connector ✓",
        "authentication ✓",
        "▶ inputs",
        "test",
        "save",
    ]


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [("desk", set(), "desk"), ("desk", {"DESK"}, "desk-2"), ("desk", {"desk", "desk-2"}, "desk-3")],
)
def test_a_free_name_gets_a_number_when_it_is_taken(wanted, taken, name):
    assert free_name(wanted, taken) == name


def ended(stage, verdict, evidence="", hint=None, error_class=None):
    return StageEnded("op_1", stage, verdict, 4, evidence, hint, error_class)


def test_stages_wait_until_they_end_and_unforeseen_ones_are_added():
    run = take_stage(begin_test(["customers"]), ended("dns", "passed", "127.0.0.1"))
    run = take_stage(run, ended("probe:extra", "passed"))
    assert [row.stage for row in run.rows][-2:] == ["probe:customers", "probe:extra"]
    assert run.rows[1].verdict == "passed"
    assert run.rows[2].verdict == "waiting"


@pytest.mark.parametrize(
    ("stage", "error_class", "page"),
    [
        ("auth", "auth", "authentication"),
        ("probe:x", "permission", "authentication"),
        ("dns", "network", "inputs"),
        ("tls", "tls", "inputs"),
    ],
)
def test_a_failure_leads_to_the_page_where_it_can_be_mended(stage, error_class, page):
    run = take_stage(begin_test(["x"]), ended(stage, "failed", "no", "do this", error_class))
    run = end_test(run, (), Failure(error_class, "no", "do this"))
    assert mending_page(run) == page
    assert f"m goes to {page}" in said(summary_lines(run, 80))


def test_a_warning_is_no_reason_against_saving():
    run = end_test(take_stage(begin_test(), ended("clock", "warned", "40 s behind")), (), None)
    assert said(summary_lines(run, 80)).strip() == "Works, with 1 warning. Saving is safe."


def test_repeating_one_stage_keeps_what_the_others_found():
    run = end_test(take_stage(begin_test(), ended("dns", "passed", "10.0.0.1")), (), None)
    again = wait_again(run, "tcp")
    assert [row.verdict for row in again.rows if row.stage in ("dns", "tcp")] == ["passed", "waiting"]


def test_a_stage_fits_its_width_and_shows_evidence_time_and_hint():
    run = take_stage(begin_test(), ended("auth", "failed", "401 " + "word " * 30, "a hint " * 20, "auth"))
    lines = stage_lines(run.rows[-1], 80)
    assert all(len("".join(text for text, _ in line)) <= 80 for line in lines)
    assert "✗ authentication" in said(lines)
    assert "4ms" in said(lines[:1])
