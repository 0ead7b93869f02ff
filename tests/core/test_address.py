"""Addresses of requests, as they go onto the wire."""

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.address import Server, read_address
from core.errors import ConfigError

HOSTS = st.one_of(
    st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,12})", fullmatch=True),
    st.sampled_from(["127.0.0.1", "1.2.3.999", "[::1]", "EXAMPLE.com", "bücher.example", "x_y", "10", "a.1"]),
)
PORTS = st.sampled_from(["", ":80", ":443", ":8080", ":080", ":"])
TEXTS = st.text("abcAZ09/.?=&%+;:@!$'()*,~_-[]{}|\\^`\"<> é#20", max_size=20)


@given(st.sampled_from(["http", "https"]), HOSTS, PORTS, TEXTS)
@example("http", "h", "", "a/../b/./c")
@example("https", "h", ":443", "?")
@example("http", "h", "", "a%2e%2E/%zz?q=%41 b")
def test_an_address_goes_out_as_the_http_library_writes_it(
    scheme: str, host: str, port: str, rest: str
) -> None:
    url = f"{scheme}://{host}{port}/{rest}"
    try:
        expected = httpx.URL(url)
    except httpx.InvalidURL:
        with pytest.raises(ConfigError):
            read_address(url)
        return
    server, target = read_address(url)
    assert target == expected.raw_path.decode()
    assert server == Server(
        scheme,
        expected.raw_host.decode(),
        expected.port or {"http": 80, "https": 443}[scheme],
        expected.netloc.decode(),
    )


@pytest.mark.parametrize("url", ["http://h/a\nb", "http://h/" + "a" * 70_000, "http://1.2.3.999/"])
def test_what_cannot_be_an_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        read_address(url)
