"""Signatures of AWS and client certificates as they stand in a connector file."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors import compile_definition, find_problems, load_definition, read_compiled

CONNECTOR = """schema: connect/1
revision: 1
handle: small
name: Small
summary: A connector for tests.
type: api
categories: [storage]
inputs: [{key: region, default: us-east-1}]
http: {base_url: https://a.example}
auth:
  it:
METHOD
operations: {}
"""
PAGE = Path(__file__).parents[2] / "docs/connectors.md"


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(method: str) -> Path:
        path = tmp_path / "small.yaml"
        path.write_text(CONNECTOR.replace("METHOD", "".join(f"    {line}\n" for line in method.splitlines())))
        return path

    return write


@pytest.mark.parametrize(
    ("method", "asked"),
    [
        (
            "kind: aws_sigv4\nservice: s3\nregion: '{{ var.region }}'",
            ["access_key_id", "secret_access_key*", "session_token*"],
        ),
        ("kind: mtls", ["certificate*", "private_key*", "key_password*"]),
        ("kind: basic\ncertificate: {cert: '{{ auth.username }}'}", ["username", "password*"]),
    ],
)
def test_what_is_asked_for_unless_said(written, method: str, asked: list[str]) -> None:
    definition = load_definition(written(method)).definition
    assert [one.key + "*" * one.secret for one in definition.auth["it"].inputs] == asked
    assert read_compiled(compile_definition(definition)) == definition


@pytest.mark.parametrize(
    ("method", "sentence"),
    [
        ("kind: aws_sigv4\nservice: s3", "region"),
        ("kind: aws_sigv4\nservice: s3\nregion: '{{ var.regin }}'", "there is no var.regin; did you mean 'region'?"),
        ("kind: aws_sigv4\nservice: s3\nregion: a\nplace: body", "place"),
        ("kind: aws_sigv4\nservice: s3\nregion: a\nassume_role: {}", "no input is called role_arn"),
        ("kind: aws_sigv4\nservice: s3\nregion: a\nassume_role: {duration: 60}", "duration"),
        ("kind: aws_sigv4\nservice: s3\nregion: a\ninputs: [{key: a}]", "no input is called secret_access_key"),
        ("kind: aws_sigv4\nservice: s3\nregion: a\nassume_role: {url: sts}", "url"),
        ("kind: mtls\ninputs: [{key: a}]", "no input is called certificate"),
        ("kind: mtls\ncertificate: {}", "either `cert` or `pkcs12`"),
        ("kind: mtls\ncertificate: {cert: '{{ auth.certificate }}', pkcs12: '{{ auth.certificate }}'}", "either `cert` or `pkcs12`"),
        ("kind: mtls\ncertificate: {pkcs12: '{{ auth.certificate }}', key: '{{ auth.private_key }}'}", "`key` goes with `cert`"),
        ("kind: mtls\ncertificate: {cert: /etc/ssl/mine.pem}", "never the connector's"),
        ("kind: mtls\ncertificate: {cert: '{{ auth.certificat }}'}", "there is no auth.certificat"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_when_the_file_is_read(written, method: str, sentence: str) -> None:
    problems = [str(problem) for problem in find_problems(written(method))]
    assert any(sentence in problem for problem in problems), problems


def test_a_certificate_that_is_not_used_changes_no_hash(written) -> None:
    compiled = load_definition(written("kind: bearer")).compiled
    assert b'"certificate"' not in compiled


@pytest.mark.parametrize("heading", ["AWS signatures", "Client certificates"])
def test_the_examples_of_the_guide_are_valid(heading: str, tmp_path: Path) -> None:
    section = PAGE.read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    example = "\n".join(line[4:] for line in re.findall(r"^    .*$", section, re.MULTILINE))
    head = CONNECTOR.split("inputs:", maxsplit=1)[0]
    missing = "" if "http:" in example else "http: {base_url: https://a.example}\n"
    path = tmp_path / "small.yaml"
    path.write_text(f"{head}{missing}{example}\noperations: {{}}\n")
    assert find_problems(path) == ()
