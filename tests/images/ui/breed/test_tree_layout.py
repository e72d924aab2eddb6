"""The tree is tidy: nobody on anybody, parents over their children, always the same."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.images.lineage import Lineage
from studio.images.ui.breed.tree_layout import FAMILY_GAP, NOTHING, TreeArranger, TreeLayout
from studio.project.family import FamilyRow


def row(number: int, *parents: int) -> FamilyRow:
    return FamilyRow(
        node=f"n{number}",
        place=number,
        identity=str(number),
        model="tiny",
        kind="",
        seed=number,
        created=0.0,
        colours=(),
        swatch=None,
        parents=tuple(map(str, parents)),
        genes=(),
        is_work=False,
    )


@st.composite
def lineages(draw: st.DrawFn, most: int = 40) -> Lineage:
    """Everybody's parents came before them."""
    count = draw(st.integers(1, most))
    rows = []
    for number in range(count):
        before = st.integers(0, max(number - 1, 0))
        parents = draw(st.lists(before, max_size=2, unique=True)) if number else []
        rows.append(row(number, *parents))
    return Lineage(rows)


def places(layout: TreeLayout, lineage: Lineage) -> dict[str, tuple[float, int]]:
    return {m.identity: layout.position(m.identity) for m in lineage if m.identity in layout}


@given(lineages())
def test_everybody_stands_in_their_generation_and_on_nobody(lineage: Lineage) -> None:
    layout = TreeArranger().arrange(lineage)
    found = places(layout, lineage)
    assert len(found) == len(lineage) == len(layout)
    rows: dict[int, list[float]] = {}
    for member in lineage:
        place, generation = found[member.identity]
        assert generation == member.generation
        assert layout.left - 1e-9 <= place <= layout.right + 1e-9
        rows.setdefault(generation, []).append(place)
    for row_places in rows.values():
        ordered = sorted(row_places)
        assert all(b - a >= 1 - 1e-9 for a, b in pairwise(ordered))
    assert layout.generations == len(rows)


@given(lineages())
def test_a_parent_stands_over_the_middle_of_those_who_hang_from_it(lineage: Lineage) -> None:
    layout = TreeArranger().arrange(lineage)
    for member in lineage:
        children = [layout.position(name)[0] for name in lineage.hanging(member.identity)]
        if children:
            assert children == sorted(children)
            middle = (children[0] + children[-1]) / 2
            assert layout.position(member.identity)[0] == pytest.approx(middle)


@given(lineages(), st.data())
def test_what_is_laid_out_again_comes_out_as_if_for_the_first_time(
    lineage: Lineage, data: st.DataObject
) -> None:
    folded = data.draw(st.sets(st.sampled_from([member.identity for member in lineage])))
    arranger = TreeArranger()
    arranger.arrange(lineage)
    again = places(arranger.arrange(lineage, folded), lineage)
    assert again == places(TreeArranger().arrange(lineage, folded), lineage)
    assert places(arranger.arrange(lineage), lineage) == places(
        TreeArranger().arrange(lineage), lineage
    )


@given(lineages(), st.data())
def test_folding_hides_all_who_hang_below_and_counts_them(
    lineage: Lineage, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from([member.identity for member in lineage]))
    below = []
    ahead = list(lineage.hanging(name))
    while ahead:
        below.append(ahead.pop())
        ahead.extend(lineage.hanging(below[-1]))
    layout = TreeArranger().arrange(lineage, (name,))
    assert layout.hidden(name) == len(below)
    assert {m.identity for m in lineage if m.identity not in layout} == set(below)


@given(lineages(), st.floats(-3, 20), st.floats(0, 10), st.integers(0, 4), st.integers(0, 4))
def test_who_is_in_view_is_who_stands_there(
    lineage: Lineage, first: float, width: float, top: int, height: int
) -> None:
    layout = TreeArranger().arrange(lineage)
    last, bottom = first + width, top + height
    found = places(layout, lineage)
    seen = layout.visible(first, last, top, bottom)
    assert set(seen) == {
        name for name, (x, g) in found.items() if first <= x <= last and top <= g <= bottom
    }
    parents = set(layout.parents_in_view(first, last, top, bottom))
    for name, (x, generation) in found.items():
        children = [found[child][0] for child in lineage.hanging(name)]
        if children and top <= generation <= bottom:
            reaches = min(x, *children) <= last and max(x, *children) >= first
            assert (name in parents) == reaches


@given(lineages())
def test_everybody_is_found_where_they_stand(lineage: Lineage) -> None:
    layout = TreeArranger().arrange(lineage)
    for name, (place, generation) in places(layout, lineage).items():
        assert layout.at(place + 0.4, generation) == name
        assert layout.closest(place, generation) == name
        right = layout.beside(name, 1)
        assert right == name or layout.position(right)[0] > place
        assert layout.beside(right, -1) == name or right == name
        assert layout.at(place, layout.generations) is None


def test_a_birth_lays_out_its_own_family_alone() -> None:
    rows = [row(0), row(1), row(2), *(row(3 + n, n % 3) for n in range(9))]
    lineage = Lineage(rows)
    arranger = TreeArranger()
    arranger.arrange(lineage)
    assert arranger.arranged == 3
    lineage.update([row(50, 1)])
    arranger.arrange(lineage)
    assert arranger.arranged == 1
    arranger.arrange(lineage)
    assert arranger.arranged == 0


def test_families_stand_apart_and_tuck_in_where_there_is_room() -> None:
    lineage = Lineage([row(0), row(1), *(row(2 + n, 0) for n in range(5))])
    layout = TreeArranger().arrange(lineage)
    assert layout.position("1")[0] - layout.position("0")[0] == pytest.approx(FAMILY_GAP)


def test_a_long_line_and_a_wide_one_take_no_longer_than_their_length() -> None:
    line = Lineage([row(0), *(row(n, n - 1) for n in range(1, 3000))])
    layout = TreeArranger().arrange(line)
    assert layout.generations == 3000
    assert (layout.left, layout.right) == (0.0, 0.0)
    wide = Lineage([row(0), *(row(n, 0) for n in range(1, 3000))])
    assert TreeArranger().arrange(wide).right == pytest.approx(2998 / 2)


def test_a_tree_is_always_drawn_in_the_same_way() -> None:
    rows = [row(0), *(row(n, n // 3) for n in range(1, 200))]
    first = TreeArranger().arrange(Lineage(rows))
    random.Random(1).shuffle(rows)
    second = TreeArranger().arrange(Lineage(rows))
    assert places(first, Lineage(rows)) == places(second, Lineage(rows))


def test_without_anybody_there_is_nothing() -> None:
    layout = TreeArranger().arrange(Lineage())
    assert layout is NOTHING
    assert layout.visible(-10, 10, 0, 5) == []
    assert layout.closest(0, 0) is None
