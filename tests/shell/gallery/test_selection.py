"""Choosing works, as in any file manager."""

from hypothesis import given
from hypothesis import strategies as st

from studio.shell.gallery.selection import Selection


def of(*order: int) -> Selection:
    selection = Selection()
    selection.set_order(order)
    return selection


def test_a_click_chooses_one_alone() -> None:
    selection = of(10, 20, 30)
    selection.choose(0)
    selection.choose(2)
    assert selection.chosen == {30}
    assert selection.current == 30


def test_ctrl_adds_and_takes_away() -> None:
    selection = of(10, 20, 30)
    selection.choose(0)
    selection.toggle(2)
    assert selection.in_order() == (10, 30)
    selection.toggle(0)
    assert selection.chosen == {30}
    assert selection.current == 10


def test_shift_stretches_from_where_the_range_began_and_back_again() -> None:
    selection = of(10, 20, 30, 40, 50)
    selection.choose(2)
    selection.extend(4)
    assert selection.chosen == {30, 40, 50}
    selection.extend(1)
    assert selection.chosen == {20, 30}
    assert selection.current == 20


def test_ctrl_and_shift_together_keep_what_was_chosen() -> None:
    selection = of(10, 20, 30, 40, 50)
    selection.choose(0)
    selection.toggle(3)
    selection.extend(4, keep=True)
    assert selection.chosen == {10, 40, 50}


def test_a_choice_survives_another_order_and_a_narrower_search() -> None:
    selection = of(10, 20, 30, 40)
    selection.choose(1)
    selection.toggle(3)
    selection.set_order((40, 30, 20, 10))
    assert selection.in_order() == (40, 20)
    selection.set_order((20, 10))
    assert selection.chosen == {20}


def test_when_the_current_one_goes_the_next_takes_its_place_and_at_the_end_the_one_before() -> None:
    selection = of(10, 20, 30)
    selection.choose(1)
    selection.set_order((10, 30))
    assert selection.current == 30
    selection.set_order((10,))
    assert selection.current == 10
    selection.set_order(())
    assert selection.current is None
    assert selection.current_index is None


def test_a_rubber_band_adds_to_what_was_chosen_before_it_and_shrinks_again() -> None:
    selection = of(10, 20, 30, 40)
    selection.choose(0)
    before = selection.chosen
    selection.choose_exactly({1, 2}, besides=before)
    assert selection.chosen == {10, 20, 30}
    selection.choose_exactly({1}, besides=before)
    assert selection.chosen == {10, 20}


def test_moving_without_choosing_leaves_the_choice_alone() -> None:
    selection = of(10, 20, 30)
    selection.choose(0)
    selection.move(2)
    assert selection.chosen == {10}
    assert selection.current == 30


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("choose", "toggle", "extend", "keep", "move", "all", "clear", "order")),
        st.integers(0, 10**6),
    ),
    max_size=30,
)


@given(st.lists(st.integers(0, 500), unique=True, min_size=1, max_size=30), STEPS)
def test_whatever_is_done_only_what_is_listed_is_chosen(
    order: list[int], steps: list[tuple[str, int]]
) -> None:
    selection = of(*order)
    for name, number in steps:
        if not order:
            break
        index = number % len(order)
        if name == "choose":
            selection.choose(index)
            assert selection.chosen == {order[index]}
        elif name == "toggle":
            before = selection.chosen
            selection.toggle(index)
            assert selection.chosen ^ before == {order[index]}
        elif name in ("extend", "keep"):
            selection.extend(index, keep=name == "keep")
            assert selection.holds(order[index])
        elif name == "move":
            before = selection.chosen
            selection.move(index)
            assert selection.chosen == before
        elif name == "all":
            selection.choose_all()
            assert selection.count == len(order)
        elif name == "clear":
            selection.clear()
            assert selection.count == 0
        else:
            order = order[index:]
            selection.set_order(order)
        assert selection.chosen <= set(order)
        assert selection.current is None or selection.current in order
        assert selection.in_order() == tuple(p for p in order if selection.holds(p))
