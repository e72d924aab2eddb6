"""The panel of genes: searches, strips, names, and what can be taken back."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.contract.errors import HostUnavailable, RequestInvalid
from studio.contract.recipe import Styling
from studio.host.messages import FindTraits
from studio.images.shifting import with_amount
from studio.images.ui.genes.previews import AMOUNTS, MIDDLE
from studio.images.ui.genes.row import TraitRow
from studio.images.ui.genes.strip import AmountChosen
from studio.shell.notices import NoticeKind
from tests.images.ui.genes.conftest import Bench, between, found


def _find(bench: Bench, count: int = 3) -> None:
    bench.panel.find_button.click()
    bench.host.find(found(count))


def _type(row: TraitRow, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    """Type a name where one is asked for."""
    editor = row.editor
    assert editor is not None
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, key)


def _fill_strips(qtbot: QtBot, bench: Bench) -> None:
    """Answer the host's requests until every strip in sight has its pictures."""

    def complete() -> bool:
        bench.host.answer_all()
        return all(row.strip.is_complete for row in bench.panel.rows)

    qtbot.waitUntil(complete)


def test_an_empty_shelf_says_what_genes_are(bench: Bench) -> None:
    assert "Genes are what this model's pictures differ in" in bench.panel.words
    assert bench.panel.find_button.isVisible()
    assert bench.panel.rows == ()


def test_a_search_shows_how_far_it_is_and_ends_in_rows(bench: Bench) -> None:
    bench.panel.find_button.click()
    (request,) = bench.host.searches
    assert isinstance(request, FindTraits)
    assert request.folder == str(bench.model.folder)
    assert not bench.panel.find_button.isVisible()
    assert not bench.panel.piles_button.isEnabled()
    assert bench.jobs.jobs[0].can_cancel
    bench.host.advance(512, 2048)
    assert "512 of 2,048" in bench.panel.search_words
    bench.host.find(found(3))
    assert [row.title for row in bench.panel.rows] == ["Gene 1", "Gene 2", "Gene 3"]
    assert bench.panel.rows[0].facts == "50 %"
    assert bench.panel.search_words == ""
    assert bench.panel.find_button.text() == "Find genes again"
    assert bench.panel.words == "Choose a picture to see what each gene does to it."
    assert bench.jobs.jobs == ()
    assert bench.notices[-1].text.startswith("3 genes found")
    assert len(bench.shelf.traits()) == 3


def test_a_search_can_be_given_up(bench: Bench) -> None:
    bench.panel.find_button.click()
    bench.panel.cancel_button.click()
    assert len(bench.host.given_up) == 1
    bench.host.stop_search()
    assert bench.panel.find_button.isVisible()
    assert bench.panel.rows == ()
    assert bench.notices == []


def test_a_search_that_fails_is_said(bench: Bench) -> None:
    bench.panel.find_button.click()
    bench.host.fail_search(RequestInvalid(fault="no trait was found"))
    assert bench.notices[-1].kind is NoticeKind.ERROR
    assert bench.panel.find_button.isVisible()


def test_a_host_that_is_gone_for_good_is_said(bench: Bench) -> None:
    bench.host.refusal = HostUnavailable(fault="it was closed")
    bench.panel.find_button.click()
    assert bench.notices[-1].kind is NoticeKind.ERROR
    assert bench.seeker.model is None


def test_a_second_search_waits_for_the_first(bench: Bench) -> None:
    bench.panel.find_button.click()
    assert not bench.seeker.between(bench.model, (), ())
    assert len(bench.host.searches) == 1


def test_strips_are_made_for_the_picture_nearest_amounts_first(qtbot: QtBot, bench: Bench) -> None:
    _find(bench, 2)
    subject = bench.subject()
    bench.panel.show_subject(subject)
    qtbot.waitUntil(lambda: bool(bench.host.requests))
    recipes = bench.host.requests[0][1].recipes
    amounts = [
        recipe.styling.shifts[0].amount if isinstance(recipe.styling, Styling) else 0.0
        for recipe in recipes[: len(AMOUNTS)]
    ]
    assert amounts == [0.0, -1.0, 1.0, -2.0, 2.0, -3.0, 3.0]
    assert {recipe.latent for recipe in recipes} == {subject.latent}
    _fill_strips(qtbot, bench)
    assert all(image is not None for image in bench.panel.rows[1].strip.images)


def test_another_picture_has_its_own_strips(qtbot: QtBot, bench: Bench) -> None:
    _find(bench, 1)
    bench.panel.show_subject(bench.subject(1))
    _fill_strips(qtbot, bench)
    strip = bench.panel.rows[0].strip
    before = strip.images
    bench.panel.show_subject(bench.subject(2))
    assert strip.images == before  # the old ones stay until the new ones come
    assert not strip.is_complete
    _fill_strips(qtbot, bench)
    assert strip.images != before


