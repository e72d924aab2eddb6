"""The gallery as one uses it: find, choose, rate, name, bin, look, hand on."""

import threading
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.contract.errors import ProjectDamaged
from studio.contract.recipe import identity
from studio.images.document import codecs
from studio.project.blobs import sha256_of
from studio.project.edits import Edit, put
from studio.project.nodes import WORK, Work
from studio.project.search import Listing, Query, WorkRow
from studio.project.store import ProjectStore
from studio.project.work_index import Seen
from studio.project.works import rate_works, remove_works
from studio.shell import project_bridge
from studio.shell.gallery.filters import FilterChip, FilterPanel, Swatch
from studio.shell.gallery.last_word import LastWordDialog
from studio.shell.gallery.question import Age
from studio.shell.gallery.vocabulary import SWATCHES
from studio.shell.output.display import OutputDisplay
from studio.shell.pictures.named import NamedPicture
from tests.shell.gallery.conftest import Opener, Stage, made

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def note_colours(stage: Stage, works: list[tuple[Work, bytes]]) -> None:
    names = ("red", "blue", "green")
    seen = {
        sha256_of(png): Seen(colours=(names[int(work.id[1:]) % 3],), swatch=1)
        for work, png in works
    }
    stage.project.store.note_seen(seen).result()


def titles(stage: Stage) -> dict[str, str]:
    """The names that kept works have, by id."""
    return {work.id: work.title for work in stage.project.store.nodes(WORK).items if work.title}


def _colours(row: WorkRow | None) -> tuple[str, ...]:
    return () if row is None else row.colours


def last_word(stage: Stage) -> LastWordDialog | None:
    """The question that is asked now."""
    dialogs = stage.window.findChildren(LastWordDialog)
    return next((dialog for dialog in dialogs if dialog.isVisible()), None)


def test_it_opens_on_everything_kept_the_newest_first(open_gallery: Opener) -> None:
    stage = open_gallery()
    assert stage.listed() == ["w6", "w5", "w4", "w3", "w2", "w1", "w0"]
    assert stage.room.title_bar.sentence.text().startswith("7")
    assert [section.count for section in stage.room.grid.grid_layout.sections] == [7]


def test_typing_finds_kinds_numbers_and_names_and_escape_shows_all_again(
    open_gallery: Opener,
) -> None:
    stage = open_gallery([made(number, title="Cat" if number == 4 else "") for number in range(7)])
    field = stage.room.title_bar.field
    for text, found in (("boots", ["w6", "w3", "w0"]), ("103", ["w3"]), ("cat", ["w4"])):
        field.setText(text)
        stage.wait_for(found)
    assert stage.room.title_bar.sentence.text() == "1 of 7"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    stage.wait(lambda: len(stage.listed()) == 7)
    assert stage.room.grid.hasFocus()


