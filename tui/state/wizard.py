"""What is being set up in New connection: its page, what was picked and typed, and the same as commands."""

import re
import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from .field import Field, Option
from .form import Form, Marks, Rules, no_rules, open_form, read_values
from .input_fields import is_reference
from .spans import Span
from .stages import Page

PAGES: Final[tuple[Page, ...]] = ("connector", "authentication", "inputs", "test", "save")

# The keys of these fields begin with a dot, so that no input of a connector has the same.
NAME: Final = Field(
    ".name",
    "Name",
    help="what it is called here",
    required=True,
    pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
)
SETTINGS: Final = (
    Field(".time_zone", "Time zone", "timezone", "for its dates", advanced=True, placeholder="Europe/Berlin"),
    Field(".date_format", "Date format", "text", "as it writes dates", advanced=True, placeholder="%Y-%m-%d"),
)

APP_KEY: Final = ".app"
CERTIFICATE_KEY: Final = ".certificate"
_OWN_KEYS: Final = frozenset({NAME.key, APP_KEY, CERTIFICATE_KEY, *(one.key for one in SETTINGS)})


@dataclass(frozen=True, slots=True)
class AuthPick:
    """One line of the authentication page: an existing authentication by name, or a new one with a method.

    ``users`` are the connections that use it already; ``kept`` the keys of the secrets it holds. ``app`` is
    the provider app it was made with; ``apps`` are those that fit, each with the keys of what it has.
    """

    method: str
    kind: str
    title: str
    name: str = ""
    help: str = ""
    state: str = ""
    users: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    app: str = ""
    apps: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """Whether it is still to be made."""
        return not self.name


@dataclass(slots=True)
class Wizard:
    """One connection that is being set up; ``draft`` is its name once it exists in the workspace.

    ``made`` is the authentication that this wizard made: it goes again when another one is picked instead.
    """

    page: Page = "connector"
    connector: str = ""
    filter: str = ""
    picks: tuple[AuthPick, ...] = ()
    picked: int = 0
    auth_forms: dict[str, Form] = field(default_factory=dict)
    inputs: Form | None = None
    draft: str = ""
    made: str = ""
    authentication: str = ""
    is_saved: bool = False

    @property
    def pick(self) -> AuthPick | None:
        """The line of the authentication page that is picked."""
        return self.picks[self.picked] if self.picks else None

    @property
    def name(self) -> str:
        """The name that is typed, else a stand-in for it."""
        typed = self.inputs.text(NAME.key).strip() if self.inputs else ""
        return typed or self.draft or "NAME"


def take_connector(wizard: Wizard, handle: str) -> bool:
    """Set the connector, forgetting what was typed for another; tell whether it is another."""
    if wizard.connector == handle:
        return False
    wizard.connector = handle
    wizard.picks, wizard.picked, wizard.auth_forms, wizard.inputs = (), 0, {}, None
    return True


def page_number(page: Page) -> int:
    """Give the place of a page, counted from 1."""
    return PAGES.index(page) + 1


def page_before(page: Page) -> Page | None:
    """Give the page before, nothing before the first."""
    at = PAGES.index(page)
    return PAGES[at - 1] if at else None


def stepper(page: Page, *, saved: bool = False) -> list[Span]:
    """Give the line that shows how far it is."""
    at = PAGES.index(page)
    spans: list[Span] = []
    for index, one in enumerate(PAGES):
        if index < at or (saved and index == at):
            spans += [("   ", ""), (one, "quiet"), (" ✓", "good")]
        elif index == at:
            spans += [("   ", ""), ("▶ ", "accent"), (one, "title")]
        else:
            spans += [("   ", ""), (one, "quiet")]
    return spans


def free_name(wanted: str, taken: Collection[str]) -> str:
    """Give the name, with a number behind it when it is taken; capitals make no difference."""
    used = {name.lower() for name in taken}
    number = 2
    name = wanted
    while name.lower() in used:
        name, number = f"{wanted}-{number}", number + 1
    return name


def auth_form(
    fields: Sequence[Field], pick: AuthPick, name: str, values: Mapping[str, Any], rules: Rules = no_rules
) -> Form:
    """Give the form of the authentication page: the inputs of the method, and a name when it is a new one."""
    if pick.kind == "none":
        return open_form(())
    own, app = app_field(pick), pick.app or only_app(pick)
    chosen = {APP_KEY: app} if own and app else {}
    fields, rules = (*([own] if own else ()), *fields), without_given(rules, pick)
    if pick.is_new:
        return open_form((*fields, NAME), {NAME.key: name, **chosen, **values}, rules)
    return open_form(keep_secrets(fields, pick.kept), {**pick.values, **chosen}, rules)


def app_field(pick: AuthPick) -> Field | None:
    """Give the field to choose a provider app with; none where no app fits, or none was chosen before."""
    if not pick.apps or not (pick.is_new or pick.app in pick.apps):
        return None
    return Field(
        APP_KEY,
        "Provider app",
        "choice",
        "whose client is used",
        required=not pick.is_new,
        options=tuple(Option(name, name) for name in pick.apps),
    )


