"""Every kind of paging gives every ticket once, in order, and then ends."""

import pytest

EVERY_ID = list(range(1042, 802, -1))


def ids(rows) -> list[int]:
    return [row["id"] for row in rows]


def test_numbered_pages(call) -> None:
    first = call("GET", "/paging/page?limit=100").json
    pages = [call("GET", f"/paging/page?limit=100&page={n + 1}").json for n in range(first["pages"])]
    assert [ticket for page in pages for ticket in ids(page["items"])] == EVERY_ID


def test_offsets(call) -> None:
    seen: list[int] = []
    while items := call("GET", f"/paging/offset?limit=70&offset={len(seen)}").json["items"]:
        seen += ids(items)
    assert seen == EVERY_ID


def test_cursors_end_with_null(call) -> None:
    seen, cursor = [], ""
    while cursor is not None:
        page = call("GET", f"/paging/cursor?limit=60&cursor={cursor}").json
        seen += ids(page["items"])
        cursor = page["next_cursor"]
        assert page["has_more"] is (cursor is not None)
    assert seen == EVERY_ID


def test_the_last_full_page_has_no_successor(call) -> None:
    pages, cursor = 0, ""
    while cursor is not None:
        cursor = call("GET", f"/paging/cursor?limit=60&cursor={cursor}").json["next_cursor"]
        pages += 1
    assert pages == 240 / 60


def test_link_headers_keep_the_filters(call) -> None:
    answer = call("GET", "/paging/link?limit=50&status=open")
    links = dict(reversed(part.strip().split("; ")) for part in answer.header("Link").split(","))
    assert set(links) == {'rel="next"', 'rel="last"'}
    second = call("GET", links['rel="next"'].strip("<>"))
    assert {ticket["status"] for ticket in second.json} == {"open"}
    assert 'rel="prev"' in second.header("Link")
    last = call("GET", links['rel="last"'].strip("<>"))
    assert 'rel="next"' not in last.header("Link")


def test_next_urls_are_relative_and_end_with_null(call) -> None:
    seen, url = [], "/paging/next-url?limit=90"
    while url:
        page = call("GET", url).json
        seen += ids(page["results"])
        url = page["next"]
        assert url is None or url.startswith("/paging/next-url?")
    assert seen == EVERY_ID


def test_next_urls_do_not_carry_the_api_key(call_open, practice) -> None:
    page = call_open("GET", f"/paging/next-url?limit=1&api_key={practice.credentials.api_key}").json
    assert "key" not in page["next"]


def test_tokens_in_a_header(call) -> None:
    seen, token = [], ""
    while token is not None:
        answer = call("GET", f"/paging/header-token?limit=80&token={token}")
        seen += ids(answer.json)
        token = answer.header("X-Next-Token")
    assert seen == EVERY_ID


@pytest.mark.parametrize(
    ("kind", "name"), [("cursor", "cursor"), ("next-url", "after"), ("header-token", "token")]
)
@pytest.mark.parametrize("token", ["made-up", "YmVsb3c6eA", "%FF", "===="])
def test_a_token_from_elsewhere_is_refused(call, kind: str, name: str, token: str) -> None:
    answer = call("GET", f"/paging/{kind}?{name}={token}")
    assert (answer.status, answer.error["code"]) == (400, f"bad_{name}")


def test_a_new_ticket_does_not_shift_a_cursor(call) -> None:
    first = call("GET", "/paging/cursor?limit=10").json
    call("POST", "/tickets", {"subject": "In between", "customer_id": 1})
    second = call("GET", f"/paging/cursor?limit=10&cursor={first['next_cursor']}").json
    assert ids(first["items"] + second["items"]) == EVERY_ID[:20]


def test_filters_that_find_nothing_give_one_empty_page_of_every_kind(call) -> None:
    query = "q=there-is-no-such-ticket"
    assert call("GET", f"/paging/page?{query}").json == {"items": [], "page": 1, "pages": 0, "total": 0}
    assert call("GET", f"/paging/cursor?{query}").json["next_cursor"] is None
    assert call("GET", f"/paging/next-url?{query}").json == {"results": [], "next": None}
    assert call("GET", f"/paging/link?{query}").header("Link") is None
    assert call("GET", f"/paging/header-token?{query}").header("X-Next-Token") is None
