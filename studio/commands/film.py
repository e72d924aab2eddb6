"""``film``: pictures that were kept become a film, and a film a file, without a window."""

import argparse
import contextlib
import dataclasses
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Final, get_args

import msgspec

from studio.commands import codes
from studio.commands.hosted import PROVIDERS, host_settings
from studio.commands.lines import DoneLine, FilmLine, FilmPlanLine, FilmProgressLine
from studio.commands.lookup import model_of_recipe, resolve_model
from studio.commands.output import Output, Progress
from studio.contract.errors import PictureError, RequestInvalid, file_error
from studio.contract.manifest import Manifest, Model
from studio.contract.recipe import Recipe
from studio.film.estimate import Estimate, estimate
from studio.film.formats import FILM_FORMATS, QUALITIES, FilmFormat, usual_enlargement
from studio.film.order import FilmOrder, Rendered, Stage, Steering
from studio.film.tags import read_film
from studio.host.messages import BACKGROUND
from studio.images.timeline import (
    COURSES,
    EASINGS,
    NOISES,
    WAYS,
    Film,
    check_film,
    decode_film,
    encode_film,
    new_key,
)
from studio.project.paths import absolute_folder, model_roots, places
from studio.provenance.files import IfTaken
from studio.provenance.pictures import read_recipe

SECONDS_A_WAY: Final = 2.0
"""From one picture to the next, unless asked for otherwise."""
TELL_SECONDS: Final = 0.2
"""How often it is said how far the work is."""
NICE: Final = 10
"""By how much a film made in the background lets others go first."""

