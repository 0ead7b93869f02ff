"""``certificate …``: what a certificate says is shown, what proves it never."""

import pytest


@pytest.fixture
def files(authority, tmp_path):
    """A certificate and its key in files; gives the folder."""
    mine = authority.issue("client one")
    (tmp_path / "client.pem").write_text(mine.cert)
    (tmp_path / "client.key").write_text(mine.key())
    (tmp_path / "client.p12").write_bytes(mine.pkcs12("canary-pass"))
    (tmp_path / "old.pem").write_text((old := authority.issue("old", since=-20, days=-10)).cert + old.key())
    (tmp_path / "other.key").write_text(authority.issue("other").key())
    return tmp_path


def add(cli, files, *more, name="client"):
    words = ("certificate", "add", str(files / "client.pem"), "--name", name)
    return cli(*words, "--key", str(files / "client.key"), *more)


def test_it_is_kept_with_the_promised_shape(cli, files):
    ran = add(cli, files, "--json")
    assert ran.code == 0, ran.err
    assert ran.json.items() >= {
        "name": "client", "state": "valid", "subject": "CN=client one", "issuer": "CN=Test Authority",
        "secrets": {"certificate": "vault", "private_key": "vault"}, "used_by": [],
    }.items()  # fmt: skip
    assert ran.json["not_before"] < ran.json["expires_at"]
    assert cli("certificate", "list", "--json").json == [ran.json]
    assert cli("certificate", "show", "Client", "--json").json == ran.json
    shown = cli("certificate", "show", "client").out + cli("certificate", "list").out
    assert "CN=client one" in shown
    assert "BEGIN" not in shown + ran.out


def test_a_pkcs12_file_is_opened_by_its_password(cli, files):
    words = ("certificate", "add", str(files / "client.p12"), "--name", "client", "--json")
    wrong = cli(*words, "--secret", "key_password=-", stdin="canary-wrong\n")
    assert wrong.code == 2
    assert "canary" not in wrong.out + wrong.err
    ran = cli(*words, "--secret", "key_password=-", stdin="canary-pass\n")
    assert (ran.code, ran.json["subject"]) == (0, "CN=client one")
    assert ran.json["secrets"] == {"certificate": "vault", "key_password": "vault"}


def test_a_reference_is_kept_as_it_is(cli, files):
    both = files / "both.pem"
    both.write_text((files / "client.pem").read_text() + (files / "client.key").read_text())
    ran = cli("certificate", "add", "--name", "client", "--secret", f"certificate=ref:file:{both}", "--json")
    assert ran.json["secrets"] == {"certificate": f"ref:file:{both}"}


def test_what_ends_first_stands_on_top(cli, files):
    add(cli, files)
    assert cli("certificate", "add", str(files / "old.pem"), "--name", "old").code == 0
    rows = cli("certificate", "list", "--json").json
    assert [(row["name"], row["state"]) for row in rows] == [("old", "expired"), ("client", "valid")]


def test_a_connection_shows_it_until_it_is_told_otherwise(cli, desk, files):
    add(cli, files)
    changed = cli("connection", "edit", "desk", "--certificate", "CLIENT", "--json")
    assert (changed.code, changed.json["certificate"]) == (0, "client")
    assert cli("connection", "list", "--json").json[0]["certificate"] == "client"
    assert cli("certificate", "show", "client", "--json").json["used_by"] == ["desk"]
    assert cli("certificate", "delete", "client", "--yes").code == 6
    assert cli("connection", "edit", "desk", "--no-certificate", "--json").json["certificate"] is None
    gone = cli("certificate", "delete", "client", "--yes", "--json")
    assert (gone.code, gone.json["deleted"]) == (0, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("client.pem", "--key", "other.key"), "does not belong"),
        (("client.key",), "certificate"),
        (("nothing.pem",), "nothing.pem"),
        ((), "no certificate"),
    ],
)
def test_what_cannot_be_used_is_refused_and_not_kept(cli, files, words, said):
    whole = [str(files / word) if "." in word else word for word in words]
    ran = cli("certificate", "add", "--name", "client", *whole)
    assert ran.code in {2, 7}
    assert said in ran.err
    assert "-----BEGIN" not in ran.err
    assert cli("certificate", "list", "--json").json == []


def test_a_new_one_takes_its_place_under_the_same_name(cli, files):
    before = add(cli, files, "--json").json
    words = ("certificate", "replace", "client")
    ran = cli(
        *words, str(files / "client.p12"), "--secret", "key_password=-", "--json", stdin="canary-pass\n"
    )
    assert ran.code == 0, ran.err
    assert (ran.json["id"], ran.json["created_at"]) == (before["id"], before["created_at"])
    assert sorted(ran.json["secrets"]) == ["certificate", "key_password"]
    assert cli(*words, str(files / "nowhere.pem")).code == 2
    assert cli("certificate", "list", "--json").json == [ran.json]
