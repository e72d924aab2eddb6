"""Runs the studio as ``python -m studio`` does, notes what happens when, and closes it.

Prints one line of JSON: monotonic seconds of the first paint, the first picture and the full
wall; the window's resident memory in MB then; the modules loaded at the first paint and at the
end that belong to the list of heavy ones.
"""

import os
import sys
import time

HEAVY = ("numpy", "PIL", "onnxruntime", "onnx", "torch", "msgspec", "PySide6.QtSvg")


def loaded() -> list[str]:
    """Which of the heavy modules are there."""
    return [name for name in HEAVY if name in sys.modules]


def main() -> None:
    """Open the window, watch it fill, close it."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    from studio.shell import start

    seen: dict[str, object] = {}
    begin = start.App.begin

    def begin_and_watch(whole: start.App) -> None:
        seen["painted"] = time.monotonic()
        seen["loaded_at_first_paint"] = loaded()
        begin(whole)
        assert whole.studio is not None
        studio = whole.studio

        def picture(_event: object) -> None:
            seen.setdefault("first_picture", time.monotonic())

        def jobs_changed(jobs: tuple[object, ...]) -> None:
            if jobs or "first_picture" not in seen or "wall_full" in seen:
                return
            import psutil

            seen["wall_full"] = time.monotonic()
            seen["resident"] = psutil.Process().memory_info().rss / 1e6
            seen["loaded_at_the_end"] = loaded()
            whole.window.close()

        studio.host.picture_ready.connect(picture)
        studio.jobs.changed.connect(jobs_changed)

    setattr(start.App, "begin", begin_and_watch)  # noqa: B010 - to look on, not to change
    from studio.__main__ import main as run

    code = run(sys.argv[1:])
    import json  # not before: its time would count as the studio's

    print(json.dumps(seen))
    sys.exit(code)


if __name__ == "__main__":
    main()
