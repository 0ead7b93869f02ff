"""Every problem has a place, says what was found, what is allowed and what is near."""

from collections.abc import Callable

import pytest

Change = Callable[[str, str], list[str]]

MODELS = [
    ("name: Acme Desk", "§nam: x", ["1:1: name: the key 'name' is missing: The name people read.",
                                  "§1: nam: unknown key 'nam'; did you mean 'name'?"]),
    ("schema: connect/1", "schema: §connect/2", ['§1: schema: found "connect/2", allowed: connect/1; did you mean \'connect/1\'?']),
    ("revision: 3\nhandle", "revision: §'3'\nhandle", ['§1: revision: found "3", expected a whole number']),
    ("handle: acme-desk", "handle: §Acme Desk", [('§1: handle: found "Acme Desk", expected lower-case letters and digits in words '
                                               "joined by single dashes, as in `acme-desk`")]),
    ("author: {person: A. Person, company: Acme}", "author: §Acme", ['§1: author: found "Acme", expected a mapping']),
    ("categories: [support]", "categories: §support", ['§1: categories: found "support", expected a list']),
    ("type: url, required: true,", "type: §ur, required: §yes,", [
        ('§1: inputs[0].type: found "ur", allowed: string, int, number, bool, secret, enum, multi-enum, url, host, duration, date, '
        "json, file, timezone; did you mean 'url'?"),
        '§2: inputs[0].required: found "yes", expected true or false']),
    ("{value: us, title: United States}", "§{§valeu: us}", [
        "§1: inputs[1].options[1].value: the key 'value' is missing: What is kept when it is chosen.",
        "§2: inputs[1].options[1].valeu: unknown key 'valeu'; did you mean 'value'?"]),
    ("{X-Realm: '{{ var.realm }}'}", "{X-Realm: §2}", ["§1: http.headers.X-Realm: found 2, expected text; put it in quotes"]),
    ("{X-Realm: '{{ var.realm }}'}", "{§'X Realm': a}", [('§1: http.headers.X Realm: the name "X Realm" cannot be used; write a header name '
                                                       "without spaces, as in `X-Api-Key`")]),
    ("timeout: {connect: 3, read: 20}", "timeout: {connect: §0, read: §1e6}", [
        "§1: http.timeout.connect: found 0, expected more than 0.0", "§2: http.timeout.read: found 1000000.0, expected at most 86400.0"]),
    ("timeout: {connect: 3, read: 20}", "tls: {min_version: §1.2}", ["§1: http.tls.min_version: found 1.2, allowed: 1.2, 1.3; put it in quotes"]),
    *(("'*.files.acme.example'", f"§'{host}'", [(f'§1: http.hosts.files: found "{host}", expected a host name without a port, `*.` and a '
      "host name, an IPv6 address without brackets, or one template")])
      for host in ("files.acme.example:8080", "[::1]", "*.acme.example:443", "acme.example.", "https://acme.example")),
    *(("query: {v: 2}", f"servers: [{{url: §'{url}'}}]", [(f'§1: http.servers[0].url: found "{url}", expected an address that begins with '
      "http:// or https:// and holds no template")])
      for url in ("https://{{ var.region }}.acme.example", "https://{{var.region}}.acme.example", "mailto:me@acme.example")),
    ("kind: bearer", "kind: §beaer", ["§1: auth.token.kind: the kind 'beaer' is unknown; did you mean 'bearer'?"]),
    ("kind: bearer", "kind: bearer\n    §headr: X", ["§1: auth.token.headr: unknown key 'headr'; did you mean 'header'?"]),
    ("open: {kind: none}", "open: §{title: x}", ["§1: auth.open: the key 'kind' is missing, which says how this works"]),
    ("apply: [{in: header, name: X-Api-Key}]", "apply: §[]", ["§1: auth.key.apply: it is empty"]),
    ("  open: {kind: none}", "  §Open_1: {kind: none}", [('§1: auth.Open_1: the name "Open_1" cannot be used; write lower-case letters and '
     "digits in words joined by single dashes or underscores")]),
    ("{status: 404}", "{status: §7xx}", [('§1: errors[0].match.status: found "7xx", expected a status as 404, a class as 5xx, or a range as '
                                        "400-499")]),
    ("[200, 202-204]", "[200, §true]", ["§1: errors[2].match.status[1]: found true, expected a whole number or text"]),
    ("class: not_found", "class: §notfound", [('§1: errors[0].class: found "notfound", allowed: config, input, auth, permission, not_found, conflict, '
                                             "limit, vendor, network, timeout, tls, policy, storage, vault, bug; did you mean 'not_found'?")]),
    ("method: POST", "method: §post", [('§1: operations.create-ticket.request.method: found "post", allowed: GET, HEAD, POST, PUT, PATCH, DELETE, '
                                      "OPTIONS; did you mean 'POST'?")]),
    ("path: /me", "path: §me", [('§1: auth.token.test[0].request.path: found "me", expected a path that begins with /, a whole address, or a '
                               "template")]),
    ("    title: List tickets", "    §titel: List tickets", ["§1: operations.list-tickets.titel: unknown key 'titel'; did you mean 'title'?"]),
]  # fmt: skip

