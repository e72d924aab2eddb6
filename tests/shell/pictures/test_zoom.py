"""Close by: exact pixels, two that move together, and one of them meant."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.shell.pictures.magnification import Magnification
from studio.shell.pictures.zoom import ZoomItem, ZoomView


def _checkers(size: int = 8) -> QImage:
    image = QImage(size, size, QImage.Format.Format_RGB888)
    for y in range(size):
        for x in range(size):
            image.setPixelColor(x, y, QColor(x * 30 % 256, y * 30 % 256, (x ^ y) * 30 % 256))
    return image


@pytest.fixture
def zoom(qtbot: QtBot) -> ZoomView:
    zoom = ZoomView()
    qtbot.addWidget(zoom)
    zoom.resize(640, 480)
    zoom.show()
    qtbot.waitExposed(zoom)
    return zoom


def test_a_small_picture_is_enlarged_by_a_whole_factor_without_new_colours(
    zoom: ZoomView,
) -> None:
    image = _checkers()
    zoom.show_items(ZoomItem(name="one", image=image))
    assert zoom.magnification.step > 1
    pane = zoom.panes[0]
    shot = pane.grab().toImage()
    scale = zoom.magnification.step
    left, top = zoom.magnification.left_top((8, 8), pane.view_size())
    for y in range(8):
        for x in range(8):
            place = QPoint(left + x * scale + scale // 2, top + y * scale + scale // 2)
            assert shot.pixelColor(place).rgb() == image.pixelColor(x, y).rgb()


def test_a_hundred_percent_shows_each_pixel_once(zoom: ZoomView) -> None:
    image = _checkers(64)
    zoom.show_items(ZoomItem(name="one", image=image))
    QTest.keyClick(zoom, Qt.Key.Key_1)
    pane = zoom.panes[0]
    left, top = zoom.magnification.left_top((64, 64), pane.view_size())
    shot = pane.grab().toImage()
    for y in range(0, 64, 7):
        for x in range(0, 64, 7):
            assert shot.pixelColor(left + x, top + y).rgb() == image.pixelColor(x, y).rgb()


def test_keys_step_fit_and_push(zoom: ZoomView) -> None:
    zoom.show_items(ZoomItem(name="one", image=_checkers(64)))
    whole = zoom.magnification
    QTest.keyClick(zoom, Qt.Key.Key_Plus)
    QTest.keyClick(zoom, Qt.Key.Key_Plus)
    QTest.keyClick(zoom, Qt.Key.Key_Plus)
    assert zoom.magnification.scale > whole.scale
    assert not zoom.is_whole
    before = zoom.magnification
    QTest.keyClick(zoom, Qt.Key.Key_Left)
    assert zoom.magnification.x < before.x
    QTest.keyClick(zoom, Qt.Key.Key_Minus)
    QTest.keyClick(zoom, Qt.Key.Key_0)
    assert zoom.magnification == whole
    assert zoom.is_whole


def test_two_pictures_move_together(zoom: ZoomView) -> None:
    zoom.show_items(
        ZoomItem(name="one", image=_checkers(64)), ZoomItem(name="two", image=_checkers(32))
    )
    assert all(pane.isVisible() for pane in zoom.panes)
    zoom.show_magnified(Magnification(step=16))
    zoom.panes[1].moved.emit(QPointF(-40, 0))
    assert zoom.magnification.x > 0.5
    assert zoom.panes[0].magnification == zoom.panes[1].magnification == zoom.magnification
    zoom.show_items(ZoomItem(name="one", image=_checkers(64)))
    assert not zoom.panes[1].isVisible()


def test_one_of_two_is_meant_and_said(zoom: ZoomView) -> None:
    zoom.show_items(
        ZoomItem(name="one", image=_checkers()), ZoomItem(name="two", image=_checkers())
    )
    assert zoom.active == 0
    assert "one is meant" in zoom.accessibleName()
    QTest.keyClick(zoom, Qt.Key.Key_Space)
    assert zoom.active == 1
    assert "two is meant" in zoom.accessibleName()
    QTest.mouseClick(zoom.panes[0], Qt.MouseButton.LeftButton)
    assert zoom.active == 0


def test_a_newer_picture_takes_the_place_at_once(zoom: ZoomView) -> None:
    zoom.show_items(ZoomItem(name="old", image=_checkers()))
    white = QImage(8, 8, QImage.Format.Format_RGB888)
    white.fill(QColor("#ffffff"))
    before = zoom.magnification
    zoom.replace_image(0, ZoomItem(name="new", image=white))
    assert zoom.magnification == before
    middle = QPoint(zoom.panes[0].width() // 2, zoom.panes[0].height() // 2)
    assert zoom.panes[0].grab().toImage().pixelColor(middle).name() == "#ffffff"
    assert zoom.items[0].name == "new"