_NOTES: Final = {
    "padded": "Its sides were made even by repeating the last row or column.",
    "thinned": "Pictures were left out: the format shows at most so many a second.",
    "alpha_dropped": "What could be seen through stands on black: the format has no transparency.",
}
_FORMAT_OF: Final[dict[str, FilmFormat]] = {
    ".mp4": "mp4",
    ".m4v": "mp4",
    ".webm": "webm",
    ".gif": "gif",
    ".apng": "apng",
    ".png": "apng",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    shared = argparse.ArgumentParser(add_help=False)  # what may stand before the deed or after it
    hidden = argparse.SUPPRESS
    shared.add_argument("--basedir", type=Path, default=hidden, help=hidden)
    shared.add_argument("--json", dest="as_json", action="store_true", default=hidden, help=hidden)
    kinds = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
    purpose = "make a film of pictures that were made here"
    compose = kinds.add_parser("compose", parents=[shared], help=purpose, description=purpose)
    compose.add_argument("pictures", nargs="+", type=Path, metavar="PICTURE")
    compose.add_argument("--out", type=Path, required=True, metavar="FILE.json")
    compose.add_argument("--title", default="", help="what the film is called")
    compose.add_argument("--seconds", type=float, help="how long it is (default: 2 for each way)")
    compose.add_argument("--fps", type=int, default=30, help="pictures a second (default 30)")
    compose.add_argument("--once", action="store_true", help="no loop: it ends at the last picture")
    compose.add_argument("--way", choices=WAYS, default="position", help="what is travelled")
    compose.add_argument("--course", choices=COURSES, default="straight")
    compose.add_argument("--easing", choices=EASINGS, default="smooth")
    compose.add_argument("--hold", type=float, default=0.0, help="seconds that each picture stays")
    compose.add_argument(
        "--lead", type=float, default=0.5, help="--way zones: how far zones are apart, -1 to 1"
    )
    compose.add_argument("--noise", choices=NOISES, default="still", help="the fine detail")
    for deed, purpose in (
        ("show", "say what a film is and what it will take"),
        ("render", "make the file of a film; again, it goes on where it was ended"),
    ):
        command = kinds.add_parser(deed, parents=[shared], help=purpose, description=purpose)
        command.add_argument(
            "film", type=Path, metavar="FILM", help="a film's .json, or a file made of one"
        )
        _add_output(command, is_needed=deed == "render")


def _add_output(command: argparse.ArgumentParser, *, is_needed: bool) -> None:
    command.add_argument("--out", type=Path, required=is_needed, metavar="FILE")
    command.add_argument(
        "--format", choices=FILM_FORMATS, help="default: as --out ends; a folder: png"
    )
    command.add_argument(
        "--enlarge", type=int, metavar="N", help="pixels a side of each pixel (default: fitting)"
    )
    edges = command.add_mutually_exclusive_group()
    edges.add_argument("--smooth", action="store_true", default=None, help="enlarge without edges")
    edges.add_argument("--crisp", dest="smooth", action="store_false", help="enlarge to squares")
    command.add_argument("--quality", choices=QUALITIES, default="good")
    command.add_argument("--model", metavar="MODEL", help="another model than the film names")
    if not is_needed:
        return
    command.add_argument("--if-taken", choices=get_args(IfTaken), default="number")
    command.add_argument("--provider", choices=PROVIDERS, default="auto")
    command.add_argument(
        "--background", action="store_true", help="let all other work on the machine go first"
    )
    command.add_argument(
        "--steered", action="store_true",
        help="standard input says pause, resume or cancel, a word a line; its end cancels",
    )  # fmt: skip


def run(arguments: argparse.Namespace, basedir: Path | None, output: Output) -> int:
    """Compose, show or render; what is wrong with what was asked for is said before any work."""
    began = time.monotonic()
    if arguments.deed == "compose":
        path = _compose(arguments)
        output.note(f"The film is in {path}; “studio film render” makes its file.")
        output.written = 1
        return _done(output, began)
    film = decode_film(read_film(arguments.film), arguments.film)
    model = _model(film, arguments.model, basedir)
    if arguments.deed == "show":
        _show(film, model, arguments, output)
        return _done(output, began)
    order = _order(film, model.manifest, arguments)
    rendered = _render(order, model, basedir, arguments, output)
    output.written = 1
    output.result(_line(rendered, order), str(rendered.path))
    for note in rendered.notes:
        output.note(_NOTES[note])
    made = f"{rendered.made:,} pictures made"
    found = f", {rendered.found:,} were there" if rendered.found else ""
    output.note(
        f"{rendered.seconds:.1f} s of film; {made}{found} ({rendered.making_seconds:.1f} s)"
    )
    device = rendered.device
    return _done(output, began, "" if device is None else device.provider)


def _done(output: Output, began: float, provider: str = "") -> int:
    output.result(
        DoneLine(
            exit_code=codes.DONE,
            seconds=time.monotonic() - began,
            written=output.written,
            provider=provider,
        )
    )
    return codes.DONE


def _compose(arguments: argparse.Namespace) -> Path:
    film = _composed(arguments, [read_recipe(picture) for picture in arguments.pictures])
    check_film(film)
    path: Path = arguments.out
    try:
        with path.open("xb") as stream:
            stream.write(encode_film(film))
    except FileExistsError as error:
        fault = "a file of that name is there already; choose another name"
        raise PictureError(file=path, fault=fault) from error
    except OSError as error:
        raise file_error(error, path) from error
    return path.resolve()


def _composed(arguments: argparse.Namespace, recipes: Sequence[Recipe]) -> Film:
    """The pictures evenly apart; a loop leads from the last one back to the first."""
    ways = len(recipes) if not arguments.once else max(1, len(recipes) - 1)
    seconds = arguments.seconds if arguments.seconds is not None else SECONDS_A_WAY * ways
    keys = [new_key(recipe, 0.0, easing=arguments.easing) for recipe in recipes]
    return Film(
        id="film",
        title=arguments.title,
        model=recipes[0].model,
        keys=tuple(
            msgspec.structs.replace(key, time=index * seconds / ways, hold=arguments.hold)
            for index, key in enumerate(keys)
        ),
        seconds=seconds,
        fps=arguments.fps,
        loop=not arguments.once,
        way=arguments.way,
        course=arguments.course,
        lead=arguments.lead,
        noise=arguments.noise,
    )


def _model(film: Film, wanted: str | None, basedir: Path | None) -> Model:
    """The model that made the film's keys, or the one that was asked for."""
    roots = model_roots(basedir)
    if wanted is not None:
        return resolve_model(wanted, roots)
    return model_of_recipe(film.keys[0].recipe, roots)


def _order(film: Film, manifest: Manifest, arguments: argparse.Namespace) -> FilmOrder:
    path: Path | None = arguments.out
    kind: FilmFormat = arguments.format or _format_of(path)
    width, height = manifest.picture_size or (1, 1)
    enlargement = arguments.enlarge
    if enlargement is None:
        enlargement = usual_enlargement(width, height, kind)
    return FilmOrder(
        film=film,
        path=absolute_folder(path or Path("film")),
        format=kind,
        enlargement=enlargement,
        smooth=not manifest.pixel_art if arguments.smooth is None else arguments.smooth,
        quality=arguments.quality,
        if_taken=getattr(arguments, "if_taken", "number"),
    )


def _format_of(path: Path | None) -> FilmFormat:
    """What the name of a file asks for; MP4 where there is none."""
    if path is None:
        return "mp4"
    if not path.suffix:
        return "png"
    known = _FORMAT_OF.get(path.suffix.lower())
    if known is None:
        there = ", ".join(_FORMAT_OF)
        fault = f"--out ends in {path.suffix!r}; films end in {there}, or are folders"
        raise RequestInvalid(fault=fault)
    return known


def _show(film: Film, model: Model, arguments: argparse.Namespace, output: Output) -> None:
    order = _order(film, model.manifest, arguments)
    wanted = _estimate(order, model)
    line = FilmPlanLine(
        title=film.title,
        model=film.model,
        keys=tuple(key.time for key in film.keys),
        frames=wanted.frames,
        made=wanted.made,
        fps=float(wanted.shape.fps),
        seconds=wanted.seconds,
        loop=film.loop,
        way=film.way,
        course=film.course,
        format=order.format,
        width=wanted.shape.width,
        height=wanted.shape.height,
        file_bytes=wanted.file_bytes,
        work_bytes=wanted.work_bytes,
    )
    name = f"“{film.title}”: " if film.title else ""
    text = (
        f"{name}{len(film.keys)} keys by {film.model}, {wanted.seconds:.1f} s at "
        f"{line.fps:g} pictures a second, by {film.way}, {film.course}"
        f"{', loop' if film.loop else ''}\n"
        f"as {order.format}: {wanted.frames:,} pictures of {line.width} x {line.height}, about "
        f"{wanted.file_bytes / 1e6:,.1f} MB, and up to {wanted.work_bytes / 1e6:,.1f} MB while "
        "it is made"
    )
    output.result(line, text)


def _estimate(order: FilmOrder, model: Model) -> Estimate:
    return estimate(
        order.film,
        model.manifest,
        film_format=order.format,
        enlargement=order.enlargement,
        smooth=order.smooth,
        quality=order.quality,
    )


def _render(
    order: FilmOrder,
    model: Model,
    basedir: Path | None,
    arguments: argparse.Namespace,
    output: Output,
) -> Rendered:
    from studio.film.render import render_film  # numpy and the host's half: not for other commands

    where = places(basedir)
    settings = host_settings(arguments.provider, where)
    if arguments.background:
        _yield_to_others()
        settings = dataclasses.replace(settings, lane=BACKGROUND)
    steering = Steering()
    with (
        output.progress(model.manifest.title.en) as progress,
        _interruptible(steering),
    ):
        teller = _Teller(output, progress, steering)
        if arguments.steered:
            threading.Thread(target=_obey, args=(steering, teller), daemon=True).start()
        return render_film(
            order,
            model,
            where,
            settings,
            steering=steering,
            told=teller.tell,
            on_note=output.note,
        )


def _yield_to_others() -> None:
    """Run when nobody else wants to; the model process does so by its lane."""
    import psutil

    with contextlib.suppress(psutil.Error, OSError):
        own = psutil.Process()
        own.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if psutil.WINDOWS else NICE)


