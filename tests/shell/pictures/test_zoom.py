"""Close by: exact pixels, keys, and the way to the neighbour."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.shell.pictures.named import NamedPicture
from studio.shell.pictures.zoom import ZoomView


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
    zoom.show_item(NamedPicture(name="one", image=image))
    assert zoom.magnification.step > 1
    pane = zoom.pane
    shot = pane.grab().toImage()
    scale = zoom.magnification.step
    left, top = zoom.magnification.left_top((8, 8), pane.view_size())
    for y in range(8):
        for x in range(8):
            place = QPoint(left + x * scale + scale // 2, top + y * scale + scale // 2)
            assert shot.pixelColor(place).rgb() == image.pixelColor(x, y).rgb()


def test_a_hundred_percent_shows_each_pixel_once(zoom: ZoomView) -> None:
    image = _checkers(64)
    zoom.show_item(NamedPicture(name="one", image=image))
    QTest.keyClick(zoom, Qt.Key.Key_1)
    pane = zoom.pane
    left, top = zoom.magnification.left_top((64, 64), pane.view_size())
    shot = pane.grab().toImage()
    for y in range(0, 64, 7):
        for x in range(0, 64, 7):
            assert shot.pixelColor(left + x, top + y).rgb() == image.pixelColor(x, y).rgb()


def test_keys_step_fit_and_push(zoom: ZoomView) -> None:
    zoom.show_item(NamedPicture(name="one", image=_checkers(64)))
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


def test_arrows_ask_for_the_neighbour_only_while_all_can_be_seen(
    zoom: ZoomView, qtbot: QtBot
) -> None:
    asked: list[int] = []
    zoom.step_wanted.connect(asked.append)
    zoom.show_item(NamedPicture(name="one", image=_checkers(64)))
    QTest.keyClick(zoom, Qt.Key.Key_Right)
    QTest.keyClick(zoom, Qt.Key.Key_Left)
    while zoom.pane.fits():
        zoom.step_by(1)
    QTest.keyClick(zoom, Qt.Key.Key_Right)
    QTest.keyClick(zoom, Qt.Key.Key_PageDown)
    assert asked == [1, -1, 1]


def test_a_newer_picture_takes_the_place_at_once(zoom: ZoomView) -> None:
    zoom.show_item(NamedPicture(name="old", image=_checkers()))
    white = QImage(8, 8, QImage.Format.Format_RGB888)
    white.fill(QColor("#ffffff"))
    before = zoom.magnification
    zoom.replace_item(NamedPicture(name="new", image=white))
    assert zoom.magnification == before
    middle = QPoint(zoom.pane.width() // 2, zoom.pane.height() // 2)
    assert zoom.pane.grab().toImage().pixelColor(middle).name() == "#ffffff"
    assert zoom.item is not None
    assert zoom.item.name == "new"
