"""Build the forms of the wizard, and from them what is to be kept."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from ...state.form import Form, open_form, read_values
from ...state.input_fields import input_fields, input_rules, split_secrets
from ...state.wizard import (
    APP_KEY,
    CERTIFICATE_KEY,
    NAME,
    SETTINGS,
    AuthPick,
    Wizard,
    auth_form,
    auth_key,
    authentication_name,
    certificate_field,
    free_name,
    keep_secrets,
)
from .steps import ConnectorFacts, Draft

if TYPE_CHECKING:
    from storage.records import Connection


def build_auth_form(
    wizard: Wizard, facts: ConnectorFacts, pick: AuthPick, taken: Collection[str], *, practice: bool
) -> Form:
    """Give the form of a choice: the one that was begun, else a new one, filled in for practice."""
    key = auth_key(pick)
    if key not in wizard.auth_forms:
        method = facts.method(pick.method)
        inputs = method.inputs if method else ()
        values = practice_values() if practice and pick.is_new else {}
        known = {one.key: values[one.key] for one in inputs if one.key in values}
        wizard.auth_forms[key] = auth_form(
            input_fields(inputs), pick, free_name(facts.handle, taken), known, input_rules(inputs, pick.kept)
        )
    return wizard.auth_forms[key]


def build_inputs_form(facts: ConnectorFacts, name: str, row: "Connection | None") -> Form:
    """Give the form of the inputs page, with what a connection has already."""
    kept = frozenset(row.secrets) if row else frozenset()
    fields = keep_secrets(input_fields(facts.inputs), kept)
    values: dict[str, Any] = {NAME.key: name}
    if row is not None:
        values |= row.variables
        values |= {".time_zone": row.time_zone, ".date_format": row.date_format}
        values[CERTIFICATE_KEY] = facts.certificates.get(row.certificate or "")
    shown = certificate_field(facts.certificates.values())
    settings = (*SETTINGS, *([shown] if shown else ()))
    given = {key: value for key, value in values.items() if value is not None}
    return open_form((NAME, *fields, *settings), given, input_rules(facts.inputs, kept))


def build_draft(wizard: Wizard, facts: ConnectorFacts) -> Draft:
    """Give what is to be kept once both forms are right."""
    pick = wizard.pick
    form = wizard.auth_forms.get(auth_key(pick)) if pick else None
    auth_values, auth_secrets = _apart(form) if form else ({}, {})
    assert wizard.inputs is not None  # noqa: S101 - the inputs page made it
    variables, secrets = _apart(wizard.inputs)
    name = str(variables.pop(NAME.key))
    settings = {one.key[1:]: variables.pop(one.key, None) for one in SETTINGS}
    auth_values.pop(NAME.key, None)
    certificate = str(variables.pop(CERTIFICATE_KEY, ""))
    return Draft(
        connector=facts.handle,
        name=name,
        existing=wizard.draft,
        pick=pick,
        auth_name=authentication_name(wizard),
        auth_app=str(auth_values.pop(APP_KEY, "")),
        auth_values=auth_values,
        auth_secrets=auth_secrets,
        variables=variables,
        secrets=secrets,
        settings=settings,
        certificate=certificate if facts.certificates else None,
        made=wizard.made,
    )


def practice_values() -> Mapping[str, str]:
    """Give the credentials of the practice service by the keys of its inputs."""
    from core.practice import PRACTICE_CREDENTIALS

    return PRACTICE_CREDENTIALS.as_json()


def _apart(form: Form) -> tuple[dict[str, Any], dict[str, str]]:
    values, _ = read_values(form)
    return split_secrets(form.fields, {**values})