def test_strips_out_of_sight_are_not_made(qtbot: QtBot, bench: Bench) -> None:
    bench.window.hide()
    _find(bench, 2)
    bench.panel.show_subject(bench.subject())
    qtbot.wait(0)
    assert bench.host.requests == []


def test_a_click_on_a_picture_asks_for_its_amount(qtbot: QtBot, bench: Bench) -> None:
    _find(bench, 1)
    bench.panel.show_subject(bench.subject())
    chosen: list[AmountChosen] = []
    bench.panel.amount_chosen.connect(chosen.append)
    strip = bench.panel.rows[0].strip
    for index, amount in ((0, -3.0), (MIDDLE, 0.0), (6, 3.0)):
        place = strip.spoken_item(index).rect.center()
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        assert chosen[-1] == AmountChosen(trait=bench.shelf.traits()[0], amount=amount)


def test_the_keyboard_goes_along_a_strip_and_between_strips(qtbot: QtBot, bench: Bench) -> None:
    _find(bench, 2)
    bench.panel.show_subject(bench.subject())
    chosen: list[AmountChosen] = []
    bench.panel.amount_chosen.connect(chosen.append)
    first, second = (row.strip for row in bench.panel.rows)
    bench.panel.show_trait(bench.panel.rows[0].trait.id)
    assert first.hasFocus()
    QTest.keyClick(first, Qt.Key.Key_Right)
    QTest.keyClick(first, Qt.Key.Key_Return)
    QTest.keyClick(first, Qt.Key.Key_End)
    QTest.keyClick(first, Qt.Key.Key_Space)
    QTest.keyClick(first, Qt.Key.Key_0)
    QTest.keyClick(first, Qt.Key.Key_Return)
    QTest.keyClick(first, Qt.Key.Key_Home)
    QTest.keyClick(first, Qt.Key.Key_Return)
    assert [event.amount for event in chosen] == [1.0, 3.0, 0.0, -3.0]
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Down)
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Up)
    assert first.hasFocus()


def test_a_strip_shows_and_says_how_much_the_picture_has(bench: Bench) -> None:
    _find(bench, 1)
    trait = bench.shelf.traits()[0]
    bench.panel.show_subject(with_amount(bench.subject(), trait, -2.0))
    strip = bench.panel.rows[0].strip
    assert strip.accessibleDescription() == "Now: −2"
    assert [strip.spoken_item(at).is_chosen for at in range(7)] == [at == 1 for at in range(7)]
    assert strip.spoken_item(6).name == "Gene 1: +3 sigma"


def test_without_a_picture_strips_cannot_be_used(bench: Bench) -> None:
    _find(bench, 1)
    assert not bench.panel.rows[0].strip.has_subject
    bench.panel.show_subject(bench.subject())
    assert bench.panel.rows[0].strip.has_subject
    bench.panel.show_subject(None)
    assert not bench.panel.rows[0].strip.has_subject
    assert bench.panel.rows[0].strip.images == (None,) * 7


def test_a_trait_is_named_with_f2_and_stands_among_the_own(qtbot: QtBot, bench: Bench) -> None:
    _find(bench, 2)
    bench.panel.show_subject(bench.subject())
    row = bench.panel.rows[1]
    QTest.keyClick(row.strip, Qt.Key.Key_F2)
    _type(row, "Sleepy")
    assert [row.title for row in bench.panel.rows] == ["Sleepy", "Gene 1"]
    assert row.editor is None
    assert bench.notices[-1].text == "It is called “Sleepy” now."


def test_escape_keeps_the_old_name(bench: Bench) -> None:
    _find(bench, 1)
    row = bench.panel.rows[0]
    row.rename()
    _type(row, "Sleepy", Qt.Key.Key_Escape)
    assert row.title == "Gene 1"
    assert bench.shelf.traits()[0].name == ""


def test_a_name_that_is_taken_is_refused_with_a_sentence(bench: Bench) -> None:
    _find(bench, 2)
    bench.shelf.rename(bench.shelf.traits()[0].id, "Sleepy")
    row = bench.panel.rows[1]
    row.rename()
    _type(row, "sleepy")
    assert bench.notices[-1].kind is NoticeKind.ERROR
    assert "already" in bench.notices[-1].text
    assert row.title == "Gene 2"


def test_a_deleted_trait_comes_back_by_undo(bench: Bench) -> None:
    _find(bench, 3)
    bench.panel.show_subject(bench.subject())
    bench.panel.show_trait(bench.panel.rows[1].trait.id)
    QTest.keyClick(bench.panel.rows[1].strip, Qt.Key.Key_Delete)
    assert [row.title for row in bench.panel.rows] == ["Gene 1", "Gene 3"]
    assert bench.panel.rows[1].strip.hasFocus()
    action = bench.notices[-1].action
    assert bench.notices[-1].text == "“Gene 2” was deleted."
    assert action is not None
    action.run()
    assert [row.title for row in bench.panel.rows] == ["Gene 1", "Gene 2", "Gene 3"]
    assert bench.withdrawn


