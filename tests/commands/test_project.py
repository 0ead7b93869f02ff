"""``project …``: the workspaces."""


def test_the_list_and_one_of_it(cli, desk):
    row = cli("project", "list", "--json").json[0]
    assert (
        row.items()
        >= {"name": "default", "production": False, "connections": 1, "authentications": 1}.items()
    )
    assert cli("project", "show", "--json").json == row
    assert cli("project", "show", "DEFAULT", "--json").json == row
    assert "default" in cli("project", "list").out
    assert "authentications" in cli("project", "show").out


def test_before_anything_is_kept_there_is_none(cli):
    assert cli("project", "list", "--json").json == []
    assert cli("project", "show").code == 2


def test_the_nearest_is_named(cli, desk):
    ran = cli("project", "show", "defualt")
    assert ran.code == 2
    assert "did you mean default?" in ran.err
