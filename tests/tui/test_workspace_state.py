"""What the tabs of the workspace list: apps, certificates, secrets; their filters, forms and words."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from core.errors import InputError
from core.home import Home
from storage.reading import open_reading
from storage.records import Certificate, ProviderApp
from tui.state.certificates import (
    CERTIFICATES,
    CertificateRow,
    certificate_cells,
    certificate_form,
    certificate_note,
    certificate_secrets,
    standing,
)
from tui.state.filters import FilterProblem, complete_row_filter, filter_problem
from tui.state.form import check_form
from tui.state.kept_list import KeptList
from tui.state.provider_apps import APPS, AppRow, app_form, app_lines, read_app
from tui.state.revealed import pages_of, revealed_lines
from tui.state.secret_list import SECRETS, SecretRow, secret_lines
from tui.state.workspace_tabs import TABS, place_beside, tab_spans

NOW = 1_800_000_000_000_000
DAY = 86_400 * 1_000_000


def said(lines: Any) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


@pytest.fixture
def kept(home: Home, workspace: Any) -> Any:
    """An app, a certificate, and a connection with an authentication that stand on them."""
    store, project = workspace.store, workspace.project.id
    store.apps.add(ProviderApp(
        "app_1", project, "ours", "github", "id-1", {"tenant": "acme"},
        {"client_secret": "vault:app_1/x", "private_key": "ref:vault:kv/app#key"}, NOW, NOW))  # fmt: skip
    store.certificates.add(Certificate(
        "crt_1", project, "client", "CN=client one", "CN=Test Authority", "01",
        {"certificate": "ref:file:/etc/client.pem"}, NOW - DAY, NOW + DAY // 2, NOW, NOW))  # fmt: skip
    row = workspace.add_connection("desk", certificate="crt_1", secrets={"key": "ref:env:DESK_KEY"})
    (made,) = store.authentications.list(project)
    store.authentications.note(made.id, provider_app="app_1", tokens="vault:tokens")
    store.apps.add(ProviderApp("app_2", project, "spare", "other", "id-2", {}, {}, NOW, NOW))
    assert row.authentication == made.id
    return workspace


def listed(listing: Any, workspace: Any, text: str = "") -> list[Any]:
    found = KeptList(listing)
    found.filter = text
    with open_reading(workspace.home.database) as reading:
        found.read(lambda: listing.read(reading, workspace.project.id))
    found.arrange(NOW)
    assert found.trouble is None
    return found.rows


def test_every_secret_is_listed_with_its_place_and_its_users_and_never_its_value(kept: Any) -> None:
    rows = {(row.of, row.name, row.secret): (row.where, row.used_by) for row in listed(SECRETS, kept)}
    assert rows == {
        ("authentication", "desk-key", "tokens"): ("vault", ("desk",)),
        ("connection", "desk", "key"): ("ref:env:DESK_KEY", ("desk",)),
        ("app", "ours", "client_secret"): ("vault", ("desk-key",)),
        ("app", "ours", "private_key"): ("ref:vault:kv/app#key", ("desk-key",)),
        ("certificate", "client", "certificate"): ("ref:file:/etc/client.pem", ("desk",)),
    }


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("from:vault", 2),
        ("from:hashicorp", 1),
        ("from:env,file", 2),
        ("of:app", 2),
        ("conn:desk", 3),
        ("tokens", 1),
    ],
)
def test_secrets_are_narrowed_by_where_they_are_and_what_has_them(kept: Any, text: str, count: int) -> None:
    assert len(listed(SECRETS, kept, text)) == count
    assert not filter_problem("secrets", text)


def test_a_filter_that_cannot_be_names_what_there_is() -> None:
    assert "it can be" in filter_problem("secrets", "from:valt")
    assert filter_problem("apps", "provder:x")
    found: KeptList[CertificateRow] = KeptList(CERTIFICATES)
    found.filter = "subjet:x"
    with pytest.raises(FilterProblem, match="subject"):
        found.arrange(NOW)
    rows = [SecretRow("app", "ours", "client_secret", "vault", ("crm",))]
    assert complete_row_filter("name:o", rows, SECRETS.fields()) == "name:ours"
    assert complete_row_filter("of:ap", rows, SECRETS.fields()) == "of:app"
    assert complete_row_filter("conn:c", rows, SECRETS.fields()) == "conn:crm"


def test_apps_are_told_with_who_uses_them(kept: Any) -> None:
    ours, spare = listed(APPS, kept)
    assert (ours.used_by, spare.used_by) == (("desk-key",), ())
    text = said(app_lines(ours, NOW, 60, True))
    for part in (
        "client id",
        "id-1",
        "tenant",
        "acme",
        "secret, in the vault",
        "secret, from ref:vault:kv/app#key",
    ):
        assert part in text
    assert "vault:app_1" not in text
    assert [row.name for row in listed(APPS, kept, "-is:used")] == ["spare"]


def test_certificates_stand_by_their_end_and_their_use(kept: Any) -> None:
    (row,) = listed(CERTIFICATES, kept)
    assert row.used_by == ("desk",)
    assert certificate_cells(row, NOW)[5] == ("in 12h", "warn")
    assert said([certificate_note([row], NOW)]) == "1 certificate · 1 ends in 24 h"
    stands = [
        standing(one, NOW)
        for one in (
            row,
            replace(row, used_by=()),
            replace(row, not_before_us=NOW + DAY, not_after_us=NOW + 2 * DAY),
            replace(row, not_after_us=NOW),
        )
    ]
    assert stands == ["ready", "unused", "early", "expired"]


def test_an_app_is_read_from_its_form_and_keeps_secrets_that_are_not_typed() -> None:
    form = app_form(None)
    assert check_form(form) is None
    for key, text in ((".name", "ours"), (".provider", "github"), (".client_id", "id-1"), ("client_secret", "s1"),
                      (".values", '{"tenant": "acme"}')):  # fmt: skip
        form.set_text(key, text)
    values = check_form(form)
    assert values is not None
    given = read_app(form, values, None)
    assert (given.name, given.provider, given.client_id) == ("ours", "github", "id-1")
    assert (given.values, given.secrets) == ({"tenant": "acme"}, {"client_secret": "s1"})
    row = AppRow("ours", "github", "id-1", values={"tenant": "acme"}, secrets={"client_secret": "vault:x"})
    form = app_form(row)
    form.set_text(".values", "")
    values = check_form(form)
    assert values is not None
    given = read_app(form, values, row)
    assert (given.name, given.values, given.secrets) == ("ours", {"tenant": None}, {})


def test_a_certificate_is_read_from_files_and_a_reference_stays_one(tmp_path: Any) -> None:
    (tmp_path / "one.p12").write_bytes(b"\x30\x01")
    form = certificate_form(is_new=True)
    for key, text in ((".name", "client"), ("certificate", str(tmp_path / "one.p12")),
                      ("private_key", "ref:file:/k"), ("key_password", "ref:env:PASS")):  # fmt: skip
        form.set_text(key, text)
    values = check_form(form)
    assert values is not None
    assert certificate_secrets(values) == {
        "certificate": base64.b64encode(b"\x30\x01").decode(),
        "private_key": "ref:file:/k",
        "key_password": "ref:env:PASS",
    }
    with pytest.raises(InputError, match="No such file"):
        certificate_secrets({"certificate": str(tmp_path / "nowhere")})


def test_the_tabs_go_round() -> None:
    assert "Provider apps" in said([tab_spans("Secrets")])
    titles = [title for title, _ in TABS]
    assert place_beside("Secrets", 1) == TABS[0][1]()
    assert [place_beside(title, -1) for title in titles[1:]] == [make() for _, make in TABS[:-1]]


def test_a_secret_is_laid_out_whole_and_harmless() -> None:
    lines = revealed_lines("ab\x1b[2Jcd\n" + "x" * 25 + "\n", 10)
    assert lines == ["ab␛[2Jcd", "x" * 10, "x" * 10, "x" * 5]
    assert pages_of(lines, 3) == [lines[:3], lines[3:]]
    assert "the vault of this home" in said(
        secret_lines(SecretRow("app", "ours", "key", "vault"), NOW, 60, False)
    )
