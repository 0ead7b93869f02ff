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


def test_a_made_one_has_connections_of_its_own_and_a_production_one_is_guarded(cli, desk):
    made = cli("project", "create", "prod", "--production", "--json")
    assert (made.code, made.json["production"], made.json["connections"]) == (0, True, 0)
    assert cli("connection", "list", "--project", "prod", "--json").json == []
    assert [row["name"] for row in cli("connection", "list", "--json").json] == ["desk"]
    assert [row["name"] for row in cli("project", "list", "--json").json] == ["default", "prod"]


def test_a_name_that_is_taken_or_cannot_be_one_is_refused(cli, desk):
    assert cli("project", "create", "Default").code == 2
    assert cli("project", "create", "../prod").code == 2
    assert len(cli("project", "list", "--json").json) == 1