class _Teller:
    """Says how far the work is, not more often than anybody reads; from any thread."""

    def __init__(self, output: Output, progress: Progress, steering: Steering) -> None:
        self._output = output
        self._progress = progress
        self._steering = steering
        self._lock = threading.Lock()
        self._next = 0.0
        self._last = FilmProgressLine(stage="preparing", done=0, total=0, paused=False)

    def tell(self, done: int, total: int, stage: Stage) -> None:
        """Called at each picture."""
        now = time.monotonic()
        with self._lock:
            is_new = stage != self._last.stage or done == total
            self._last = FilmProgressLine(
                stage=stage, done=done, total=total, paused=self._steering.is_paused
            )
            if now < self._next and not is_new:
                return
            self._next = now + TELL_SECONDS
            self._say()

    def steered(self) -> None:
        """Say at once that the work is held, or goes on."""
        with self._lock:
            self._last = msgspec.structs.replace(self._last, paused=self._steering.is_paused)
            self._say()

    def _say(self) -> None:
        if self._output.as_json:
            self._output.result(self._last)
        self._progress.update(self._last.done, self._last.total, self._last.stage)


def _obey(steering: Steering, teller: _Teller) -> None:
    """Do what standard input says until it ends, which ends the work: whoever steered is gone."""
    for line in sys.stdin:
        word = line.strip().lower()
        if word == "cancel":
            break
        if word == "pause":
            steering.pause()
        elif word == "resume":
            steering.go_on()
        teller.steered()
    steering.end()


@contextlib.contextmanager
def _interruptible(steering: Steering) -> Iterator[None]:
    """Ctrl-C ends the work at the next picture; a second one at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def on_interrupt(signum: int, frame: FrameType | None) -> None:
        if steering.is_over:
            raise KeyboardInterrupt
        steering.end()

    previous = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def _line(rendered: Rendered, order: FilmOrder) -> FilmLine:
    return FilmLine(
        path=str(rendered.path),
        format=order.format,
        width=rendered.width,
        height=rendered.height,
        frames=rendered.frames,
        fps=rendered.fps,
        seconds=rendered.seconds,
        bytes=rendered.bytes,
        made=rendered.made,
        found=rendered.found,
        making_seconds=rendered.making_seconds,
        writing_seconds=rendered.writing_seconds,
        notes=rendered.notes,
    )
