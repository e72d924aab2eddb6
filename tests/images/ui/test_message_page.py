"""A fault in the wall's place is read to its end."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from studio.images.ui.message_page import MessagePage


def test_a_long_sentence_has_room_for_every_line(qtbot: QtBot) -> None:
    page = MessagePage()
    qtbot.addWidget(page)
    page.resize(900, 500)
    page.say("A sentence that says why. " * 8, icon="error", can_retry=True, can_choose=True)
    page.show()
    (words,) = page.findChildren(QLabel)
    qtbot.waitUntil(lambda: words.height() >= words.heightForWidth(words.width()) > 0)
