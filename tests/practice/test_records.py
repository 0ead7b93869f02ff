"""Customers, tickets and comments: lists, filters, changes and what is refused."""

import pytest

from core.practice import start_practice


def test_the_first_page_is_25_tickets_newest_first(call) -> None:
    answer = call("GET", "/tickets").json
    ids = [ticket["id"] for ticket in answer["data"]["items"]]
    assert ids == list(range(1042, 1017, -1))
    assert (answer["page"], answer["limit"], answer["total"], answer["total_pages"]) == (1, 25, 240, 10)


def test_all_pages_together_give_every_ticket_once(call) -> None:
    seen = []
    for page in range(1, 4):
        seen += [item["id"] for item in call("GET", f"/tickets?limit=100&page={page}").json["data"]["items"]]
    assert sorted(seen) == list(range(803, 1043))


def test_a_page_behind_the_last_one_is_empty(call) -> None:
    answer = call("GET", "/tickets?page=99").json
    assert answer["data"]["items"] == []
    assert answer["total"] == 240


def test_a_limit_over_100_is_held_at_100_and_said_so(call) -> None:
    answer = call("GET", "/tickets?limit=5000").json
    assert (answer["limit"], len(answer["data"]["items"])) == (100, 100)


@pytest.mark.parametrize("query", ["limit=many", "page=1.5", "page=--1", "customer=x", "limit=" + "9" * 40])
def test_a_word_where_a_number_belongs_names_the_field(call, query: str) -> None:
    answer = call("GET", f"/tickets?{query}")
    assert answer.status == 422
    assert answer.error["fields"][0]["field"] == query.split("=", maxsplit=1)[0]


def test_filters_narrow_the_list(call) -> None:
    by_status = call("GET", "/tickets?status=pending&limit=100").json["data"]["items"]
    assert by_status
    assert {ticket["status"] for ticket in by_status} == {"pending"}
    by_customer = call("GET", "/tickets?customer=3&limit=100").json["data"]["items"]
    assert {ticket["customer_name"] for ticket in by_customer} == {"Café Luna"}
    by_words = call("GET", "/tickets?q=INVOICE&limit=100").json["data"]["items"]
    assert by_words
    assert all("invoice" in ticket["subject"].lower() for ticket in by_words)


def test_since_takes_dates_and_times_with_an_offset(call) -> None:
    newest = call("GET", "/tickets").json["data"]["items"][0]["updated_at"]
    exact = call("GET", f"/tickets?since={newest}").json
    in_berlin = call("GET", f"/tickets?since={newest[:-1]}%2B01:00").json
    assert 0 < exact["total"] < in_berlin["total"] < 240
    assert call("GET", "/tickets?since=1999-01-01").json["total"] == 240


@pytest.mark.parametrize(
    "query", ["status=closed", "priority=huge", "since=yesterday", "since=0001-01-01T00:00:00%2B23:00"]
)
def test_a_filter_that_means_nothing_is_refused_by_name(call, query: str) -> None:
    answer = call("GET", f"/tickets?{query}")
    assert answer.status == 422
    assert query.split("=", maxsplit=1)[0] in answer.error["message"]


def test_a_ticket_lives_from_create_to_delete(call) -> None:
    created = call("POST", "/tickets", {"subject": "Printer on fire", "customer_id": 1, "tags": ["vip"]})
    assert created.status == 201
    ticket = created.json["data"]
    assert ticket["customer_name"] == "Hotel Adler"
    assert (ticket["status"], ticket["priority"], ticket["version"]) == ("open", "normal", 1)
    path = created.header("Location")
    assert path == f"/tickets/{ticket['id']}"
    changed = call("PATCH", path, {"status": "solved"}).json["data"]
    assert (changed["status"], changed["version"]) == ("solved", 2)
    assert call("GET", path).json["data"] == changed
    assert call("DELETE", path).status == 204
    assert call("GET", path).error["message"] == f"ticket {ticket['id']} does not exist"


def test_all_wrong_fields_are_named_at_once(call) -> None:
    answer = call("POST", "/tickets", {"subject": "", "status": "closed", "tags": [1], "colour": "red"})
    assert answer.status == 422
    problems = {problem["field"]: problem["message"] for problem in answer.error["fields"]}
    assert set(problems) == {"subject", "customer_id", "status", "tags", "colour"}
    assert problems["customer_id"] == "is required"
    assert "open, pending, solved" in problems["status"]


