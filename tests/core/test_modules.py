"""Operations of a sub-product: its address, its headers and rules, the connection's credentials."""

from pathlib import Path

CONNECTOR = """
schema: connect/1
revision: 1
handle: suite
name: Suite
inputs:
  - {{key: base_url, type: url, required: true}}
  - {{key: files_url, type: url, required: true}}
http: {{base_url: '{{{{ var.base_url }}}}', headers: {{X-Team: a, X-Part: main}}, query: {{v: 1}}}}
auth: {{token: {{kind: bearer}}}}
errors: [{{match: {{status: 409}}, class: conflict, message: in use}}]
modules:
  files:
    base_url: '{{{{ var.files_url }}}}/files'
    headers: {{x-part: files}}
    query: {{v: 2}}
    errors: [{{match: {{status: 409}}, class: input, message: that file is open}}]
    operations:
      get-file: {{request: {{path: '/{{{{ input.name }}}}'}}, input: {{name: string!}}}}
      stray: {{request: {{path: '{{{{ var.base_url }}}}/me'}}}}
operations:
  me: {{request: {{path: /me}}}}
"""


async def test_a_module_has_its_own_address_headers_query_and_rules(
    engine, serve, answer, tmp_path: Path, canary
) -> None:
    main, files = serve(), serve()
    main.answers["/me"] = answer(409)
    files.answers["/files/a%2Fb"] = answer(409)
    path = tmp_path / "suite.yaml"
    path.write_text(CONNECTOR.format())
    engine.catalog.add(path)
    variables = {"base_url": main.url, "files_url": files.url}
    engine.workspace.create_connection(
        "suite", "it", method="token", variables=variables, secrets={"token": canary}
    )
    engine.workspace.activate("it")

    got = await engine.run("it", "get-file", {"name": "a/b"})
    assert (got.error.error_class, got.error.message, got.error.rule) == (
        "input",
        "that file is open",
        "modules.files.errors[0]",
    )
    ((method, asked, headers, _),) = files.seen
    assert (method, asked) == ("GET", "/files/a%2Fb?v=2")
    assert (headers["X-Team"], headers["x-part"]) == ("a", "files")
    assert "X-Part" not in headers
    assert headers["Authorization"] == f"Bearer {canary}"

    own = await engine.run("it", "me", {})
    assert (own.error.message, own.error.rule) == ("in use", "errors[0]")
    assert main.seen[0][1] == "/me?v=1"

    stray = await engine.run("it", "stray", {})
    assert stray.error.error_class == "policy"
    assert len(main.seen) == 1