def test_undo_and_redo_follow_the_focus_to_the_genes(bench: Bench) -> None:
    _find(bench, 2)
    undone: list[str] = []
    window_undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), bench.window)
    window_undo.activated.connect(lambda: undone.append("the room's"))
    bench.shelf.rename(bench.shelf.traits()[0].id, "Sleepy")
    bench.panel.show_trait(bench.shelf.traits()[0].id)
    control = Qt.KeyboardModifier.ControlModifier
    strip = bench.panel.rows[0].strip
    QTest.keyClick(strip, Qt.Key.Key_Z, control)
    assert bench.shelf.traits()[0].name == ""
    QTest.keyClick(strip, Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    assert bench.shelf.traits()[0].name == "Sleepy"
    while bench.shelf.undoable is not None:
        QTest.keyClick(bench.panel.find_button, Qt.Key.Key_Z, control)
    assert bench.shelf.traits() == ()
    assert undone == []
    bench.panel.find_button.setFocus()
    QTest.keyClick(bench.window, Qt.Key.Key_Z, control)
    assert undone == ["the room's"]


def test_an_offer_to_undo_does_nothing_once_something_else_was_done(bench: Bench) -> None:
    _find(bench, 2)
    QTest.keyClick(bench.panel.rows[1].strip, Qt.Key.Key_Delete)
    action = bench.notices[-1].action
    assert action is not None
    bench.shelf.rename(bench.shelf.traits()[0].id, "Sleepy")
    action.run()
    assert [trait.name for trait in bench.shelf.traits()] == ["Sleepy"]


def test_the_menu_offers_what_can_be_done(bench: Bench) -> None:
    _find(bench, 1)
    row = bench.panel.rows[0]
    actions = row.menu().actions()
    texts = [action.text().partition("\t")[0] for action in actions if action.text()]
    assert texts == ["Rename", "Delete"]
    assert actions[-1].isEnabled()


def test_what_piles_differ_in_says_how_many_it_told_apart(bench: Bench) -> None:
    bench.shelf.put_between(between(9, 9, 8), "with hats")
    row = bench.panel.rows[0]
    assert (row.title, row.facts) == ("with hats", "16 of 18 told apart")


def test_a_damaged_shelf_is_said(bench: Bench) -> None:
    bench.panel.show_model(None)
    bench.shelf.path.parent.mkdir(parents=True)
    bench.shelf.path.write_bytes(b"{")
    bench.panel.show_model(bench.model)
    assert bench.notices[-1].kind is NoticeKind.ERROR


def test_a_picture_of_another_model_is_none(bench: Bench) -> None:
    _find(bench, 1)
    other = bench.subject()
    bench.panel.show_subject(type(other)(model="other", seed=1))
    assert not bench.panel.rows[0].strip.has_subject


@pytest.mark.parametrize("width", [200, 288, 500])
def test_strips_keep_the_form_of_the_pictures(qtbot: QtBot, bench: Bench, width: int) -> None:
    _find(bench, 1)
    strip = bench.panel.rows[0].strip
    bench.window.resize(width, 700)
    cells = [strip.spoken_item(at).rect for at in range(7)]
    assert all(abs(cell.width() - cell.height()) <= 2 for cell in cells)
    assert all(strip.rect().contains(cell.center()) for cell in cells)
    assert strip.childAt(QPoint(3, 3)) is None


def test_many_rows_are_built_a_few_at_a_time_and_only_when_they_are_seen(
    qtbot: QtBot, bench: Bench
) -> None:
    bench.window.hide()
    bench.shelf.put_found(found(4))
    for number in range(8):
        bench.shelf.put_between(between(9, 9, 8), f"pile {number}")
    assert bench.panel.rows == ()
    bench.window.show()
    assert 0 < len(bench.panel.rows) < 12
    qtbot.waitUntil(lambda: len(bench.panel.rows) == 12)
    titles = [row.title for row in bench.panel.rows]
    assert titles == [f"pile {number}" for number in range(8)] + [
        f"Gene {number}" for number in range(1, 5)
    ]

    def is_in_order() -> bool:
        tops = [row.mapTo(bench.panel, QPoint(0, 0)).y() for row in bench.panel.rows]
        return all(above < below for above, below in pairwise(tops))

    qtbot.waitUntil(is_in_order)


def test_a_trait_that_is_asked_for_is_built_at_once(bench: Bench) -> None:
    bench.window.hide()
    bench.shelf.put_found(found(4))
    for number in range(8):
        bench.shelf.put_between(between(9, 9, 8), f"pile {number}")
    last = bench.shelf.traits()[-1]
    bench.panel.show_trait(last.id)
    assert bench.panel.rows[-1].trait.id == last.id
