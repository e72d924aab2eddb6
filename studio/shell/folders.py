"""The user's own folders, and the way to a folder in the system's file manager."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices

from studio.shell.notices import NoticeAction


def own_folder(location: QStandardPaths.StandardLocation) -> Path:
    """The user's folder for pictures, documents and the like; home where there is none."""
    found = QStandardPaths.writableLocation(location)
    folder = Path(found) if found else Path.home()
    return folder if folder.is_dir() else Path.home()


def open_folder(folder: Path) -> None:
    """Show what is in ``folder``, in whatever program the system has for that."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def folder_action(folder: Path) -> NoticeAction:
    """What a notice offers of a file that was written into ``folder``."""
    return NoticeAction(
        text=QCoreApplication.translate("Folders", "Open the folder"),
        run=lambda: open_folder(folder),
        lasts=True,
    )
