"""Does what the host is asked for, one request after the other.

This is the part of the host that needs numpy and onnxruntime; the server starts listening before
it imports this.
"""

import logging
import math
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from studio.contract.arrays import latents_to_bytes
from studio.contract.errors import AtelierError, Cancelled, GraphFailed, MemoryExhausted
from studio.contract.manifest import Model, read_model
from studio.contract.traits import check_piles, check_search
from studio.host.delivery import Delivery, Message, SendAll
from studio.host.messages import (
    Advanced,
    Done,
    EnlargePicture,
    Failure,
    FindTraits,
    FromHost,
    GenerateImages,
    HostSetup,
    InspectText,
    MapStyles,
    PicturesMade,
    ProbeDevices,
    RankMiddles,
    ReadText,
    Ready,
    ReplayGolden,
    Stopped,
    StylesMade,
    TraitBetween,
    Work,
    WriteText,
    folder_of,
)
from studio.host.slots import SlotSupply
from studio.host.texts import TextDesk
from studio.images.engine.generator import Generator, MadeBatch, picture_role
from studio.images.engine.golden import check_replayable, replay_golden
from studio.images.engine.precision import settle_precision
from studio.images.engine.requests import check_kind, check_request
from studio.runtime.arbiter import lane_threads
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.probe import probe_devices
from studio.runtime.reports import DeviceReport
from studio.runtime.sessions import SessionCache, resident_bytes

STYLES_AT_ONCE: Final = 256
"""Recipes whose styles are said together; a cancel waits for no more."""

HASHING_IS_FELT: Final = 2**20
"""Bytes of pixels from which pictures are shown before they are hashed."""

LARGEST_STYLES: Final = 2**24
"""Bytes of styles that are said together, if that is more than one recipe's."""

_log = logging.getLogger(__name__)


