"""``doctor``: what is there and what is wrong, without changing what is healthy."""

import pytest


def test_a_home_where_nothing_is_yet_is_not_wrong_and_stays_as_it_is(cli, tmp_path):
    ran = cli("doctor")
    assert ran.code == 0
    assert "not there yet" in ran.out
    assert "nothing is wrong" in ran.out
    assert not (tmp_path / "home").exists()


def test_a_healthy_home_is_described(cli, desk):
    shape = cli("doctor", "--json").json
    assert shape["problems"] == []
    assert shape["versions"]["connect-tui"]
    assert shape["folders"]["data"].items() >= {"path": str(desk), "exists": True, "writable": True}.items()
    assert shape["database"].items() >= {"exists": True, "ok": True, "connections": 1}.items()
    assert shape["vault"].items() >= {"exists": True, "ok": True, "secrets": 1}.items()
    assert "vault" in cli("doctor").out


@pytest.mark.parametrize("file", ["connect.db", "vault.json"])
def test_a_damaged_file_is_named_and_is_7(cli, desk, file):
    for more in desk.glob("connect.db-*"):
        more.unlink()
    (desk / file).write_bytes(b"this is neither\n" * 100)
    ran = cli("doctor", "--json")
    assert ran.code == 7
    assert any(file in problem["message"] for problem in ran.json["problems"])
    assert "Traceback" not in ran.err


def test_a_broken_connector_of_the_user_is_named(cli, desk):
    (desk / "connectors" / "bad.yaml").write_text("schema: connect/1\nhandle: bad\n")
    ran = cli("doctor", "--json")
    assert ran.code == 2
    assert "bad.yaml" in ran.json["problems"][0]["message"]


def test_a_folder_that_others_can_enter_is_told(cli, desk):
    desk.chmod(0o755)
    ran = cli("doctor")
    assert ran.code == 7
    assert f"chmod 700 {desk}" in ran.err


def test_settings_files_are_listed(cli, desk):
    (desk / "config").mkdir(exist_ok=True)
    (desk / "config" / "keymap.toml").write_text("")
    assert cli("doctor", "--json").json["config"] == [str(desk / "config" / "keymap.toml")]


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("keymap.toml", '[keys]\n"app.quitt" = "x"\n', "keymap.toml:2: keys: 'app.quitt' is not the id of a key"),
        ("keymap.toml", "[keys]\nx =\n", "keymap.toml:2:4: Invalid value"),
        ("themes/mine.toml", '[colours]\naccent = "#123456"\npanel = "red"\n', "mine.toml:3: colours: panel: 'red' is not"),
        ("themes/mine.toml", "base = 1\n[colour]\n", "mine.toml:2: 'colour' is not known; did you mean 'colours'?"),
        ("settings.toml", '\ntheme = "blue"\n', "settings.toml:2: theme: 'blue' is not known"),
    ],
)  # fmt: skip
def test_a_broken_file_of_the_config_folder_is_named_with_its_line(cli, desk, file, content, said):
    path = desk / "config" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    ran = cli("doctor")
    assert ran.code == 2
    assert said in ran.err
    assert "1 thing wrong" in ran.out


def test_a_whole_theme_file_is_nothing_wrong(cli, desk):
    (desk / "config" / "themes").mkdir(parents=True)
    (desk / "config" / "themes" / "mine.toml").write_text('base = "light"\n[colours]\naccent = "#123456"\n')
    assert cli("doctor").code == 0
