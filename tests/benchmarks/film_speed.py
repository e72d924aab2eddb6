"""Pictures of a film a second, made and kept on the disk, against a bare onnxruntime loop.

The same pictures: the plan's recipes through the host at batch 16 into the store of a film,
against the graphs run on the same inputs, computed before, with as many threads that wait as the
runtime's do; interleaved. Owed: at least 0.9. What writing and checking the file takes besides
is printed too. By default the shipped generators are measured; other folders may be named::

    python -m tests.benchmarks.film_speed [--pairs 9] [--seconds 2] [FOLDER ...]
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from studio.contract.arrays import draw_latent, latent_to_bytes
from studio.contract.manifest import Model, find_models, read_model
from studio.contract.recipe import Recipe
from studio.film.estimate import distinct_frames
from studio.film.formats import usual_enlargement
from studio.film.order import FilmOrder, Rendered
from studio.film.plan import FilmPlan
from studio.film.render import render_film
from studio.host.client import HostSettings
from studio.images.timeline import Film, Key
from studio.project.paths import places
from tests.benchmarks.report import interleave, line, ratio

BATCH = 16
SHIPPED = Path(__file__).resolve().parents[2] / "exported_models"
KEYS = 4


def film_of(model: Model, seconds: float) -> Film:
    """Four keys of one kind each, a loop on a curve."""
    manifest = model.manifest
    assert manifest.latent is not None
    control, kinds = manifest.control("class"), manifest.classes()
    keys = []
    for index in range(KEYS):
        controls = {c.name: c.default for c in manifest.controls}
        if control is not None:
            controls[control.name] = kinds[index % len(kinds)].value
        recipe = Recipe(
            model=manifest.id,
            seed=index,
            latent=latent_to_bytes(draw_latent(index, manifest.latent.dimension)),
            controls=controls,
        )
        keys.append(Key(id=f"k{index}", recipe=recipe, time=index * seconds / KEYS))
    return Film(
        id="film",
        model=manifest.id,
        keys=tuple(keys),
        seconds=seconds,
        fps=60,
        course="curve",
    )


def measure_folder(folder: Path, pairs: int, seconds: float) -> None:
    """Print pictures a second both ways, and their ratio."""
    model = read_model(folder)
    threads = len(os.sched_getaffinity(0))
    bare = {spin: _bare_loop(model, threads, spin) for spin in (False, True)}
    count = max(192, int(seconds / bare[False](8) * 8) * BATCH)
    film = film_of(model, count / 60)
    name = f"{model.manifest.id}, {threads} threads"
    width, height = model.manifest.picture_size or (64, 64)
    whole: list[Rendered] = []
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)

        def rendered() -> float:
            """Pictures a second between the first file of the store and the last picture."""
            marks: list[tuple[float, int]] = []

            def told(done: int, total: int, stage: str) -> None:
                if stage == "making" and (done == total or done % 64 == 0):
                    marks.append((time.perf_counter(), done))

            order = FilmOrder(
                film=film,
                path=base / "film.mp4",
                enlargement=usual_enlargement(width, height, "mp4"),
                if_taken="replace",
            )
            whole.append(
                render_film(order, model, places(base / "base"), HostSettings(), told=told)
            )
            (start, first), (end, last) = marks[0], marks[-1]
            return (last - first) / (end - start)

        def alone(spin: bool) -> Callable[[], float]:
            batches = count // BATCH
            return lambda: batches * BATCH / bare[spin](batches)

        for spin, title in ((False, "bare, threads wait as ours"), (True, "bare, default")):
            filmed, speeds = interleave(rendered, alone(spin), pairs)
            print(line(f"{name}: {title}", speeds, "pictures/s"))
            print(line(f"{name}: film", filmed, "pictures/s"))
            print(ratio(f"{name}: film / {title}", filmed, speeds))
    writing = [made.frames / made.writing_seconds for made in whole]
    print(line(f"{name}: writing and checking the MP4", writing, "pictures/s"))
    planning = _planning(film, model)
    print(line(f"{name}: planning alone", planning, "pictures/s"))
    print(f"{name}: {distinct_frames(film)[-1] + 1} pictures a film")


def _planning(film: Film, model: Model) -> list[float]:
    """Recipes a second, without a host."""
    plan = FilmPlan(film, model.manifest)
    speeds = []
    for _ in range(5):
        began = time.perf_counter()
        for frame in range(128):
            plan.recipe(frame)
        speeds.append(128 / (time.perf_counter() - began))
    return speeds


def _bare_loop(model: Model, threads: int, spin: bool) -> Callable[[int], float]:
    """A function that runs all graphs of so many batches and returns the seconds they took.

    Without ``spin`` its threads wait as those of the runtime do, with it as onnxruntime lets them.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    from studio.runtime.sessions import SPINNING

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    if not spin:
        options.add_session_config_entry(*SPINNING)
    random = np.random.default_rng(0)
    runs = []
    for role in model.manifest.drawing_graphs():
        graph = model.manifest.graphs[role]
        session = onnxruntime.InferenceSession(
            str(model.file(graph.file)), options, providers=["CPUExecutionProvider"]
        )
        feed = {
            tensor.name: random.standard_normal((BATCH, *map(int, tensor.shape[1:]))).astype(
                np.float32
            )
            for tensor in graph.inputs
        }
        runs.append((session, feed))

    def run(batches: int) -> float:
        began = time.perf_counter()
        for _ in range(batches):
            for session, feed in runs:
                session.run(None, feed)
        return time.perf_counter() - began

    run(4)
    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=2.0)
    chosen = parser.parse_args()
    folders = chosen.folders or [
        model.folder
        for model in find_models((SHIPPED,))
        if isinstance(model, Model) and model.manifest.kind == "gan"
    ]
    for folder in folders:
        measure_folder(folder, chosen.pairs, chosen.seconds)


if __name__ == "__main__":
    main()
