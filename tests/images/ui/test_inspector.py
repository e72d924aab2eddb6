"""The inspector grows out of the manifest: five first, then More, then Lab, each in its place."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from studio.contract.manifest import Choice, Control, Label, Model, decode_manifest, encode_manifest
from studio.images.ui.inspector import STRENGTH, ImagesInspector, arranged_controls
from studio.images.ui.trait_finder import find_traits, traits_of
from tests.images.ui.staging import PATIENCE_MS, Opener, hung


def _label(text: str) -> Label:
    return Label(en=text, zh=f"{text}（中）")


def _number(name: str, tier: str, *, group: str = "", order: int = 0) -> Control:
    return Control(
        name=name,
        type="number",
        applies_to="engine",
        tier=tier,  # type: ignore[arg-type]  # one of three
        group=group,
        order=order,
        unit="px",
        label=_label(name.title()),
        help=_label(""),
        default=0.5,
        minimum=0.0,
        maximum=1.0,
    )


@pytest.fixture
def rich(model: Model) -> Model:
    """A model with more controls than anyone wants to see at once."""
    controls = (
        *model.manifest.controls,
        _number("hair", "first", group="traits", order=4),
        _number("skin", "first", group="traits", order=3),
        _number("smile", "first", order=5),
        _number("zones", "more", group="noise", order=1),
        _number("blend", "lab"),
        Control(
            name="mood",
            type="choice",
            applies_to="engine",
            tier="lab",
            order=9,
            label=_label("Mood"),
            help=_label(""),
            default="calm",
            choices=(
                Choice(value="calm", label=_label("Calm")),
                Choice(value="wild", label=_label("Wild")),
            ),
        ),
    )
    manifest = msgspec.structs.replace(
        model.manifest,
        controls=controls,
        groups={"traits": _label("Traits")},
        limits=_label("It follows no text."),
    )
    return Model(folder=model.folder, manifest=manifest)


@pytest.fixture
def inspector(qtbot: QtBot, rich: Model) -> ImagesInspector:
    inspector = ImagesInspector("en")
    qtbot.addWidget(inspector)
    inspector.resize(288, 900)
    inspector.show()
    inspector.show_model(rich)
    qtbot.waitExposed(inspector)
    return inspector


def test_four_of_the_models_controls_stand_first_beside_the_rooms_own(rich: Model) -> None:
    tiers = arranged_controls(rich.manifest)
    assert [c.name for c in tiers["first"]] == ["kind", "truncation", "skin", "hair"]
    assert [c.name for c in tiers["more"]] == ["zones", "smile"]
    assert [c.name for c in tiers["lab"]] == ["blend", "mood"]


def test_more_and_lab_are_closed_say_what_is_in_them_and_open(
    inspector: ImagesInspector, qtbot: QtBot
) -> None:
    assert inspector.folds == {"recipe": True, "more": False, "lab": False}
    assert inspector.rows["hair"].isVisible()
    assert inspector.rows[STRENGTH].isVisible()
    assert not inspector.rows["zones"].isVisible()
    names = [
        w.accessibleName() for w in inspector.findChildren(type(inspector._folds["more"].head))
    ]
    assert "More, Zones, Smile, closed" in names
    with qtbot.waitSignal(inspector.folds_changed):
        inspector._folds["more"].head.click()
    assert inspector.rows["zones"].isVisible()
    assert inspector.folds["more"]


def test_folds_are_left_as_they_were_also_by_models_that_have_none(
    qtbot: QtBot, inspector: ImagesInspector, rich: Model, model: Model
) -> None:
    inspector.set_folds({"lab": True, "recipe": False, "more": False})
    assert inspector.rows["blend"].isVisible()
    inspector.show_model(model)
    assert inspector.folds["lab"]
    inspector.show_model(rich)
    qtbot.waitUntil(inspector.rows["blend"].isVisible)
    assert not inspector.folds["recipe"]


def test_a_group_with_a_heading_has_it_before_its_first_control(
    inspector: ImagesInspector,
) -> None:
    headings = [label for label in inspector.findChildren(QLabel) if label.text() == "Traits"]
    assert len(headings) == 1
    top = headings[0].mapTo(inspector, headings[0].rect().topLeft()).y()
    rows = [inspector.rows[name] for name in ("skin", "hair")]
    tops = [row.mapTo(inspector, row.rect().topLeft()).y() for row in rows]
    assert top < tops[0] < tops[1]


def test_a_number_that_was_changed_offers_its_way_back(
    inspector: ImagesInspector, qtbot: QtBot
) -> None:
    QLocale.setDefault(QLocale.c())
    row = inspector.rows["hair"]
    row.set_value(0.75)
    button = next(child for child in row.children() if "back to 0.50 px" in _accessible(child))
    with qtbot.waitSignal(inspector.value_changed) as told:
        button.click()  # type: ignore[attr-defined]  # a button
    assert (told.args[0].name, told.args[0].value, told.args[0].final) == ("hair", 0.5, True)
    assert not button.isVisible()  # type: ignore[attr-defined]  # a button


def _accessible(child: object) -> str:
    name = getattr(child, "accessibleName", None)
    return name() if name is not None else ""


def test_what_the_model_cannot_do_is_said(inspector: ImagesInspector) -> None:
    texts = [label.text() for label in inspector.findChildren(QLabel) if label.isVisible()]
    assert "It follows no text." in texts


def test_the_box_finds_kinds_and_controls_in_both_languages(rich: Model) -> None:
    traits = traits_of(rich.manifest, "en")
    assert [t.text for t in find_traits(traits, "hair")] == ["Hair"]
    assert [t.text for t in find_traits(traits, "WILD（中）")] == ["Wild"]
    assert [t.text for t in find_traits(traits, "someone with wild hair, please")] == [
        "Wild",
        "Hair",
    ]
    assert [t.text for t in find_traits(traits, "请给我wild（中）的头发")] == ["Wild"]
    assert find_traits(traits, "glasses") == ()
    assert find_traits(traits, "   ") == ()


def test_what_is_not_there_is_said_plainly_with_what_is(inspector: ImagesInspector) -> None:
    finder = inspector.finder
    assert finder is not None
    finder.edit.setText("glasses")
    assert finder.sentence == "Nothing here is called “glasses”. It follows no text."
    finder.edit.setText("a long sentence that somebody would type into another program " * 3)
    assert len(finder.sentence) < 120
    QTest.keyClick(finder.edit, Qt.Key.Key_Escape)
    assert finder.edit.text() == ""


def test_return_in_the_box_takes_the_first_that_is_found(
    inspector: ImagesInspector, qtbot: QtBot
) -> None:
    finder = inspector.finder
    assert finder is not None
    finder.edit.setFocus()
    QTest.keyClicks(finder.edit, "wild")
    with qtbot.waitSignal(inspector.kind_chosen) as told:
        QTest.keyClick(finder.edit, Qt.Key.Key_Return)
    assert (told.args[0].name, told.args[0].value) == ("mood", "wild")
    finder.edit.setText("zones")
    QTest.keyClick(finder.edit, Qt.Key.Key_Return)
    assert inspector.folds["more"]
    focused = inspector.window().focusWidget()
    assert focused is not None
    assert inspector.rows["zones"].isAncestorOf(focused)


def test_a_kind_that_was_found_hangs(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    assert room.desk.model is not None
    control = room.desk.model.manifest.control("class")
    assert control is not None
    wanted = control.choices[1]
    finder = room.controls.finder
    assert finder is not None
    finder.edit.setText(wanted.label.en)
    QTest.keyClick(finder.edit, Qt.Key.Key_Return)
    assert room.desk.kind() == wanted.value
    assert {tile.controls[control.name] for tile in room.desk.tiles} == {wanted.value}


def test_open_folds_are_remembered_with_the_project(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.controls.set_folds({"recipe": False})
    room.controls.folds_changed.emit()
    room.flush()
    qtbot.waitUntil(
        lambda: b'"recipe":false' in (stage.project.store.state("images.view") or b""),
        timeout=PATIENCE_MS,
    )
    stage.window.hide()
    again = hung(qtbot, open_room())
    assert again.controls.folds["recipe"] is False


def test_headings_travel_in_the_manifest_and_older_ones_have_none(
    rich: Model, model: Model, tmp_path: Path
) -> None:
    again = decode_manifest(encode_manifest(rich.manifest), tmp_path)
    assert again.groups == {"traits": _label("Traits")}
    old = msgspec.json.decode(encode_manifest(model.manifest))
    del old["groups"]
    assert decode_manifest(msgspec.json.encode(old), tmp_path).groups == {}
