"""A base URL that a provider tells is bound to hosts, and the file says to which."""

from pathlib import Path

import pytest

from connectors import find_problems, implied_hosts, told_keys

CONNECTOR = """schema: connect/1
revision: 1
handle: acme
name: Acme
summary: A connector of the tests.
type: api
inputs: [{key: site, default: eu1}, {key: own_url}, {key: sub}]
http: {base_url: "BASE"HOSTS}
auth:
  web:
    kind: oauth2
    grants: [client_credentials]
    token_url: https://id.acme.example/token
    captured: [FACT]
  login:
    kind: session
    cookies: true
    steps: [{request: {path: 'https://id.acme.example/login'}, extract: [{secret: false, path: p, FACT}]}]
operations: {get: {request: {path: /}}}
"""


def problems(path: Path, base: str, fact: str, hosts: str = "") -> list[str]:
    text = CONNECTOR.replace("BASE", base).replace("HOSTS", hosts)
    plain = ", ".join(part for part in fact.strip("{}").split(", ") if not part.startswith("example"))
    text = text.replace("captured: [FACT]", f"captured: [{fact}]").replace("FACT", plain)
    path.write_text(text)
    return [problem.message for problem in find_problems(path)]


@pytest.mark.parametrize(
    "base",
    [
        "{{ captured.place }}", "{{ captured.place }}/api", "https://{{ captured.place }}", "https://{{ captured.place }}/x",
        "https://{{ captured.place }}.example/x", "{{ not_null(captured.place, var.own_url) }}",
        "{{ var.own_url || captured.place }}", "https://{{ captured.place }}:8443/api",
    ],
)  # fmt: skip
def test_a_fact_that_decides_about_the_host_needs_hosts(tmp_path: Path, base: str) -> None:
    found = problems(tmp_path / "acme.yaml", base, "{key: place}")
    assert len(found) == 2
    for one in found:
        assert "the provider could lead anywhere with `place`" in one
    assert problems(tmp_path / "acme.yaml", base, "{key: place, hosts: ['*.acme.example']}") == []


@pytest.mark.parametrize(
    "base",
    [
        "https://api.acme.example/{{ captured.place }}", "https://{{ captured.place }}.api.acme.example/3.0",
        "https://{{ captured.place }}.acme.example:8443", "https://{{ var.site }}.acme.example/{{ captured.place }}",
        "{{ join('/', ['https://api.acme.example', captured.place]) }}",
    ],
)  # fmt: skip
def test_a_fact_in_a_path_or_below_a_domain_needs_none(tmp_path: Path, base: str) -> None:
    assert problems(tmp_path / "acme.yaml", base, "{key: place}") == []


def test_other_hosts_that_a_provider_names_are_bound_too(tmp_path: Path) -> None:
    hosts = ", hosts: {files: '{{ captured.place }}'}"
    assert len(problems(tmp_path / "acme.yaml", "https://api.acme.example", "{key: place}", hosts)) == 2


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        ("{key: place, hosts: ['*']}", "'*' allows too much"),
        ("{key: place, hosts: ['*.example']}", "'*.example' allows too much"),
        ("{key: place, hosts: ['acme.*']}", "'acme.*' allows too much"),
        ("{key: place, hosts: ['https://acme.example']}", "is no host; write it as"),
        ("{key: place, hosts: ['*.acme.example'], example: 'https://a.other.example'}", "'a.other.example' is none of"),
    ],
)  # fmt: skip
def test_patterns_name_a_domain_and_fit_the_example(tmp_path: Path, fact: str, words: str) -> None:
    assert any(words in one for one in problems(tmp_path / "acme.yaml", "{{ captured.place }}", fact))


@pytest.mark.parametrize(
    "hosts", ["['{{ var.own_url }}', '*.{{ var.sub }}']", "['acme.example', '*.a.example']"]
)
def test_patterns_may_be_what_a_person_sets(tmp_path: Path, hosts: str) -> None:
    fact = f"{{key: place, hosts: {hosts}}}"
    assert problems(tmp_path / "acme.yaml", "{{ captured.place }}", fact) == []


def test_what_stands_before_the_path_is_found_as_it_is_written() -> None:
    assert told_keys("https://{{ captured.a }}.x.example/{{ captured.b }}") == {"a"}
    assert told_keys("{{ captured.a }}/{{ captured.b }}") == {"a", "b"}
    assert told_keys("{{ var.scheme }}://{{ captured.a }}/") == {"a"}
    assert implied_hosts("https://{{ captured.a || '/' }}.x.example/b") == ("*.x.example",)
    assert implied_hosts("https://{{ captured.a }}.example/b.x.example") == ()
