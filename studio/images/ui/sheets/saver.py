"""Writes small files for other programs beside the window's thread, and says so when it is true."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication

from studio.contract.errors import AtelierError
from studio.images.ui.background import BackgroundWork
from studio.shell.folders import folder_action
from studio.shell.notices import Notice, NoticeKind
from studio.shell.services import Services

SAID_SECONDS: Final = 8.0


def save_file(
    services: Services,
    work: BackgroundWork,
    file: Path,
    encode: Callable[[], bytes],
    *,
    key: str,
) -> None:
    """Write what ``encode`` gives, both beside the window's thread; a notice says what came of it.

    A name that is taken gets a number.
    """

    def write() -> Path:
        from studio.provenance.files import write_file, write_picture

        data = encode()
        put = write_picture if file.suffix.lower() == ".png" else write_file
        return put(file, data, if_taken="number")

    def say(written: Path) -> None:
        services.jobs.end(job)
        text = QCoreApplication.translate(
            "SheetSaver", "Written to {file}, opened again and checked."
        )
        services.notices.post(
            Notice(
                text=text.format(file=written),
                kind=NoticeKind.GOOD,
                key=key,
                action=folder_action(written.parent),
                seconds=SAID_SECONDS,
            )
        )

    def fail(error: AtelierError) -> None:
        services.jobs.end(job)
        services.notices.report(error)

    label = QCoreApplication.translate("SheetSaver", "Writing {name}").format(name=file.name)
    job = services.jobs.begin(label)
    work.run(write, say, fail, owed=True)
