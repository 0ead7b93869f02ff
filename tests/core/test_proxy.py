"""The authenticated call of any path: it sends what was written, to the hosts of the connector."""


async def test_the_proxy_sends_what_was_written(engine, small, serve, answer) -> None:
    server = serve()
    server.answers["/raw"] = answer(200, b'{"a": 12345678901234567890123}')
    small(server.url)
    outcome = await engine.request(
        "it", "post", "/raw?x=1", query=[("y", "2")], headers=[("X-Own", "v")], body=b'{"k": 1}'
    )
    method, path, headers, body = server.seen[0]
    assert (method, path, headers["X-Own"], body) == ("POST", "/raw?x=1&y=2", "v", b'{"k": 1}')
    assert outcome.value == {"a": 12345678901234567890123}
    assert (outcome.kind, outcome.name) == ("proxy", "POST /raw")


async def test_the_proxy_keeps_to_the_connectors_hosts(engine, small, serve) -> None:
    small(serve().url)
    outcome = await engine.request("it", "GET", "http://evil.example/")
    assert outcome.error.error_class == "policy"


async def test_repeated_headers_of_a_request_all_leave(engine, small, serve, answer) -> None:
    server = serve()
    server.answers["/raw"] = answer(200)
    small(server.url)
    outcome = await engine.request(
        "it", "GET", "/raw", headers=[("X-Own", "1"), ("X-Own", "2")], dry_run=True
    )
    assert [value for name, value in outcome.request.headers if name == "X-Own"] == ["1", "2"]


async def test_a_url_with_a_user_name_never_leaves(engine, small, serve) -> None:
    server = serve()
    small(server.url)
    outcome = await engine.request("it", "GET", server.url.replace("//", "//u:pw@") + "/x")
    assert (outcome.error.error_class, server.seen) == ("policy", [])