def certificate_field(names: Iterable[str]) -> Field | None:
    """Give the field to choose a client certificate with; none where none is kept."""
    options = tuple(Option(name, name) for name in names)
    said = "shown in TLS, to systems that want one"
    return (
        Field(CERTIFICATE_KEY, "Certificate", "choice", said, options=options, advanced=True)
        if options
        else None
    )


def only_app(pick: AuthPick) -> str:
    """Give the app that a new authentication begins with: the only one that fits; empty without one."""
    return next(iter(pick.apps)) if len(pick.apps) == 1 else ""


def without_given(rules: Rules, pick: AuthPick) -> Rules:
    """Give rules that ask for nothing that the chosen app has, save for what the pick has of its own."""
    if not pick.apps:
        return rules
    own = {*pick.values, *pick.kept}

    def judge(values: Mapping[str, Any]) -> Marks:
        marks = rules({key: value for key, value in values.items() if key != APP_KEY})
        given = pick.apps.get(str(values.get(APP_KEY, "")), frozenset()) - own
        errors = {key: said for key, said in marks.errors.items() if key not in given}
        return Marks(marks.hidden | given, marks.required - given, errors)

    return judge


def keep_secrets(fields: Sequence[Field], kept: Collection[str]) -> tuple[Field, ...]:
    """Give the fields where those secrets need not be typed again."""
    return tuple(
        replace(one, required=False, placeholder="kept; type to replace it") if one.key in kept else one
        for one in fields
    )


def auth_key(pick: AuthPick) -> str:
    """Give the key under which the form of a pick is remembered."""
    return f"={pick.name}" if pick.name else pick.method


def wrap_command(command: str, width: int) -> list[str]:
    """Give a command in lines of at most ``width`` that a shell takes as one; an option keeps its value."""
    lines: list[str] = []
    for part in re.split(r" (?=--)", command):
        if lines and len(lines[-1]) + len(part) + 3 <= width:
            lines[-1] += f" {part}"
        else:
            lines.append(f"  {part}" if lines else part)
    return [f"{line} \\" for line in lines[:-1]] + lines[-1:]


def create_command(wizard: Wizard) -> str:
    """Give the command that creates the same connection."""
    words = ["connect-tui", "connection", "create", wizard.connector or "CONNECTOR", "--name", wizard.name]
    if name := authentication_name(wizard):
        words += ["--auth", name]
    if wizard.inputs:
        words += _settings(wizard.inputs)
        words += _option("--certificate", wizard.inputs.text(CERTIFICATE_KEY))
    return shlex.join(words)


def auth_command(wizard: Wizard) -> str:
    """Give the command that adds the same authentication; empty when there is nothing to add."""
    pick = wizard.pick
    if pick is None or not pick.is_new or pick.kind == "none":
        return ""
    form = wizard.auth_forms.get(auth_key(pick))
    name = authentication_name(wizard) or "NAME"
    words = ["connect-tui", "auth", "add", wizard.connector, "--method", pick.method, "--name", name]
    if form is not None:
        words += [*_option("--app", form.text(APP_KEY)), *_settings(form)]
    return shlex.join(words)


def auth_edit_command(wizard: Wizard) -> str:
    """Give the command that changes the picked authentication alike; empty when nothing was typed over it."""
    pick = wizard.pick
    form = wizard.auth_forms.get(auth_key(pick)) if pick is not None and not pick.is_new else None
    if pick is None or form is None:
        return ""
    same = {key for key, value in pick.values.items() if read_values(form)[0].get(key) == value}
    app = form.text(APP_KEY)
    typed = [*(_option("--app", app) if app != pick.app else ()), *_settings(form, without=same)]
    return shlex.join(["connect-tui", "auth", "edit", pick.name, *typed]) if typed else ""


def authentication_name(wizard: Wizard) -> str:
    """Give the name of the authentication that is picked or about to be made; empty when none is needed."""
    pick = wizard.pick
    if pick is None or pick.kind == "none":
        return wizard.authentication
    if pick.name:
        return pick.name
    form = wizard.auth_forms.get(auth_key(pick))
    return form.text(NAME.key).strip() if form else ""


def changed_values(form: Form) -> tuple[dict[str, Any], dict[str, str]]:
    """Give what an existing authentication becomes: values as they stand, secrets only when typed."""
    values, _ = read_values(form)
    secret = {one.key for one in form.fields if one.secret}
    plain = {key: value for key, value in values.items() if key not in secret and key not in _OWN_KEYS}
    return plain, {key: str(value) for key, value in values.items() if key in secret}


def _option(name: str, value: str) -> list[str]:
    return [name, value] if value else []


def _settings(form: Form, without: Collection[str] = ()) -> Iterable[str]:
    values, _ = read_values(form)
    defaults = {one.key: one.default for one in form.fields}
    for one in form.fields:
        if (
            one.key in _OWN_KEYS
            or one.key in without
            or one.key not in values
            or values[one.key] == defaults[one.key]
        ):
            continue
        text = form.text(one.key)
        if not one.secret:
            yield from ("--set", f"{one.key}={text}")
        else:
            yield from ("--secret", f"{one.key}={text}" if is_reference(text) else f"{one.key}=-")
