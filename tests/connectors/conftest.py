"""A connector that uses most of the format, and a way to write and examine files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from connectors import find_problems

DESK = """\
schema: connect/1
revision: 3
handle: acme-desk
name: Acme Desk
summary: Tickets and customers of the Acme desk.
logo: {glyph: ◆, colour: '#2a9d8f'}
categories: [support]
labels: {team: desk}
author: {person: A. Person, company: Acme}
links: {docs: https://acme.example/docs}
changelog:
  - {revision: 3, date: 2026-11-01, breaking: true, notes: Keys moved to a header.}
inputs:
  - {key: base_url, type: url, required: true, default: 'https://desk.acme.example'}
  - {key: region, type: enum, options: [eu, {value: us, title: United States}]}
  - {key: realm, required_when: region == 'us', advanced: true}
http:
  base_url: '{{ var.base_url }}'
  headers: {X-Realm: '{{ var.realm }}'}
  query: {v: 2}
  timeout: {connect: 3, read: 20}
  hosts: {files: '*.files.acme.example'}
auth:
  token:
    kind: bearer
    test:
      - {name: me, request: {path: /me}, show: 'accepted as {{ response.body.name }}'}
      - {name: tickets, operation: list-tickets, input: {limit: 1}, level: optional}
  key:
    kind: api_key
    apply: [{in: header, name: X-Api-Key}]
  user:
    kind: basic
    username: '{{ auth.api_key }}'
    password: ''
    inputs: [{key: api_key, type: secret, required: true}]
  open: {kind: none}
errors:
  - {match: {status: 404}, class: not_found, message: 'there is no {{ request.url }}'}
  - {match: {status: 5xx}, retryable: true}
  - {match: {status: [200, 202-204]}, when: "response.body.error != `null`", do: fail, class: vendor}
operations:
  list-tickets:
    title: List tickets
    request: {path: /tickets, query: {limit: '{{ input.limit }}', state: '{{ input.state }}'}}
    input: {limit: 'integer = 25', state: open|solved}
    records: data.items
    result: '{{ length(response.body.data.items) }} tickets'
    examples: [{name: Open ones, input: {state: open}}]
  create-ticket:
    request:
      method: POST
      path: /tickets
      body: {subject: '{{ input.subject }}', tags: '{{ input.tags }}'}
    input:
      type: object
      properties: {subject: {type: string}, tags: {type: array}}
      required: [subject]
  delete-ticket:
    request: {method: DELETE, path: '/tickets/{{ input.id }}'}
    input: {id: string!}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """The file of the sample connector."""
    path = tmp_path / "desk.yaml"
    path.write_text(DESK, encoding="utf-8")
    return path


@pytest.fixture
def problems_after(desk: Path) -> Callable[[str, str], list[str]]:
    """Replace one piece of the sample and give its problems as ``line:col: path: message``.

    Every ``§`` in the new piece marks a place: ``line:col`` of a problem there is given as §1, §2 and so on.
    """

    def change(old: str, new: str) -> list[str]:
        text = desk.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} is in the sample {text.count(old)} times"
        pieces = text.replace(old, new).split("§")
        marks = {}
        for number in range(1, len(pieces)):
            before = "".join(pieces[:number])
            marks[f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"] = f"§{number}"
        desk.write_text("".join(pieces), encoding="utf-8")
        problems = [str(problem).removeprefix(f"{desk}:").split(": ", 1) for problem in find_problems(desk)]
        return [f"{marks.get(place, place)}: {rest}" for place, rest in problems]

    return change
