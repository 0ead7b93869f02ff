"""Which hosts and addresses a connection may reach."""

import pytest

from core.errors import PolicyError
from core.hosts import build_policy, host_of, origin_of


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "fe80::1", "fd00:ec2::254", "100.100.100.200", "0.0.0.0", "::", "::ffff:169.254.169.254",
     "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "224.0.0.1"],
)  # fmt: skip
def test_link_local_and_metadata_addresses_are_refused_even_for_the_base_url(address: str) -> None:
    policy = build_policy("http://meta.example", [])
    with pytest.raises(PolicyError, match="never called"):
        policy.check_address("meta.example", address)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "10.1.2.3", "192.168.0.9", "172.16.5.5", "fd12::1", "100.64.0.1"]
)
def test_private_addresses_need_to_be_the_base_urls_own_host(address: str) -> None:
    policy = build_policy("https://erp.example", ["*.cdn.example"])
    policy.check_address("erp.example", address)
    with pytest.raises(PolicyError, match="private address"):
        policy.check_address("a.cdn.example", address)


def test_public_addresses_are_fine_for_every_allowed_host() -> None:
    build_policy("https://erp.example", ["*.cdn.example"]).check_address("a.cdn.example", "93.184.216.34")


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "https://erp.example.evil.example/", "https://xcdn.example"]
)
def test_hosts_that_the_connector_does_not_name_are_refused(url: str) -> None:
    with pytest.raises(PolicyError, match="not a host of this connector"):
        build_policy("https://erp.example", ["*.cdn.example"]).check_url(url)


@pytest.mark.parametrize(
    "url", ["https://ERP.example./x", "https://a.cdn.example/x", "https://api.example/x"]
)
def test_the_base_urls_host_and_the_named_patterns_are_allowed(url: str) -> None:
    build_policy("https://erp.example", ["*.cdn.example", "https://api.example"]).check_url(url)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://erp.example", "gopher://erp.example", "//erp.example"]
)
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(PolicyError, match="scheme"):
        build_policy("https://erp.example", []).check_url(url)


def test_metadata_names_are_refused_even_as_the_base_url() -> None:
    with pytest.raises(PolicyError, match="metadata"):
        build_policy("http://metadata.google.internal", []).check_url("http://metadata.google.internal/x")


def test_an_origin_has_the_default_port_of_its_scheme() -> None:
    assert origin_of("https://A.example/x") == ("https", "a.example", 443)
    assert host_of("http://[::1]:80/") == "::1"
