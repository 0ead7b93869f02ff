"""What is packed comes back as it was."""

from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import StorageError
from storage.packing import PLAIN, ZSTD, clean_text, pack_bytes, pack_json, unpack_bytes, unpack_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_json_comes_back_with_exact_integers(value: object) -> None:
    assert unpack_json(pack_json(value)) == value


@given(st.binary(max_size=5000))
def test_bytes_come_back(content: bytes) -> None:
    assert unpack_bytes(*pack_bytes(content)) == content


@pytest.mark.parametrize("content", [b"", b"x", pack_bytes(b"a" * 1000)[1][:-3]])
def test_damaged_bytes_are_refused_with_a_remedy(content: bytes) -> None:
    with pytest.raises(StorageError, match="is damaged") as caught:
        unpack_bytes(ZSTD, content)
    assert caught.value.remedy


def test_only_what_gets_smaller_is_compressed() -> None:
    assert pack_bytes(b"a" * 1000)[0] == ZSTD
    assert pack_bytes(b"short")[0] == PLAIN


def test_a_mapping_of_any_kind_is_an_object() -> None:
    assert pack_json({"a": MappingProxyType({"b": (1, 2)})}) == '{"a":{"b":[1,2]}}'


def test_half_a_surrogate_pair_is_replaced_and_not_refused() -> None:
    assert unpack_json(pack_json({"a\udc80": ["b\ud800"]})) == {"a?": ["b?"]}
    assert clean_text("x\udc80\0") == "x?␀"


def test_what_json_cannot_say_is_refused_in_words() -> None:
    with pytest.raises(StorageError, match="cannot be kept as JSON"):
        pack_json({"a": object()})
