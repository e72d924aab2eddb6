"""Makes films: the pictures of a plan through the model host, onto the disk, into the file.

The same host and client as everywhere make the pictures, some requests ahead so that it never
waits. They are kept on the disk as they come (`studio.film.store`), so the work can be given up,
or die, at any time and go on later; only when all are there the file is written.
"""

import contextlib
import queue
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np

from studio.contract.errors import (
    AtelierError,
    Cancelled,
    HostUnavailable,
    RequestInvalid,
    file_error,
)
from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.film.encode import check_place, write_film
from studio.film.estimate import check_space, distinct_frames, estimate
from studio.film.order import FilmOrder, Rendered, Steering, Told
from studio.film.plan import FilmPlan, check_model, needs_styles
from studio.film.source import Frame
from studio.film.store import LOCK_SUFFIX, FilmFrames, FrameStore, store_name, sweep_stores
from studio.film.tags import FilmFacts
from studio.film.videos import check_encoder
from studio.host.client import (
    Failed,
    Finished,
    GenerateImages,
    HostClient,
    HostEvent,
    HostLost,
    HostReady,
    HostSettings,
    Notice,
    PictureReady,
)
from studio.host.events import Cancelled as RequestCancelled
from studio.host.events import StylesMapped
from studio.host.messages import DeviceReport, MapStyles
from studio.images.document import wish
from studio.images.engine.requests import check_request
from studio.images.timeline import Film, encode_film, gap_after, hold_of
from studio.project.paths import Places, ensure_folder
from studio.provenance.files import sweep_leftovers

BATCH: Final = 16
IN_ADVANCE: Final = 2
"""Requests that are under way at once."""
PACKS_IN_REQUEST: Final = 4
"""Files of the store whose pictures are asked for at once: between two requests the graph waits
until the next is read and checked."""
_LONGEST_WAIT: Final = 0.2


def film_store_folder(where: Places) -> Path:
    """Where the pictures of films lie while they are made."""
    return where.cache / "films"


def render_film(
    order: FilmOrder,
    model: Model,
    where: Places,
    settings: HostSettings,
    *,
    steering: Steering | None = None,
    told: Told | None = None,
    on_note: Callable[[str], None] | None = None,
) -> Rendered:
    """Make the film that was ordered, or go on where an earlier run ended.

    Raises `RequestInvalid` and `SetupFault` before any work, `Cancelled` when it was ended (its
    pictures stay, and the same order goes on with them), and whatever the host or the disk say.
    """
    return _Renderer(
        order,
        model,
        where,
        settings,
        steering or Steering(),
        told or (lambda done, total, stage: None),
        on_note or (lambda sentence: None),
    ).run()


def check_pictures(film: Film, model: Model) -> None:
    """Raise `RequestInvalid`, with the number of the key, for a picture that the model refuses.

    The keys themselves, and one picture of each way between them: what lies there has the traits
    of both ends.
    """
    for number, key in enumerate(film.keys, start=1):
        try:
            check_request(model, (wish(key.recipe),), 1)
        except RequestInvalid as error:
            fault = f"key {number} cannot be made: {error.fields['fault']}"
            raise RequestInvalid(fault=fault) from error
    if needs_styles(film):
        return
    plan = FilmPlan(film, model.manifest)
    for index in range(len(film.keys)):
        middle = film.keys[index].time + (gap_after(film, index) + hold_of(film, index)) / 2
        try:
            check_request(model, (plan.recipe_at(middle),), 1)
        except RequestInvalid as error:
            fault = f"the way from key {index + 1} cannot be made: {error.fields['fault']}"
            raise RequestInvalid(fault=fault) from error


