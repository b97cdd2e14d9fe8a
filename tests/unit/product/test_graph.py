"""The order respects every edge and is stable; a cycle is always shown as a real path."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.stratum.platform.plugins.module_utils.product import graph

NAMES = [f"c{index}" for index in range(12)]
ANY_GRAPH = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=4), max_size=12
)
FORWARD = ANY_GRAPH.map(
    lambda needs: {
        name: [other for other in others if NAMES.index(other) < NAMES.index(name)]
        for name, others in needs.items()
    }
)


@given(FORWARD, st.permutations(NAMES))
def test_every_name_comes_after_what_it_needs(needs, names):
    ordered = graph.order(names, needs)
    position = {name: index for index, name in enumerate(ordered)}
    assert sorted(ordered) == sorted(NAMES)
    assert all(position[other] < position[name] for name in needs for other in needs[name])


@given(FORWARD)
def test_an_order_that_already_fits_is_kept(needs):
    assert graph.order(NAMES, needs) == NAMES


@given(ANY_GRAPH)
def test_a_cycle_is_a_real_path_and_is_found_whenever_there_is_one(needs):
    cycles = graph.cycles(NAMES, needs)
    assert bool(cycles) == (len(graph.order(NAMES, needs)) < len(NAMES))
    for cycle in cycles:
        assert cycle[0] == cycle[-1]
        assert len(set(cycle)) == len(cycle) - 1
        assert all(cycle[i + 1] in needs[cycle[i]] for i in range(len(cycle) - 1))


@given(ANY_GRAPH)
def test_without_the_names_of_all_cycles_the_rest_can_be_ordered(needs):
    gone = {name for cycle in graph.cycles(NAMES, needs) for name in cycle}
    rest = [name for name in NAMES if name not in gone]
    inner = {name: [other for other in needs.get(name, ()) if other in rest] for name in rest}
    assert sorted(graph.order(rest, inner)) == sorted(rest)


def test_two_separate_cycles_are_both_found():
    needs = {"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"], "e": ["a"]}
    assert graph.cycles(list("abcde"), needs) == [["a", "b", "a"], ["c", "d", "c"]]


def test_a_long_chain_is_no_matter_of_recursion():
    names = [str(index) for index in range(5000)]
    needs = {names[index]: [names[index - 1]] for index in range(1, 5000)}
    assert graph.order(names[::-1], needs) == names
