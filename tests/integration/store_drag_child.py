"""Drags a slider for ever: ``python -m tests.integration.store_drag_child FOLDER``.

Sends a value every 10 ms without waiting for it, and prints each value with the monotonic time at
which it was handed over. Ends by being killed.
"""

import sys
import threading
import time
from itertools import count
from pathlib import Path

from studio.project.edits import change
from studio.project.store import ProjectStore
from tests.project.samples import NOTE, do, known, new_note, step

HAND_RESTS_SECONDS = 0.01


def main() -> None:
    store = ProjectStore.open(Path(sys.argv[1]), known())
    do(store, new_note("n"))
    hand = threading.Event()
    for number in count(1):
        store.submit(step(change(NOTE, "n", number=number), merge_key="slider"))
        print(number, time.monotonic(), flush=True)
        hand.wait(HAND_RESTS_SECONDS)


if __name__ == "__main__":
    main()