@contextlib.contextmanager
def _alone(store: Path) -> Iterator[None]:
    """Hold a film's pictures: two processes would write over each other's.

    Raises `RequestInvalid` while another process makes the same film.
    """
    from filelock import FileLock, Timeout

    ensure_folder(store.parent)
    lock = FileLock(store.with_suffix(LOCK_SUFFIX), timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        fault = "this very film is being made already; wait until it is done, or end that"
        raise RequestInvalid(fault=fault) from error
    except OSError as error:
        raise file_error(error, store.parent) from error
    try:
        yield
    finally:
        lock.release()  # its file stays: a third process might hold it already


class _Renderer:
    """One run; everything of it happens on the caller's thread."""

    def __init__(
        self,
        order: FilmOrder,
        model: Model,
        where: Places,
        settings: HostSettings,
        steering: Steering,
        told: Told,
        on_note: Callable[[str], None],
    ) -> None:
        self._order = order
        self._model = model
        self._settings = settings
        self._steering = steering
        self._told = told
        self._note = on_note
        self._stores = film_store_folder(where)
        self._events: queue.SimpleQueue[HostEvent] = queue.SimpleQueue()
        self._device: DeviceReport | None = None

    def run(self) -> Rendered:
        order, manifest = self._order, self._model.manifest
        wanted = estimate(
            order.film,
            manifest,
            film_format=order.format,
            enlargement=order.enlargement,
            smooth=order.smooth,
            quality=order.quality,
        )
        check_encoder(order.format)
        check_model(order.film, manifest)
        check_pictures(order.film, self._model)
        check_place(order.path, order.if_taken)
        sweep_stores(self._stores)
        sweep_leftovers(order.path.parent)
        store_folder = self._stores / store_name(order.film, self._model)
        check_space(wanted, order.path, self._stores, order.film)
        with _alone(store_folder):
            return self._render(store_folder)

    def _render(self, store_folder: Path) -> Rendered:
        order, manifest = self._order, self._model.manifest
        places = distinct_frames(order.film)
        width, height = manifest.picture_size or (0, 0)
        store = FrameStore(store_folder, height, width, manifest.channels or 3, places[-1] + 1)
        found = store.done
        self._told(found, store.count, "preparing")
        began = time.monotonic()
        if store.done < store.count:
            with HostClient(self._settings, self._events.put) as client:
                found = min(found, self._fill(client, store, places))
        made_in = time.monotonic() - began
        began = time.monotonic()
        written = write_film(
            FilmFrames(store, places),
            order.path,
            order.format,
            order.film.fps,
            enlargement=order.enlargement,
            smooth=order.smooth,
            loop=order.film.loop,
            quality=order.quality,
            facts=self._facts(),
            if_taken=order.if_taken,
            told=self._written,
        )
        store.remove()
        return Rendered(
            path=written.path,
            width=written.shape.width,
            height=written.shape.height,
            frames=written.frames,
            fps=float(written.shape.fps),
            seconds=written.seconds,
            bytes=written.bytes,
            notes=written.notes,
            made=store.count - found,
            found=found,
            making_seconds=made_in,
            writing_seconds=time.monotonic() - began,
            device=self._device,
        )

    def _facts(self) -> FilmFacts:
        manifest, film = self._model.manifest, self._order.film
        return FilmFacts(
            title=film.title or f"Made with the model “{manifest.title.en}”",
            model=manifest.id,
            credit=manifest.licence.credit,
            rights=manifest.licence.sentence.en,
            film=encode_film(film).decode(),
        )

    def _written(self, done: int, total: int, stage: str) -> None:
        self._steering.check()
        self._told(done, total, "checking" if stage == "checking" else "writing")

    def _fill(self, client: HostClient, store: FrameStore, places: list[int]) -> int:
        """Make all pictures that are missing; returns how many of those that were there stayed."""
        styles = self._styles(client) if needs_styles(self._order.film) else None
        plan = FilmPlan(self._order.film, self._model.manifest, styles)
        frames = [0] * store.count
        for frame in range(len(places) - 1, -1, -1):
            frames[places[frame]] = frame
        while True:
            start = store.done
            if self._make(client, store, plan, frames[start:]):
                return start
            self._note("The pictures made before were made otherwise; they are made again.")

    def _make(
        self, client: HostClient, store: FrameStore, plan: FilmPlan, frames: list[int]
    ) -> bool:
        """Make the pictures ``frames`` and put them by; False: what was there did not fit."""
        length = PACKS_IN_REQUEST * store.per_pack
        slices = [frames[at : at + length] for at in range(0, len(frames), length)]
        asked: list[int] = []
        first = store.done

        def ask() -> None:
            part = slices[len(asked)]
            recipes = tuple(plan.recipe(frame) for frame in part)
            request = GenerateImages(
                folder=str(self._model.folder.resolve()), recipes=recipes, batch=BATCH
            )
            asked.append(client.generate(request))

        for _ in slices[:IN_ADVANCE]:
            ask()
        total = store.count
        try:
            done, made = 0, list[Frame]()
            for number in range(len(slices)):
                for event in self._heard(client, asked[number]):
                    if isinstance(event, PictureReady) and not event.preview:
                        with event.picture as picture:
                            making = picture.recipe.making
                            assert making is not None
                            if not made and not store.begin(making):
                                return False
                            shape = picture.height, picture.width, picture.channels
                            made.append(np.frombuffer(picture.copy(), np.uint8).reshape(shape))
                        done += 1
                        if len(made) == store.per_pack or done == len(frames):
                            store.put_pack(made)
                            made = []
                        self._told(first + done, total, "making")
                if len(asked) < len(slices):
                    self._steering.check()
                    ask()
            assert done == len(frames)
            return True
        finally:
            for request in asked:
                client.cancel(request)

    def _styles(self, client: HostClient) -> dict[str, bytes]:
        """The final styles of the keys, by their ids."""
        keys = self._order.film.keys
        recipes: tuple[Recipe, ...] = tuple(key.recipe for key in keys)
        request = client.map_styles(
            MapStyles(folder=str(self._model.folder.resolve()), recipes=recipes)
        )
        found: dict[str, bytes] = {}
        for event in self._heard(client, request):
            if isinstance(event, StylesMapped):
                for index in range(event.first, event.first + event.count):
                    found[keys[index].id] = event.of(index)
        return found

    def _heard(
        self, client: HostClient, request: int
    ) -> Iterator[PictureReady | StylesMapped | Finished]:
        """The events of one request up to its end; those of an earlier one are let go.

        Requests are answered in the order in which they were made. Raises what failed, and
        `Cancelled` once the work was ended.
        """
        while True:
            if self._steering.is_over:
                client.cancel(request)
                raise Cancelled
            try:
                event = self._events.get(timeout=_LONGEST_WAIT)
            except queue.Empty:
                continue
            if isinstance(event, HostReady):
                self._device = event.device
            elif isinstance(event, HostLost) and event.retry_in is None:
                raise event.error
            elif isinstance(event, Notice):
                self._heed(event.subject)
            elif isinstance(event, PictureReady) and event.request != request:
                event.picture.release()
            elif isinstance(event, Failed | RequestCancelled) and event.request == request:
                raise (
                    event.error
                    if isinstance(event, Failed)
                    else HostUnavailable(fault="it gave the pictures up")
                )
            elif isinstance(event, PictureReady | StylesMapped | Finished) and (
                event.request == request
            ):
                yield event
                if isinstance(event, Finished):
                    return

    def _heed(self, subject: AtelierError | DeviceReport) -> None:
        if isinstance(subject, AtelierError):
            self._note(subject.message)
        elif subject.wanted != "auto":
            self._note(f"{subject.provider} is used instead of {subject.wanted}: {subject.reason}.")
