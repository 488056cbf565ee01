from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.store.sets import BLOCK, is_list, numbers, of_numbers, pack, union_of_lists, unpack

members = st.sets(st.integers(0, BLOCK - 1))


@given(members)
def test_a_set_comes_back_as_it_was(given: set[int]) -> None:
    bits = of_numbers(given)
    assert set(numbers(bits)) == given
    packed = pack(bits)
    assert unpack(packed, len(given)) == bits
    assert len(packed) <= min(2 * len(given), BLOCK // 8)


@given(st.lists(st.sets(st.integers(0, BLOCK - 1), min_size=1, max_size=5), min_size=1))
def test_lists_are_united_at_once(sets: list[set[int]]) -> None:
    packed = [(pack(of_numbers(each)), len(each)) for each in sets]
    lists = [each for each, size in packed if is_list(each, size)]
    whole = union_of_lists(lists)
    for each, size in packed:
        if not is_list(each, size):
            whole |= int.from_bytes(each, "little")
    assert set(numbers(whole)) == set().union(*sets)


def test_both_forms_are_used() -> None:
    few, many = pack(of_numbers({5, 4000})), pack(of_numbers(range(100)))
    assert (few, is_list(few, 2)) == (b"\x05\x00\xa0\x0f", True)
    assert (len(many), is_list(many, 100)) == (13, False)
