"""Grabs every screen to a picture, to be looked at: ``python -m tests.e2e.grabs FOLDER``.

With the models that ship, at 1280x720, in both languages and themes and at 150 % text; for 2x set
``QT_SCALE_FACTOR=2``. Nothing is asserted here: whether a screen is good is for eyes to say.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget

from studio.images.document import unkeep
from studio.images.ui.enlarge.dialog import EnlargeDialog
from studio.images.ui.kept_export import KeptExportDialog
from studio.images.ui.room import ImagesRoom
from studio.images.ui.sheets.contact_dialog import ContactDialog
from studio.images.ui.sheets.palette_dialog import PaletteDialog
from studio.images.ui.sheets.story_dialog import StoryDialog
from studio.images.ui.wall_faces import TileEvent
from studio.project.nodes import WORK
from studio.shell.furniture import Furniture
from studio.shell.gallery.filters import FilterPanel
from studio.shell.gallery.last_word import LastWordDialog
from studio.shell.gallery.room import GalleryRoom
from studio.shell.notices import Notice, NoticeKind
from studio.shell.options import Options
from studio.shell.output.window import OutputWindow
from studio.shell.pictures.comparison import ComparisonMode
from studio.shell.projects.crash_offer import CrashSheet
from studio.shell.projects.versions_sheet import VersionsSheet
from studio.shell.settings.dialog import KEYBOARD, PAGES, SettingsDialog
from studio.shell.settings.shortcut_rows import ShortcutRow
from studio.shell.settings.storage import write_stored
from studio.shell.start import App
from tests.e2e.breed_grabs import take_breeding
from tests.e2e.explore_grabs import take_explorer
from tests.e2e.film_grabs import take_film
from tests.e2e.gene_grabs import take_genes

D = TypeVar("D", bound=QDialog)

SETTLE_MS = 700
"""Fades and flights have ended by then."""
PATIENCE_MS = 30_000
LOOKS: tuple[tuple[str, dict[str, object]], ...] = (
    ("en-dark", {"language": "en"}),
    ("zh-dark", {"language": "zh_CN"}),
    ("en-light", {"language": "en", "theme": "light"}),
    ("en-dark-150", {"language": "en", "text_size": 1.5}),
    ("en-touch-swapped", {"language": "en", "touch": True, "swap_sides": True}),
)


class Photographer:
    """Walks through the screens of one look."""

    def __init__(self, app: App, folder: Path, look: str) -> None:
        self._app = app
        self._folder = folder
        self._look = look

    def take_all(self) -> None:
        """Every screen, one after the other."""
        self.wait_until(self._is_full)
        room, furniture = self.room, self.furniture
        run = furniture.registry.action
        self._take("1-first-screen")
        room.wall.choose(10)
        self._take("2-chosen")
        room.wall.clicked.emit(TileEvent(place=10))
        self._take("2-grown")
        room.neighbours.close()
        for place in (10, 3, 4):
            room.wall.choose(place)
            run("images.keep").trigger()
        self._settle()
        self._take("3-kept")
        run("window.inspector").trigger()
        self._take("4-controls")
        run("images.more_like_this").trigger()
        self.wait_until(self._is_full)
        self._take("5-more-like-this")
        self._take_projects()
        self._take_pairs()
        run("images.zoom").trigger()
        self._take("6-close-by")
        self._take_tools()
        run("window.commands").trigger()
        self._take("7-commands")
        furniture.command_palette.dismiss()
        assert self._app.studio is not None
        notice = Notice(text="/home/ada/picture.png", kind=NoticeKind.ERROR, detail="details")
        self._app.studio.notices.post(notice)
        self._take("8-notice")
        self._app.studio.notices.withdraw(notice.identity)
        self._take_settings()
        for name in ("window.shortcuts", "window.about"):
            run(name).trigger()
            self._settle()
            for sheet in self._app.window.findChildren(QDialog):
                self._save(sheet, f"9-{name.split('.')[1]}")
                sheet.close()
            self._settle()
        take_genes(room, furniture.services.project.store, furniture.registry, self)
        take_explorer(room, furniture.registry, self)
        take_breeding(room, furniture.registry, self)
        take_film(self)
        self._take_gallery()

    def _take_gallery(self) -> None:
        """What is kept: the grid, one and many chosen, filters, the bin, and the dialogs."""
        furniture = self.furniture
        run = furniture.registry.action
        for text in tuple(furniture.notices.texts):
            furniture.notices.withdraw(text)
        furniture.show_room("kept")
        gallery = furniture.room
        assert isinstance(gallery, GalleryRoom)
        self.wait_until(lambda: bool(gallery.grid.places))
        self._take("20-kept")
        gallery.grid.choose_place(gallery.grid.places[1])
        run("gallery.stars_4").trigger()
        self._take("21-kept-one")
        run("gallery.look").trigger()
        self._take("22-kept-close-by")
        gallery.look.closed.emit()
        run("gallery.filter").trigger()
        self._settle()
        for panel in gallery.findChildren(FilterPanel):
            self._save(panel, "23-kept-filters")
            panel.close()
        gallery.ask(replace(gallery.question, text="4", rating=4))
        self._take("24-kept-found")
        gallery.ask(gallery.question.widened())
        self._settle()
        run("gallery.all").trigger()
        self._take("25-kept-many")
        run("gallery.export").trigger()
        self._settle()
        for sheet in self._app.window.findChildren(KeptExportDialog):
            self._save(sheet, "26-kept-export")
            sheet.reject()
        run("gallery.remove").trigger()
        self._take("27-kept-empty")
        run("gallery.bin").trigger()
        self._settle()
        gallery.grid.choose_all()
        self._take("28-bin")
        run("gallery.purge").trigger()
        self._settle()
        for question in self._app.window.findChildren(LastWordDialog):
            self._save(question, "29-last-word")
            question.reject()

    def _take_tools(self) -> None:
        """What is made of a picture: larger, its palette, its story, a contact sheet."""
        run = self.furniture.registry.action
        run("images.enlarge").trigger()
        enlarging = self._dialog(EnlargeDialog)
        self.wait_until(lambda: not enlarging.preview.state)
        self._save(enlarging, "30-enlarge")
        enlarging.result_row.findChildren(QAbstractButton)[-1].click()
        self._settle()
        self._save(enlarging, "30-enlarge-file")
        enlarging.reject()
        run("images.palette").trigger()
        palette = self._dialog(PaletteDialog)
        self.wait_until(lambda: bool(palette.swatches))
        self._save(palette, "31-palette")
        palette.close()
        run("images.story").trigger()
        story = self._dialog(StoryDialog)
        self.wait_until(lambda: bool(story.player.frames))
        story.player.pause()
        self._settle()
        self._save(story, "32-story")
        story.close()
        run("images.contact_sheet").trigger()
        sheet = self._dialog(ContactDialog)
        self.wait_until(lambda: not sheet.look.image.isNull())
        self._save(sheet, "33-contact-sheet")
        sheet.close()
        self._settle()

    def _dialog(self, kind: type[D]) -> D:
        """The one of this kind that is open, once it has settled."""
        self._settle()
        (found,) = (sheet for sheet in self._app.window.findChildren(kind) if sheet.isVisible())
        return found

    def _take_pairs(self) -> None:
        """Two pictures: their children, every way of comparing, and the second display."""
        room, run = self.room, self.furniture.registry.action
        room.wall.choose(0, second=5)
        run("images.cross").trigger()
        self.wait_until(self._is_full)
        self._take("5-children")
        room.wall.choose(0, second=room.wall.columns - 1)
        for mode in ComparisonMode:
            run("images.compare").trigger()
            self._take(f"5-compare-{mode.value}")
        assert self._app.studio is not None
        run("window.output").trigger()
        self._settle()
        (output,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, OutputWindow))
        self._save(output, "5-output")
        run("window.output").trigger()
        room.close_view.closed.emit()
        room.wall.choose(0)

    def _take_settings(self) -> None:
        """Every page of the settings, the search, and a key that is taken already."""
        self.furniture.settings.show_settings()
        dialog = self._app.window.findChild(SettingsDialog)
        assert dialog is not None
        dialog.content.finish()
        for page in PAGES:
            dialog.show_page(page)
            self._settle()
            self._save(dialog, f"20-settings-{page.lower()}")
        dialog.content.search("ctrl")
        self._settle()
        self._save(dialog, "21-settings-search")
        dialog.show_page(KEYBOARD)
        keep = next(row for row in dialog.content.rows if row.identity == "images.keep")
        assert isinstance(keep, ShortcutRow)
        keep.caps[0].click()
        QTest.keyClick(keep.caps[0], Qt.Key.Key_R)
        self._settle()
        self._save(dialog, "22-settings-key-taken")
        dialog.close()

    def _take_projects(self) -> None:
        """A version is named, pictures come and go; then the dialogs, and the offer of a crash."""
        furniture, window = self.furniture, self._app.window
        run, project = furniture.registry.action, furniture.services.project
        for card in tuple(furniture.notices.texts):
            furniture.notices.withdraw(card)
        run("window.saved").trigger()
        self._take("10-saved")
        run("window.saved").trigger()
        self._take("11-name-this-version")
        furniture.notices.withdraw("saved")
        project.take_version("Monday").result()
        works = project.store.nodes(WORK).items
        project.submit(unkeep(works[0])).result()
        for place in (6, 7, 8, 9):
            self.room.wall.choose(place)
            run("images.keep").trigger()
            self._settle()
        project.store.take_version("closed").result()
        self.room.wall.choose(1)
        run("images.keep").trigger()
        self._settle()
        run("window.versions").trigger()
        self._settle()
        for sheet in window.findChildren(VersionsSheet):
            sheet.list.setCurrentRow(1)
            self._settle()
            self._save(sheet, "12-versions")
            sheet.close()
        version = project.store.versions()[1]
        offer = CrashSheet(project.store.differences(version), project, window)
        offer.show()
        self._settle()
        self._save(offer, "13-crash")
        offer.close()
        for name in ("new_project", "rename_project", "open_project"):
            run(f"window.{name}").trigger()
            self._settle()
            for dialog in window.findChildren(QDialog):
                if dialog.isVisible():
                    self._save(dialog, f"14-{name}")
                    dialog.close()

    @property
    def furniture(self) -> Furniture:
        """What fills the window."""
        assert self._app.window.furniture is not None
        return self._app.window.furniture

    @property
    def room(self) -> ImagesRoom:
        """The images room."""
        room = self.furniture.room
        assert isinstance(room, ImagesRoom)
        return room

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Let the app run until ``condition`` holds, or for so long as is reasonable."""
        loop = QEventLoop()
        poll = QTimer()
        poll.timeout.connect(lambda: loop.quit() if condition() else None)
        poll.start(20)
        QTimer.singleShot(PATIENCE_MS, loop.quit)
        loop.exec()

    def take(self, name: str) -> None:
        """Let everything come to rest and grab the window."""
        self._take(name)

    def save(self, widget: QWidget, name: str) -> None:
        """Grab a sheet as it is."""
        self._save(widget, name)

    def settle(self) -> None:
        """Let everything come to rest."""
        self._settle()

    def _is_full(self) -> bool:
        if self._app.window.furniture is None:
            return False
        desk, seen = self.room.desk, self.room.wall.seen
        places = range(seen.first, seen.last)
        return bool(places) and all(desk.picture(place) is not None for place in places)

    def _settle(self) -> None:
        loop = QEventLoop()
        QTimer.singleShot(SETTLE_MS, loop.quit)
        loop.exec()

    def _take(self, name: str) -> None:
        self._settle()
        self._save(self._app.window, name)

    def _save(self, widget: QWidget, name: str) -> None:
        widget.grab().save(str(self._folder / f"{self._look}-{name}.png"))


def main() -> None:
    """Take the pictures of every look."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder = Path(sys.argv[1])
    wanted = sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    for look, settings in LOOKS:
        if wanted and look not in wanted:
            continue
        with tempfile.TemporaryDirectory() as base:
            write_stored(Path(base) / "config", settings)
            whole = App(app, Options(basedir=Path(base)))
            whole.window.show()
            Photographer(whole, folder, look).take_all()
            whole.close()


if __name__ == "__main__":
    main()
