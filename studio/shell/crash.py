"""What remains to be read when something went wrong in the window: a log and a fault file."""

import logging
from pathlib import Path
from typing import Final

from studio.project.logs import ProcessLog

LOG_NAME: Final = "window.log"
FAULT_NAME: Final = "window-faults.log"

log = logging.getLogger("studio")


class CrashLog(ProcessLog):
    """Writes the window's log and faults, and tells of exceptions that nobody caught."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "window")