FIT = [
    ("base_url: '{{ var.base_url }}'", "base_url: '{{ §var.base_ur }}'", "http.base_url: there is no var.base_ur; did you mean 'base_url'?"),
    ("base_url: '{{ var.base_url }}'", "base_url: '{{ §input.x }}'", ("http.base_url: 'input' is not known in this place; here there are var, "
     "connection and captured")),
    ("'{{ var.realm }}'", "'{{ §auth.token }}'", "http.headers.X-Realm: 'auth' is not known in this place; here there are var, connection and captured"),
    ("'{{ var.realm }}'", "'{{ §env.HOME }}'", "http.headers.X-Realm: 'env' is unknown; here there are var, connection and captured"),
    ("'{{ var.realm }}'", "'{{ json(§@) }}'", "http.headers.X-Realm: @ is the whole scope here; name what is needed"),
    ("'{{ var.realm }}'", "§var.realm", "http.headers.X-Realm: this is plain text; write '{{ var.realm }}' for the value"),
    ("default: 'https://desk.acme.example'", "default: §desk", ('inputs[0].default: "desk" is not an address that begins with http:// or '
     "https://")),
    ("region == 'us'", "§regio == 'us'", "inputs[2].required_when: there is no input 'regio' beside this one; did you mean 'region'?"),
    ("region == 'us'", 'region §== "us"', 'inputs[2].required_when: "us" in double quotes is a field name; text stands in single quotes: \'us\''),
    ("{key: realm, required_when", "{key: §region, required_when", "inputs[2].key: another input has the name 'region' already"),
    ("{key: realm,", "{key: realm, type: secret, default: §hunter2,", "inputs[2].default: a secret has no default; it would stand in this file"),
    ("{key: realm,", "{key: realm, type: secret, secret: §false,", "inputs[2].secret: an input of type secret is always secret"),
    ("{key: realm,", "{key: realm, type: int, default: §x,", 'inputs[2].default: "x" is not a whole number'),
    ("{key: realm,", "{key: realm, pattern: '[a-z]+', default: §A1,", 'inputs[2].default: "A1" does not have the form [a-z]+'),
    ("{key: realm,", "{key: realm, pattern: §'[',", "inputs[2].pattern: this is not a regular expression"),
    ("{key: realm,", "{key: realm, min: 3, max: §2,", "inputs[2].max: it is smaller than min (3)"),
    ("{key: realm,", "{key: realm, type: bool, min: §3,", "inputs[2].min: an input of type bool has no min"),
    ("{key: realm,", "{key: realm, type: int, prefix: §a,", "inputs[2].prefix: only text has a prefix, not int"),
    ("{key: realm,", "{key: realm, locked: §true,", "inputs[2].locked: a locked input needs a default, because nobody can enter a value"),
    ("{key: realm,", "§{key: realm, type: enum,", "inputs[2]: an input of type enum needs `options`"),
    ("type: enum, options: [eu,", "options: §[eu,", "inputs[1].options: only enum and multi-enum have options, not string"),
    ("options: [eu, {value: us, title: United States}]", "options: [eu], default: §us", 'inputs[1].default: "us" is not one of the choices; choose eu'),
    ("kind: basic\n    username: '{{ auth.api_key }}'\n    password: ''", "§kind: basic\n    username: '{{ auth.api_key }}'", ("auth.user: `password` is "
     "'{{ auth.password }}' unless said, but no input is called password")),
    ("username: '{{ auth.api_key }}'", "username: '{{ §auth.apikey }}'", "auth.user.username: there is no auth.apikey; did you mean 'api_key'?"),
    ("operation: list-tickets", "operation: §list-ticket", ("auth.token.test[1].operation: there is no operation 'list-ticket'; did you mean "
     "'list-tickets'?")),
    ("operation: list-tickets, input: {limit: 1}", "operation: §create-ticket", ("auth.token.test[1].operation: a test must not change "
     "anything, and 'create-ticket' does")),
    ("input: {limit: 1}, level", "input: {limit: §one}, level", 'auth.token.test[1].input.limit: "one" is not of type "integer"'),
    ("{name: tickets, operation", "{name: §me, operation", "auth.token.test[1].name: another test has the name 'me' already"),
    ("{name: me, request: {path: /me}, show", "§{name: me, show", "auth.token.test[0]: a test has either `request` or `operation`"),
    ("{{ response.body.name }}", "{{ §respons.body.name }}", ("auth.token.test[0].show: 'respons' is unknown; here there are response, input, var and "
     "connection")),
    ("{{ response.body.name }}", "{{ §auth.token }}", "auth.token.test[0].show: 'auth' is not known in this place"),
    ("{{ response.body.name }}", "{{ §response.data.name }}", "auth.token.test[0].show: there is no response.data; known: status, headers, body, url"),
    ("{{ request.url }}", '{{ §response.headers."X-Id" }}', "errors[0].message: the names of response headers are in lower case: 'x-id'"),
    ("{match: {status: 404}, class", "§{class", "errors[0]: a rule without `match` and `when` would take every answer"),
    ("{status: 404}", "{header: {X: §'('}}", "errors[0].match.header.X: this is not a regular expression"),
    ("error != `null`", "error != §null", "errors[2].when: null without backticks is a field name; write `null`"),
    ("{{ input.limit }}", "{{ §input.limt }}", "operations.list-tickets.request.query.limit: there is no input.limt; did you mean 'limit'?"),
    ("{{ input.limit }}", "§{{ input.limit", "operations.list-tickets.request.query.limit: the template is never closed: {{ without its }}"),
    ("records: data.items", "records: '§{{ data.items }}'", "operations.list-tickets.records: an expression stands without {{ }} in this place"),
    ("records: data.items", "records: data.§my-items", "operations.list-tickets.records: a name with a dash needs double quotes"),
    ("{{ length(response.body.data.items) }}", "{{ §lenght(response.body.data.items) }}", ("operations.list-tickets.result: there is no function "
     "lenght(); did you mean length()?")),
    ("{{ length(response.body.data.items) }}", "{{ §length() }}", "operations.list-tickets.result: length() takes 1 argument, found 0"),
    ("limit: 'integer = 25'", "limit: §'integer = many'", "operations.list-tickets.input.limit: the default 'many' cannot be read as integer"),
    ("limit: 'integer = 25'", "limit: §intger", "operations.list-tickets.input.limit: unknown type 'intger'; did you mean 'integer'?"),
    ("state: open|solved}", "state: §'open|solved = new'}", "operations.list-tickets.input.state: its default does not fit"),
    ("input: {state: open}}]", "input: {state: §opn}}]", 'operations.list-tickets.examples[0].input.state: "opn" is not one of'),
    ("tags: {type: array}", "tags: {type: §aray}", 'operations.create-ticket.input.properties.tags.type: "aray" is not valid'),
    ("input:\n      type: object\n      properties: {subject: {type: string}, tags: {type: array}}", ("input:\n      §type: object\n      properties: "
     "{subject: {type: string}, tags: {$ref: 'http://127.0.0.1:9/x'}}"), "operations.create-ticket.input: Resource 'http://127.0.0.1:9/x' is not present"),
    ("/tickets/{{ input.id }}", "/tickets/§{id}", "operations.delete-ticket.request.path: `{id}` is not filled; write '{{ input.id }}'"),
    ("/tickets/{{ input.id }}", "/tickets/§:id", "operations.delete-ticket.request.path: `:id` is not filled; write '{{ input.id }}'"),
    ("{revision: 3, date", "{revision: §4, date", "changelog[0].revision: it is newer than this file, which is revision 3"),
    ("timeout: {connect: 3, read: 20}", "tls: {verify: §'no'}", "http.tls.verify: found 'no', expected true, false or a template"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), MODELS, ids=lambda value: str(value)[:30])
