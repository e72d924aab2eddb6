"""What versions and their times are called, and how large the dialogs about them are."""

from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QSize
from PySide6.QtWidgets import QWidget

from studio.project.versions import Version
from studio.shell.theme import TEXT_SIZE

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 9999


def version_title(version: Version) -> str:
    """A version by its name or, where nobody gave it one, by why there is one."""
    if version.is_named and version.name:
        return version.name
    if version.kind == "opened":
        return QCoreApplication.translate("Versions", "The beginning")
    if version.kind == "found":
        return QCoreApplication.translate("Versions", "After a crash")
    if version.kind == "before":
        return QCoreApplication.translate("Versions", "Before going back")
    return QCoreApplication.translate("Versions", "When it was closed")


def version_facts(version: Version, language: str) -> str:
    """When it was made and how much was kept then, e.g. "today, 14:02 · 3 pictures"."""
    count = version.works
    pictures = QCoreApplication.translate("Versions", "%n picture(s)", "", count)
    when = moment_text(version.created, language)
    return f"{when} · {pictures}" if when else pictures


def grown(size: QSize, widget: QWidget) -> QSize:
    """A dialog's size for larger text: wider, though less than in proportion."""
    return size * (1.0 + 0.6 * max(widget.font().pixelSize() / TEXT_SIZE - 1.0, 0.0))


def moment_text(seconds: float, language: str, now: datetime | None = None) -> str:
    """A time in words, e.g. "today, 14:02"; empty for one that is none."""
    found = moment(seconds)
    if found is None:
        return ""
    today = (now or datetime.now().astimezone()).date()
    if found.date() == today:
        return _day_and_time(QCoreApplication.translate("Versions", "today"), found)
    if found.date() == today - timedelta(days=1):
        return _day_and_time(QCoreApplication.translate("Versions", "yesterday"), found)
    return date_text(found, language)


def date_text(when: datetime, language: str) -> str:
    """A time that is still understood in a year, e.g. "22 Nov 2026, 14:02"."""
    # Translators: the order of day, month and year, as Qt's QLocale writes dates.
    form = QCoreApplication.translate("Versions", "d MMM yyyy")
    day = QLocale(language).toString(QDate(when.year, when.month, when.day), form)
    return _day_and_time(day, when)


def moment(seconds: float) -> datetime | None:
    """Seconds since 1970 as a local time; None where no calendar knows them."""
    try:
        found = datetime.fromtimestamp(seconds).astimezone()
    except (OverflowError, ValueError, OSError):
        return None
    return found if FIRST_YEAR <= found.year < LAST_YEAR else None


def _day_and_time(day: str, when: datetime) -> str:
    return QCoreApplication.translate("Versions", "{day}, {time}").format(
        day=day, time=f"{when:%H:%M}"
    )