class Worker:
    """Holds the sessions of one lane and does its work; used by one thread."""

    def __init__(
        self, setup: HostSetup, memory_limit: int, send_all: SendAll, slots: SlotSupply
    ) -> None:
        self._send_all = send_all
        self._slots = slots
        self._memory_limit = memory_limit
        self.device = choose_device(setup.provider, memory_limit=setup.memory_limit)
        self.threads = lane_threads(setup.lane, setup.lanes or (setup.lane,), setup.threads)
        self._report = self.device.report(self.threads)
        self._sessions = SessionCache(
            self.device,
            threads=self.threads,
            budget=memory_limit // 2,
            precision=setup.precision,
            cache_folder=None if setup.cache_folder is None else Path(setup.cache_folder),
        )
        self._texts = TextDesk(
            self._send,
            self.device,
            self._report,
            threads=self.threads,
            cache_folder=None if setup.cache_folder is None else Path(setup.cache_folder),
        )
        self._beside = ThreadPoolExecutor(1, "beside")
        self._delivery = Delivery(self._beside, send_all)
        self._idle_seconds = setup.idle_seconds

    def _send(self, message: FromHost, body: bytes) -> None:
        self._send_all([(message, body)])

    @property
    def report(self) -> DeviceReport:
        """On what the work is done: as it was chosen, then as the latest graph was loaded."""
        return self._report

    def rest(self) -> None:
        """Nothing is waiting: let sessions go that were idle for long."""
        self._texts.rest(self._idle_seconds)
        gone = self._sessions.evict_idle(self._idle_seconds)
        if gone:
            _log.info("let %d idle sessions go", gone)

    def do(self, work: Work, token: CancelToken) -> None:
        """Do one request and answer it with exactly one of done, failure and stopped."""
        began = time.perf_counter()
        _log.info("request %d: %s", work.request, type(work.work))
        try:
            done = self._do(work, token)
            token.check()
            answer: FromHost = msgspec.structs.replace(done, seconds=time.perf_counter() - began)
        except Cancelled:
            answer = Stopped(request=work.request)
        except AtelierError as error:
            answer = Failure(request=work.request, error=error.to_wire())
            _log.warning("request %d: %s", work.request, error)
            if isinstance(error, MemoryExhausted):
                self._clear()
        except MemoryError as error:
            self._clear()
            exhausted = MemoryExhausted(fault="this request", detail=str(error))
            answer = Failure(request=work.request, error=exhausted.to_wire())
        except Exception as error:
            _log.exception("request %d", work.request)
            unforeseen = _unforeseen(error, folder_of(work.work))
            answer = Failure(request=work.request, error=unforeseen.to_wire())
        self._send(answer, b"")

    def _clear(self) -> None:
        """Memory ran out: let all go that is held."""
        self._sessions.clear()
        self._texts.clear()

    def _do(self, work: Work, token: CancelToken) -> Done:
        token.check()
        match work.work:
            case GenerateImages() as request:
                return self._generate(work.request, request, token)
            case MapStyles() as request:
                return self._map_styles(work.request, request, token)
            case FindTraits() | TraitBetween() as request:
                return self._find_traits(work.request, request, token)
            case EnlargePicture() as request:
                return self._enlarge(work.request, request, token)
            case WriteText() | ReadText() | RankMiddles() | InspectText() as request:
                return self._texts.do(work.request, request, token)
            case ReplayGolden(folder=folder):
                model = read_model(Path(folder))
                check_replayable(model)
                self._sessions.single = False
                self._tell_loading(work.request, model, 1)
                settle_precision(model, self._sessions, token)
                self._tell_device(self._sessions.load(model, picture_role(model), token).report)
                self._advance(work.request, "verifying", 0, 1)
                golden = replay_golden(model, self._sessions, token)
                self._tell_device(self._sessions.load(model, picture_role(model), token).report)
                return Done(request=work.request, seconds=0.0, golden=golden)
            case ProbeDevices(timed=timed, provider=provider):
                self._advance(work.request, "probing", 0, 1)
                probe = probe_devices(
                    self.device,
                    threads=self.threads,
                    timed=timed,
                    provider=provider,
                    memory_limit=self._memory_limit,
                )
                return Done(request=work.request, seconds=0.0, probe=probe)

    def _generate(self, number: int, request: GenerateImages, token: CancelToken) -> Done:
        model = read_model(Path(request.folder))
        check_request(model, request.recipes, request.batch)
        self._sessions.single = request.single
        generator = self._load(number, model, len(request.recipes), token)
        self._advance(number, "making", 0, len(request.recipes))
        width, height = model.manifest.picture_size or (0, 0)
        channels = model.manifest.channels or 0
        with self._slots.use(number, token):
            remaining = math.prod((len(request.recipes), width, height, channels))

            def memory(size: int) -> memoryview:
                nonlocal remaining
                remaining -= size
                if not self._slots.has_room:
                    self._delivery.settle()  # room comes back only from what was sent
                return self._slots.take(size, token, remaining=remaining)

            with self._delivery.until_all_is_sent():
                for made in generator.make(
                    request.recipes,
                    batch=request.batch,
                    memory=memory,
                    token=token,
                    beside=self._beside,
                ):
                    lease = self._slots.last_lease
                    announce = partial(self._announced, number, made, lease, channels)
                    is_last = made.first + len(made.latents) == len(request.recipes)
                    self._delivery.deliver(announce, made.pixels.nbytes, is_last=is_last)
                    if generator.device != self._report:
                        self._delivery.settle()
                        self._tell_device(generator.device)
        return Done(request=number, seconds=0.0)

    def _announced(
        self, number: int, made: MadeBatch, lease: int, channels: int
    ) -> Iterator[Message]:
        """What says that pictures are there: of large ones at once, and again with their names."""
        pictures = PicturesMade(
            request=number,
            first=made.first,
            count=len(made.latents),
            lease=lease,
            channels=channels,
            completion=made.completion,
            hashes=(),
        )
        latents = latents_to_bytes(made.latents)
        if made.pixels.nbytes >= HASHING_IS_FELT:
            yield pictures, latents
        yield msgspec.structs.replace(pictures, hashes=made.hashes()), latents

    def _map_styles(self, number: int, request: MapStyles, token: CancelToken) -> Done:
        model = read_model(Path(request.folder))
        total = len(request.recipes)
        check_request(model, request.recipes, 1)
        self._sessions.single = False
        generator = self._load(number, model, total, token)
        self._advance(number, "mapping", 0, total)
        first, count = 0, 1
        while first < total:
            token.check()
            styles = generator.styles(request.recipes[first : first + count], token)
            made = StylesMade(
                request=number,
                first=first,
                count=len(styles),
                layers=styles.shape[1],
                dimension=styles.shape[2],
            )
            self._send(made, np.ascontiguousarray(styles, "<f4").tobytes())
            first += len(styles)
            count = max(1, min(STYLES_AT_ONCE, LARGEST_STYLES // styles[0].nbytes))
        return Done(request=number, seconds=0.0)

    def _find_traits(
        self, number: int, request: FindTraits | TraitBetween, token: CancelToken
    ) -> Done:
        from studio.images.engine.traits import find_traits, trait_between

        model = read_model(Path(request.folder))
        check_kind(model)
        if isinstance(request, FindTraits):
            check_search(model, request.search)
        else:
            check_piles(model, request.first, request.second)
            check_request(model, (*request.first, *request.second), 1)
        self._sessions.single = False
        generator = self._load(number, model, 1, token)

        def advance(done: int, total: int) -> None:
            self._advance(number, "searching", done, total)

        if isinstance(request, FindTraits):
            found = find_traits(model, request.search, generator, token, advance)
        else:
            first, second = request.first, request.second
            found = trait_between(model, first, second, generator, token, advance)
        return Done(request=number, seconds=0.0, traits=found)

    def _enlarge(self, number: int, request: EnlargePicture, token: CancelToken) -> Done:
        from studio.images.engine.upscale import enlarge_picture

        def advance(stage: str, done: int, total: int) -> None:
            self._advance(number, stage, done, total)

        self._sessions.single = False
        memory = free_memory(self._memory_limit)
        report = enlarge_picture(request, self._sessions, token, memory=memory, advance=advance)
        return Done(request=number, seconds=0.0, enlarged=report)

    def _load(self, number: int, model: Model, total: int, token: CancelToken) -> Generator:
        """The generator, settled in its precision; says what it is loaded on."""
        self._tell_loading(number, model, total)
        settle_precision(model, self._sessions, token)
        generator = Generator.load(model, self._sessions, token)
        self._tell_device(generator.device)
        return generator

    def _tell_loading(self, number: int, model: Model, total: int) -> None:
        """Say that graphs are about to be loaded: the client watches how long that takes."""
        roles = model.manifest.drawing_graphs()
        if not all(self._sessions.is_loaded(model, role) for role in roles):
            self._advance(number, "loading", 0, total)

    def _tell_device(self, report: DeviceReport) -> None:
        """Say what the work is done on, where a session runs on something else than was told."""
        if report != self._report:
            self._report = report
            self._send(Ready(device=report), b"")

    def _advance(self, number: int, stage: str, done: int, total: int) -> None:
        self._send(Advanced(request=number, done=done, total=total, stage=stage), b"")


def free_memory(limit: int) -> int:
    """Bytes that this process may still take: below its limit, and of what the machine has."""
    import psutil

    return max(0, min(limit - resident_bytes(), int(psutil.virtual_memory().available)))


def _unforeseen(error: Exception, folder: str | None) -> AtelierError:
    """What nobody expected, while it is handled: it names the model where there is one."""
    fault, trace = repr(error)[:300], traceback.format_exc()
    if folder is None:
        return AtelierError(fault=fault, detail=trace)
    return GraphFailed(file=folder, fault=fault, detail=trace)