@pytest.mark.parametrize("fault", [ProjectDamaged(file="p", fault="gone"), ValueError("odd")])
def test_a_search_that_fails_is_told_and_the_next_is_answered(
    open_gallery: Opener, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    stage = open_gallery()
    store = stage.project.store
    search, begun, may_end = store.search, threading.Event(), threading.Event()

    def failing(query: Query) -> Listing:
        begun.set()
        assert may_end.wait(20)
        monkeypatch.setattr(store, "search", search)
        raise fault

    monkeypatch.setattr(store, "search", failing)
    field = stage.room.title_bar.field
    with stage.qtbot.captureExceptions() as raised:
        field.setText("coats")
        stage.wait(begun.is_set)
        with stage.qtbot.waitSignal(stage.room.title_bar.asked):
            field.setText("boots")
        may_end.set()
        stage.wait_for(["w6", "w3", "w0"])
    told = [error for _, error, _ in raised]
    assert told == ([fault] if isinstance(fault, ValueError) else [])
    assert bool(stage.notices) == isinstance(fault, ProjectDamaged)


def test_nothing_found_says_so_and_offers_the_way_back(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.room.title_bar.field.setText("zebra")
    stage.wait(stage.room.empty.isVisible)
    assert "No picture fits" in stage.room.empty.text
    stage.room.empty.button.click()
    stage.wait(lambda: stage.room.grid.isVisible() and len(stage.listed()) == 7)
    assert stage.room.title_bar.field.text() == ""


def test_an_empty_gallery_teaches_and_leads_to_where_pictures_are_made(
    open_gallery: Opener,
) -> None:
    stage = open_gallery([])
    assert stage.room.empty.isVisible()
    assert "press K" in stage.room.empty.text
    stage.room.empty.button.click()
    assert stage.doors.visits == 1


def test_a_gallery_with_everything_in_the_bin_says_where_it_lies(open_gallery: Opener) -> None:
    stage = open_gallery()
    button = stage.room.title_bar.bin_button
    stage.choose(*stage.listed()[:6])
    stage.press("remove")
    stage.wait_for(["w0"])
    assert button.accessibleName() == "Bin, 6 picture(s) in it"
    stage.choose("w0")
    stage.press("remove")
    stage.wait(stage.room.empty.isVisible)
    assert "7 picture(s) lie in the bin" in stage.room.empty.text
    assert "yet" not in stage.room.empty.text
    stage.press("bin")
    stage.wait(lambda: len(stage.listed()) == 7)
    stage.choose(*stage.listed())
    stage.press("restore")
    stage.wait(stage.room.empty.isVisible)
    stage.press("bin")
    stage.wait(lambda: len(stage.listed()) == 7)
    assert button.accessibleName() == "Bin"


def test_filters_hold_at_once_and_are_taken_away_one_by_one(open_gallery: Opener) -> None:
    works = [made(number) for number in range(7)]
    stage = open_gallery(works)
    note_colours(stage, works)
    stage.room.finder.refresh()
    stage.wait(lambda: bool(stage.project.store.count().colours))
    stage.press("filter")
    panel = stage.room.findChild(FilterPanel)
    assert panel is not None
    swatches = {swatch.name: swatch for swatch in panel.findChildren(Swatch)}
    swatches["blue"].click()
    stage.wait(lambda: stage.listed() == ["w4", "w1"])
    swatches["red"].click()
    stage.wait(lambda: stage.listed() == ["w6", "w4", "w3", "w1", "w0"])
    chips = {chip.text(): chip for chip in panel.findChildren(FilterChip)}
    chips["Boots"].click()
    stage.wait(lambda: stage.listed() == ["w6", "w3", "w0"])
    panel.close()
    assert [chip.text() for chip in stage.room.narrowing.chips] == ["Boots", "Blue", "Red"]
    stage.room.narrowing.chips[0].click()
    stage.wait(lambda: len(stage.listed()) == 5)
    stage.press("clear")
    stage.wait(lambda: len(stage.listed()) == 7)
    assert not stage.room.narrowing.isVisible()


def test_works_are_filtered_by_a_trait_whatever_it_was_called(open_gallery: Opener) -> None:
    works = [made(0, genes=("Glasses",)), made(1, genes=("hat", "glasses")), made(2)]
    stage = open_gallery(works)
    stage.press("filter")
    panel = stage.room.findChild(FilterPanel)
    assert panel is not None
    chips = {chip.text(): chip for chip in panel.findChildren(FilterChip)}
    assert chips["glasses"].accessibleName() == "glasses, 2"
    chips["hat"].click()
    stage.wait(lambda: stage.listed() == ["w1"])
    chips["glasses"].click()
    stage.wait(lambda: stage.listed() == ["w1", "w0"])
    panel.close()
    assert [chip.text() for chip in stage.room.narrowing.chips] == ["hat", "glasses"]
    stage.room.ask(replace(stage.room.question.widened(), text="glass"))
    stage.wait(lambda: stage.listed() == ["w1", "w0"])


def test_chosen_works_are_bred_from_and_sought_in_the_family_tree(open_gallery: Opener) -> None:
    stage = open_gallery([made(0), made(1)])
    stage.press("all")
    stage.press("breed")
    stage.wait(lambda: len(stage.doors.bred) == 1)
    assert {row.id for row in stage.doors.bred[0]} == {"w0", "w1"}
    stage.room.grid.choose_place(stage.room.grid.places[0])
    stage.press("family")
    stage.wait(lambda: [row.id for row in stage.doors.families] == ["w1"])


def test_each_colour_has_its_disc_and_the_first_is_the_picture_s_own(
    open_gallery: Opener,
) -> None:
    names = open_gallery().room.inspector.colours
    names.show_colours(("orange", "black"), 0xF08030, "Orange, Black")
    assert [disc.name() for disc in names.discs] == ["#f08030", SWATCHES["black"]]
    names.show_colours((), None, "")
    assert names.discs == ()


def test_a_choice_of_time_and_a_typed_day_leave_what_was_kept_then(open_gallery: Opener) -> None:
    old = [made(number, created=1_000_000_000.0 + number) for number in range(2)]
    stage = open_gallery([*old, made(2)])
    stage.room.ask(replace(stage.room.question, text="2001-09"))
    stage.wait(lambda: stage.listed() == ["w1", "w0"])
    stage.room.ask(replace(stage.room.question, text="2001-09-08 boots"))
    stage.wait(lambda: stage.listed() in (["w0"], []))
    stage.room.ask(replace(stage.room.question, text="", age=Age.YEAR))
    stage.wait(lambda: "w0" not in stage.listed())


def test_ordered_by_stars_the_best_come_first_under_their_stars(open_gallery: Opener) -> None:
    stage = open_gallery([made(0), made(1, rating=5), made(2, rating=3)])
    stage.room.ask(replace(stage.room.question, sorting="best"))
    stage.wait(lambda: stage.listed() == ["w1", "w2", "w0"])
    titles = [section.title for section in stage.room.grid.grid_layout.sections]
    assert titles == ["★★★★★", "★★★", "No stars yet"]


def test_clicks_choose_as_everywhere(open_gallery: Opener) -> None:
    stage = open_gallery()
    grid = stage.room.grid

    def click(index: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.mouseClick(
            grid.viewport(),
            Qt.MouseButton.LeftButton,
            modifier,
            grid.rect_of(index).center().toPoint(),
        )

    click(1)
    assert stage.chosen() == ["w5"]
    click(3, CONTROL)
    assert stage.chosen() == ["w5", "w3"]
    click(1, CONTROL)
    assert stage.chosen() == ["w3"]
    click(5, SHIFT)
    assert len(stage.chosen()) == 5
    click(4)
    assert stage.chosen() == ["w2"]
    grid.viewport()
    QTest.mouseClick(
        grid.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(grid.viewport().width() - 3, grid.viewport().height() - 3),
    )
    assert stage.chosen() == []


def test_a_rubber_band_chooses_what_it_touches(open_gallery: Opener) -> None:
    stage = open_gallery()
    grid = stage.room.grid
    view = grid.viewport()
    first, second = grid.rect_of(0), grid.rect_of(1)
    start = QPoint(2, int(first.top()) + 20)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, second.center().toPoint())
    assert stage.chosen() == ["w6", "w5"]
    QTest.mouseMove(view, first.center().toPoint())
    assert stage.chosen() == ["w6"]
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=first.center().toPoint())
    QTest.mouseMove(view, second.center().toPoint())
    assert stage.chosen() == ["w6"]


def test_the_keyboard_alone_moves_chooses_and_stretches(open_gallery: Opener) -> None:
    stage = open_gallery()
    columns = stage.room.grid.grid_layout.columns
    stage.key(Qt.Key.Key_Home)
    assert stage.chosen() == ["w6"]
    stage.key(Qt.Key.Key_Right)
    stage.key(Qt.Key.Key_Right, SHIFT)
    assert stage.chosen() == ["w5", "w4"]
    stage.key(Qt.Key.Key_End)
    assert stage.chosen() == ["w0"]
    stage.key(Qt.Key.Key_Home, CONTROL)
    assert stage.chosen() == ["w0"]
    stage.key(Qt.Key.Key_Space)
    assert stage.chosen() == ["w6", "w0"]
    stage.key(Qt.Key.Key_Down)
    assert stage.chosen() == [f"w{6 - columns}"]
    stage.press("all")
    assert len(stage.chosen()) == 7
    stage.key(Qt.Key.Key_Escape)
    assert stage.chosen() == []


def test_what_the_keyboard_is_on_is_said(open_gallery: Opener) -> None:
    stage = open_gallery([made(0, rating=3, title="Cat"), made(1)])
    stage.key(Qt.Key.Key_End)
    said = stage.room.grid.accessibleDescription()
    for part in ("Cat", "Boots", "3 star", "number 100", "chosen", "2 of 2"):
        assert part in said


def test_number_keys_give_stars_to_all_that_are_chosen_and_undo_takes_them(
    open_gallery: Opener,
) -> None:
    stage = open_gallery()
    stage.choose("w1", "w2")
    stage.press("stars_4")
    stage.wait(lambda: stage.project.store.count().ratings == {0: 5, 4: 2})
    assert stage.room.edit_text("gallery.rate", {"count": "2"}).startswith("stars of 2")
    stage.project.undo("gallery").result()
    assert stage.project.store.count().ratings == {0: 7}
    assert stage.room.edit_text("images.roll", {}) == "room's images.roll"


def test_stars_are_given_in_the_inspector_too(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.choose("w1")
    stars = stage.room.inspector.stars
    stars.stars[4].click()
    stage.wait(lambda: stage.project.store.count().ratings == {0: 6, 5: 1})
    stage.wait(lambda: stars.rating == 5)
    stars.stars[4].click()
    stage.wait(lambda: stage.project.store.count().ratings == {0: 7})


def test_a_name_is_given_in_the_inspector_and_found_afterwards(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.choose("w3")
    stage.press("rename")
    edit = stage.room.inspector.title_edit
    assert edit.hasFocus()
    QTest.keyClicks(edit, "Boot of boots")
    QTest.keyClick(edit, Qt.Key.Key_Return)

    def named() -> bool:
        work = stage.project.store.node("w3", WORK)
        return work is not None and work.title == "Boot of boots"

    stage.wait(named)
    assert stage.room.grid.hasFocus()


def test_a_name_is_typed_to_its_end_whatever_else_is_found_out_meanwhile(
    open_gallery: Opener,
) -> None:
    stage = open_gallery()
    stage.choose("w2")
    stage.press("rename")
    edit = stage.room.inspector.title_edit
    QTest.keyClicks(edit, "half")
    with stage.qtbot.waitSignal(stage.room.finder.rows_arrived):
        note_colours(stage, [made(2)])
        stage.room.finder.forget()
        stage.room.finder.refresh()
    assert edit.hasFocus()
    QTest.keyClicks(edit, " a name")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    stage.wait(lambda: titles(stage) == {"w2": "half a name"})
    assert stage.project.store.history("gallery").undo_label == "gallery.rename"
    stage.project.undo("gallery").result()
    assert titles(stage) == {}


def test_a_name_goes_to_the_work_it_was_typed_for_though_that_one_is_gone(
    open_gallery: Opener,
) -> None:
    stage = open_gallery()
    stage.choose("w2")
    stage.press("rename")
    edit = stage.room.inspector.title_edit
    QTest.keyClicks(edit, "mine")
    stage.project.submit(remove_works(["w2"])).result()
    stage.wait_for(["w6", "w5", "w4", "w3", "w1", "w0"])
    stage.wait(lambda: stage.chosen() == ["w1"] and edit.text() == "")
    stage.project.restore(WORK, ["w2"], "gallery").result()
    stage.wait(lambda: titles(stage) == {"w2": "mine"})


def test_removing_goes_on_to_the_next_and_says_how_to_undo(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.choose("w5")
    stage.press("remove")
    stage.wait(lambda: stage.listed() == ["w6", "w4", "w3", "w2", "w1", "w0"])
    assert stage.chosen() == ["w4"]
    stage.wait(lambda: "put into the bin" in stage.texts())
    action = stage.notices[-1].action
    assert action is not None
    action.run()
    stage.wait(lambda: "w5" in stage.listed())


def test_the_bin_gives_back_and_deletes_for_ever_only_after_asking(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.choose("w5", "w3", "w1")
    stage.press("remove")
    stage.wait(lambda: len(stage.listed()) == 4)
    stage.press("bin")
    stage.wait(lambda: len(stage.listed()) == 3)
    stage.choose("w5")
    stage.press("restore")
    stage.wait(lambda: sorted(stage.listed()) == ["w1", "w3"])
    stage.press("empty_bin")
    stage.wait(lambda: last_word(stage) is not None)
    dialog = last_word(stage)
    assert dialog is not None
    assert dialog.keep.hasFocus()
    QTest.keyClick(dialog.keep, Qt.Key.Key_Return)
    assert last_word(stage) is None
    assert len(stage.listed()) == 2
    stage.choose("w3")
    stage.press("purge")
    stage.wait(lambda: last_word(stage) is not None)
    second = last_word(stage)
    assert second is not None
    second.delete.click()
    stage.wait(lambda: stage.listed() == ["w1"])
    stage.wait(lambda: "deleted for ever" in stage.texts())
    stage.press("bin")
    stage.wait(lambda: stage.listed() == ["w6", "w5", "w4", "w2", "w0"])


def test_an_empty_bin_says_so(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.press("bin")
    stage.wait(stage.room.empty.isVisible)
    assert "bin is empty" in stage.room.empty.text
    stage.room.empty.button.click()
    stage.wait(lambda: len(stage.listed()) == 7)


def test_what_was_asked_before_the_bin_is_asked_after_it(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.room.title_bar.field.setText("boots")
    stage.wait(lambda: len(stage.listed()) == 3)
    stage.press("bin")
    stage.wait(lambda: stage.listed() == [])
    stage.press("bin")
    stage.wait(lambda: len(stage.listed()) == 3)
    assert stage.room.title_bar.field.text() == "boots"


def test_return_hangs_the_picture_in_its_room(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.key(Qt.Key.Key_Home)
    stage.key(Qt.Key.Key_Return)
    stage.wait(lambda: [row.id for row in stage.doors.hung] == ["w6"])


def test_a_picture_of_an_absent_model_is_looked_at_instead(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.doors.knows_model = False
    stage.choose("w6")
    stage.press("open")
    stage.wait(stage.room.look.isVisible)
    assert "not here" in stage.texts()
    assert stage.doors.hung == []


def test_one_is_looked_at_arrows_go_on_and_escape_comes_back(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.choose("w5")
    stage.press("look")
    stage.wait(stage.room.look.isVisible)
    QTest.keyClick(stage.room.look.zoom, Qt.Key.Key_Right)
    stage.wait(lambda: stage.room.look.row is not None and stage.room.look.row.id == "w4")
    assert stage.chosen() == ["w4"]
    stage.press("stars_2")
    stage.wait(lambda: stage.project.store.count().ratings == {0: 6, 2: 1})
    QTest.keyClick(stage.room.look.zoom, Qt.Key.Key_Escape)
    stage.wait(stage.room.grid.isVisible)
    assert stage.chosen() == ["w4"]


def test_what_is_looked_at_and_removed_is_left(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.choose("w5")
    stage.press("look")
    stage.wait(stage.room.look.isVisible)
    stage.press("remove")
    stage.wait(lambda: stage.room.grid.isVisible() and len(stage.listed()) == 6)


def test_two_are_compared_and_commands_are_about_the_one_that_is_meant(
    open_gallery: Opener,
) -> None:
    stage = open_gallery()
    stage.choose("w5", "w2")
    stage.press("compare")
    stage.wait(stage.room.look.isVisible)
    assert len(stage.room.look.rows) == 2
    assert stage.chosen() == ["w5"]
    stage.room.look.comparison.canvas.set_active(1)
    assert stage.chosen() == ["w2"]
    stage.press("copy")
    stage.wait(lambda: [row.id for rows in stage.doors.copied for row in rows] == ["w2"])


def test_the_second_display_shows_the_one_that_is_looked_at_or_meant(
    open_gallery: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[NamedPicture] = []
    monkeypatch.setattr(OutputDisplay, "show_picture", lambda _self, picture: shown.append(picture))
    stage = open_gallery()
    stage.choose("w5", "w2")
    stage.press("compare")
    stage.wait(lambda: bool(shown))
    pictures = stage.room.look.comparison.pictures
    assert shown[-1] is pictures[0]
    stage.room.look.comparison.canvas.set_active(1)
    assert shown[-1] is pictures[1]


def test_a_command_that_cannot_begin_says_what_it_waits_for(open_gallery: Opener) -> None:
    stage = open_gallery()
    for name, hint in (
        ("look", "Choose one picture"),
        ("compare", "Choose two"),
        ("export", "Choose a picture"),
        ("restore", "Open the bin"),
    ):
        stage.press(name)
        assert hint in stage.notices[-1].text
        assert stage.actions.command(f"gallery.{name}").reason == stage.notices[-1].text


def test_many_are_copied_exported_and_dragged_together(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.choose("w5", "w2", "w1")
    stage.press("copy")
    stage.press("export")
    stage.wait(lambda: bool(stage.doors.copied) and bool(stage.doors.exported))
    assert [row.id for row in stage.doors.copied[0]] == ["w5", "w2", "w1"]
    assert [row.id for row in stage.doors.exported[0]] == ["w5", "w2", "w1"]
    stage.room.grid.drag_started.emit()
    assert [row.id for row in stage.doors.dragged[0]] == ["w5", "w2", "w1"]


def test_numbers_are_copied_line_by_line(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.choose("w5", "w2")
    clipboard = QApplication.clipboard()
    clipboard.clear()
    stage.press("number")
    stage.wait(lambda: clipboard.text() == "105\n102")


def test_the_way_to_parents_and_children_leads_through_the_list(open_gallery: Opener) -> None:
    parent, png = made(0)
    family = [made(number, parents=(identity(parent.recipe),)) for number in (1, 2)]
    stage = open_gallery([(parent, png), *family, made(3)])
    stage.choose("w2")
    stage.wait(stage.room.inspector.parents.isVisible)
    stage.room.inspector.parents.click()
    assert stage.chosen() == ["w0"]
    stage.wait(stage.room.inspector.children_button.isVisible)
    stage.room.inspector.children_button.click()
    stage.wait(lambda: stage.listed() == ["w2", "w1"])
    assert len(stage.room.narrowing.chips) == 1
    stage.choose("w1")
    stage.wait(lambda: stage.room.chosen.kin is not None)
    stage.press("parents")
    stage.wait(lambda: stage.chosen() == ["w0"])


def test_a_work_that_was_not_there_to_go_to_is_not_chosen_later(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.choose("w3")
    (place,) = stage.room.chosen.places
    stage.press("remove")
    stage.wait_for(["w6", "w5", "w4", "w2", "w1", "w0"])
    with stage.qtbot.waitSignal(stage.room.listed, timeout=10_000):
        stage.room.go_to(place)
    stage.choose("w6")
    with stage.qtbot.waitSignal(stage.room.listed, timeout=10_000):
        stage.room.ask(stage.room.question)
    with stage.qtbot.waitSignal(stage.room.listed, timeout=10_000):
        stage.project.undo("gallery").result()
    assert "w3" in stage.listed()
    assert stage.chosen() == ["w6"]


def test_a_project_opened_to_look_only_offers_nothing_that_changes(
    open_gallery: Opener, store_folder: Path
) -> None:
    stage = open_gallery(read_only=True)
    stage.choose("w5")
    assert not stage.room.foot.remove.isVisible()
    assert stage.room.foot.copy.isVisible()
    assert not stage.room.inspector.title_edit.isVisible()
    for name in ("stars_3", "remove", "rename"):
        stage.press(name)
    stage.room.flush()
    stage.project.close()
    with ProjectStore.open(store_folder, codecs()) as store:
        assert store.count().ratings == {0: 7}


def test_what_the_owner_finds_out_and_ends_for_ever_is_seen_by_who_looks_only(
    open_gallery: Opener, store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_bridge, "POLL_MS", 20)
    works = [made(number) for number in range(3)]
    stage = open_gallery(works, read_only=True)
    with ProjectStore.open(store_folder, codecs()) as owner:
        owner.submit(remove_works(["w1"])).result()
        stage.wait_for(["w2", "w0"])
        seen = {sha256_of(png): Seen(colours=("red",), swatch=1) for _, png in works}
        owner.note_seen(seen).result()
        row = stage.room.finder.row
        stage.wait(lambda: all(_colours(row(p)) == ("red",) for p in stage.room.grid.places))
        stage.room.commands.toggle_bin()
        stage.wait_for(["w1"])
        owner.empty_bin(WORK).result()
        stage.wait(lambda: stage.room.found is not None and not stage.room.found.listing.places)


def test_what_others_keep_comes_by_itself_and_the_view_stays_where_it_was(
    open_gallery: Opener,
) -> None:
    stage = open_gallery([made(number) for number in range(60)])
    grid = stage.room.grid
    grid.verticalScrollBar().setValue(400)
    top = grid.top_place()
    where = grid.rect_of(grid.in_view().start).top()
    work, png = made(100)
    edit = Edit(scope="images", label="images.keep", patches=(put(WORK, work),), blobs=(png,))
    stage.project.submit(edit).result()
    stage.wait(lambda: len(grid.places) == 61)
    assert top is not None
    index = grid.selection.index_of(top)
    assert index is not None
    assert grid.rect_of(index).top() == pytest.approx(where, abs=1)


def test_size_and_order_are_found_as_they_were_left(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.press("larger")
    stage.room.ask(replace(stage.room.question, sorting="oldest"))
    stage.wait(lambda: stage.listed()[0] == "w0")
    side = stage.room.grid.side
    stage.room.flush()
    stage.project.close()
    again = open_gallery([])
    assert again.room.grid.side == side
    assert again.room.question.sorting == "oldest"


def test_while_nobody_looks_nothing_is_searched(open_gallery: Opener) -> None:
    stage = open_gallery()
    searches: list[object] = []
    stage.room.finder.found.connect(searches.append)
    stage.room.hide()
    stage.project.submit(rate_works(["w1"], 3)).result()
    stage.project.submit(rate_works(["w2"], 3)).result()
    QApplication.processEvents()
    assert searches == []
    stage.room.show()
    stage.wait(lambda: len(searches) == 1)


def test_only_what_is_in_view_and_near_it_is_read(open_gallery: Opener) -> None:
    stage = open_gallery([made(number % 3, seed=number) for number in range(3)] + _many(600))
    grid = stage.room.grid
    assert len(grid.places) == 603
    stage.wait(grid.isVisible)
    held = sum(stage.room.finder.row(place) is not None for place in grid.places)
    screen = len(grid.in_view())
    assert screen <= held <= 3 * screen
    stage.key(Qt.Key.Key_End)
    stage.wait(lambda: stage.room.finder.row(grid.places[-1]) is not None)
    held = sum(stage.room.finder.row(place) is not None for place in grid.places)
    assert held <= 6 * screen


def _many(count: int) -> list[tuple[Work, bytes]]:
    """Works that share three pictures, so that making them takes no time."""
    files = [made(number) for number in range(3)]
    return [
        (msgspec.structs.replace(files[number % 3][0], id=f"m{number}"), files[number % 3][1])
        for number in range(count)
    ]


def test_every_command_has_words_and_no_two_share_a_key(open_gallery: Opener) -> None:
    stage = open_gallery()
    commands = [command for command in stage.actions if command.scope == "gallery"]
    assert all(command.text and command.group for command in commands)
    keys = [key for command in commands for key in command.keys]
    assert len(keys) == len(set(keys))
    assert sum(command.is_first for command in commands) == 5


def test_a_picture_that_is_damaged_is_marked_and_the_others_go_on(open_gallery: Opener) -> None:
    works = [made(number) for number in range(3)]
    stage = open_gallery(works)
    place = stage.room.grid.places[0]
    row = stage.room.finder.row(place)
    assert row is not None
    stage.project.store.blob_path(row.blob).write_bytes(b"nothing")
    stage.choose("w2")
    stage.press("look")
    stage.wait(lambda: any(notice.detail for notice in stage.notices))
    assert stage.room.grid.isVisible()


def test_a_dropped_file_goes_to_the_room_that_made_it(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.room.open_picture("/tmp/picture.png")
    assert stage.doors.dropped == ["/tmp/picture.png"]


def test_closing_ends_every_thread(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.room.flush()
    stage.room.flush()
    assert stage.doors.flushed
    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names if name.startswith(("gallery", "project-index"))]


def test_the_way_out_of_the_bin_goes_when_stars_are_given_since(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.choose("w5")
    stage.press("remove")
    stage.wait(lambda: "put into the bin" in stage.texts())
    stage.choose("w3")
    stage.key(Qt.Key.Key_5)
    stage.wait(lambda: stage.withdrawn == ["gallery.removed"])


def test_the_last_word_fits_one_picture_as_well_as_many(open_gallery: Opener) -> None:
    stage = open_gallery()
    for count in (1, 12):
        dialog = LastWordDialog(count, "1 kB", stage.window)
        said = f"{dialog.accessibleDescription()} {dialog.keep.text()}".casefold()
        assert not {"their", "them", "they"} & set(said.split())
        dialog.deleteLater()


def test_chosen_works_are_enlarged_laid_out_and_told_of(open_gallery: Opener) -> None:
    stage = open_gallery()
    stage.choose("w5", "w2")
    stage.press("enlarge")
    stage.press("contact_sheet")
    stage.wait(lambda: bool(stage.doors.enlarged) and bool(stage.doors.laid_out))
    assert len(stage.doors.enlarged[0]) == len(stage.doors.laid_out[0]) == 2
    stage.press("palette")
    assert "Choose one picture" in stage.notices[-1].text
    stage.choose("w2")
    stage.press("palette")
    stage.press("story")
    stage.wait(lambda: bool(stage.doors.palettes) and bool(stage.doors.stories))
    assert stage.doors.palettes[0].id == stage.doors.stories[0].id == "w2"