def test_what_the_format_does_not_know_is_told(
    problems_after: Change, old: str, new: str, expected: list[str]
) -> None:
    assert problems_after(old, new) == expected


@pytest.mark.parametrize(
    "host", ["files.acme.example", "*.acme.example", "localhost", "::1", "fe80::1", "{{ var.realm }}"]
)
def test_a_host_is_named_as_requests_are_compared_with_it(problems_after: Change, host: str) -> None:
    assert problems_after("'*.files.acme.example'", f"'{host}'") == []


@pytest.mark.parametrize(("old", "new", "expected"), FIT, ids=lambda value: str(value)[:30])
def test_what_does_not_fit_is_told(problems_after: Change, old: str, new: str, expected: str) -> None:
    problems = problems_after(old, new)
    assert any(problem.startswith(f"§1: {expected}") for problem in problems), problems


def test_all_problems_come_at_once_in_the_order_of_the_file(problems_after: Change) -> None:
    problems = problems_after(
        "name: Acme Desk", "name: Acme Desk\n§sumary: x\n§tags: 3\nstage: §bta\n§license:\n  - x"
    )
    assert [problem.split(": ")[1] for problem in problems] == ["sumary", "tags", "stage", "license"]


def test_templates_are_checked_even_where_the_models_refuse_the_file(problems_after: Change) -> None:
    problems = problems_after("    title: List tickets", "    §titel: x\n    result: '{{ §input.limt }}'")
    assert [problem[:2] for problem in problems][:2] == ["§1", "§2"]


@pytest.mark.parametrize(
    "body",
    [
        "body: |\n        one\n        two {{ §input.no }}\n",
        "body: >-\n        {{ input.subject }} folded\n        over {{ §input.no }}\n",
        'body: "\\x41 {{ §input.no }}"\n',
        "body: 'it''s {{ §input.no }}'\n",
        "body: ['{{ input.subject }}', '{{ §input.no }}']\n",
        "body: a {{ input.subject }} and {{ §input.no }}\n",
        "body: '{{ lower(§input.no) }}'\n",
    ],
)
def test_an_expression_is_found_in_any_kind_of_scalar(problems_after: Change, body: str) -> None:
    problems = problems_after("body: {subject: '{{ input.subject }}', tags: '{{ input.tags }}'}\n", body)
    assert [problem.split(": ")[0] for problem in problems] == ["§1"]