@pytest.mark.parametrize(
    "field",
    [
        {"customer_id": "1"}, {"customer_id": True}, {"customer_id": 9999}, {"subject": None}, {"subject": "x" * 201},
        {"tags": "vip"}, {"tags": ["t"] * 21}, {"id": 7}, {"version": "2"},
    ],
)  # fmt: skip
def test_a_change_with_a_wrong_field_changes_nothing(call, field) -> None:
    before = call("GET", "/tickets/1042").json
    answer = call("PATCH", "/tickets/1042", field)
    assert (answer.status, answer.error["fields"][0]["field"]) == (422, next(iter(field)))
    assert call("GET", "/tickets/1042").json == before


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_refused(call, body: bytes) -> None:
    answer = call("POST", "/tickets", body)
    assert (answer.status, answer.error["code"]) == (400, "bad_json")


def test_a_change_to_an_older_version_is_a_conflict(call) -> None:
    assert call("PATCH", "/tickets/1040", {"priority": "low", "version": 1}).status == 200
    late = call("PATCH", "/tickets/1040", {"priority": "high", "version": 1})
    assert (late.status, late.error["code"], late.error["version"]) == (409, "conflict", 2)


def test_if_match_guards_a_change(call) -> None:
    etag = call("GET", "/tickets/1039").header("ETag")
    assert call("PATCH", "/tickets/1039", {"priority": "low"}, if_match=etag).status == 200
    assert call("PATCH", "/tickets/1039", {"priority": "high"}, if_match=etag).status == 412
    assert call("PATCH", "/tickets/1039", {"priority": "high"}, if_match="*").status == 200


@pytest.mark.parametrize(
    "path", ["/tickets/7", "/tickets/x", "/tickets/1042x", "/tickets/" + "9" * 50, "/customers/0"]
)
def test_what_does_not_exist_is_not_found(call, path: str) -> None:
    for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
        answer = call(method, path, body)
        assert (answer.status, answer.error["code"]) == (404, "not_found")


def test_comments_are_listed_and_added_by_the_caller(call) -> None:
    added = call("POST", "/tickets/1042/comments", {"body": "On my way"})
    assert added.status == 201
    assert added.json["data"]["author"] == "agent@practice"
    assert call("GET", "/tickets/1042/comments").json["data"]["items"][-1]["body"] == "On my way"
    assert call("POST", "/tickets/1042/comments", {"body": ""}).status == 422
    assert call("GET", "/tickets/1/comments").status == 404


def test_a_deleted_ticket_takes_its_comments_and_files_along(call) -> None:
    attachment = call("GET", "/tickets/1042/attachments").json["data"]["items"][0]
    assert call("DELETE", "/tickets/1042").status == 204
    assert call("GET", attachment["url"]).status == 404
    assert call("GET", "/tickets/1042/comments").status == 404


def test_customers_are_found_by_words_and_country(call) -> None:
    assert call("GET", "/customers").json["total"] == 60
    found = call("GET", "/customers?q=luna&country=at").json["data"]["items"]
    assert [customer["name"] for customer in found] == ["Café Luna"]


def test_a_customer_lives_from_create_to_delete(call) -> None:
    created = call("POST", "/customers", {"name": "Nový zákazník", "email": "desk@novy.example"})
    customer = created.json["data"]
    assert (created.status, customer["plan"]) == (201, "free")
    path = created.header("Location")
    assert call("PATCH", path, {"city": "Brno"}).json["data"]["city"] == "Brno"
    assert call("DELETE", path).status == 204
    assert call("GET", path).status == 404


def test_an_address_belongs_to_one_customer(call) -> None:
    taken = call("POST", "/customers", {"name": "Twin", "email": "DESK@cafe-luna.example"})
    assert (taken.status, taken.error["code"]) == (409, "email_taken")
    assert call("PATCH", "/customers/3", {"email": "desk@cafe-luna.example"}).status == 200
    assert call("POST", "/customers", {"name": "X", "email": "@"}).status == 422


def test_a_customer_with_tickets_cannot_be_deleted(call) -> None:
    answer = call("DELETE", "/customers/3")
    assert (answer.status, answer.error["code"]) == (409, "in_use")


def test_the_data_is_the_same_at_every_start(call_to) -> None:
    def listing() -> bytes:
        with start_practice(None, clock=lambda: 1.8e9) as service:
            path = f"/export/tickets.jsonl?api_key={service.credentials.api_key}"
            return call_to(service, "GET", path).body

    assert listing() == listing()
