"""The model host as it is, but it notes when each run of a graph has ended.

Started by `frame_to_paint` in place of ``python -m studio --model-host``. The note, a monotonic
time as a double, goes into the file that ``STUDIO_RUN_ENDED`` names.
"""

import os
import struct
import sys
import time
from typing import Any

NOTE = "STUDIO_RUN_ENDED"


def main() -> int:
    """Serve as the host does."""
    from studio.host import server
    from studio.runtime import buffers

    note = os.open(os.environ[NOTE], os.O_WRONLY)
    run = buffers.run_binding

    def timed(*arguments: Any) -> None:
        run(*arguments)
        os.pwrite(note, struct.pack("<d", time.monotonic()), 0)

    setattr(buffers, "run_binding", timed)  # noqa: B010 - to look on, not to change
    return server.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
