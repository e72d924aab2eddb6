"""Keeps one host alive and its requests in order; the thread behind `HostClient`.

All that is decided is decided on one thread, which takes what arrived from callers, from the
host and from the clock, one after the other. Requests wait here and go to the host one at a
time, so that it is known which model was running when the host died, and what only waited
survives it.
"""

import logging
import math
import os
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec

from studio.contract.errors import (
    AtelierError,
    GraphInvalid,
    HostCrashed,
    HostError,
    HostProtocol,
    HostUnavailable,
    MemoryExhausted,
    ModelSetAside,
    RequestInvalid,
    from_wire,
)
from studio.host.child import Ended, Heard, HostProcess
from studio.host.events import (
    Cancelled,
    Failed,
    Finished,
    HostEvent,
    HostLost,
    HostReady,
    Notice,
    Picture,
    PictureReady,
    Progress,
    SlotShare,
    StylesMapped,
    TextWritten,
    TokensRead,
    TokensWritten,
    TraitsFound,
    WritingBegun,
)
from studio.host.exits import EXIT_MEMORY, EXIT_SETUP
from studio.host.jobs import Job, Lent, Writing
from studio.host.letters import Cancel, Close, Forgive, Inbox, Letter, SlotFreed, Submit
from studio.host.messages import (
    PROTOCOL_VERSION,
    Advanced,
    Answer,
    CancelWork,
    Done,
    Failure,
    GenerateImages,
    Hello,
    HostSetup,
    MapStyles,
    PicturesMade,
    ReadText,
    Ready,
    SlotGranted,
    SlotRefused,
    SlotReturned,
    SlotWanted,
    Stopped,
    StylesMade,
    TextAdvanced,
    TextBegun,
    TextMade,
    TextRead,
    Work,
    WriteText,
)
from studio.host.pixels import PixelFile
from studio.host.settings import HostSettings
from studio.project.logs import Plain, scrubbed

CANCEL_ANSWER_SECONDS: Final = 0.05
"""A cancel is answered after this time even if the host has not; 0.1 s are promised."""
CANCEL_KILL_SECONDS: Final = 2.0
"""Work that has not ended so long after its cancel is ended with its host."""
START_SECONDS: Final = 30.0
"""A host that is not ready after this time never will be."""
FIRST_RETRY_SECONDS: Final = 0.1
LONGEST_RETRY_SECONDS: Final = 5.0
STARTS_BEFORE_GIVING_UP: Final = 5
"""Hosts in a row that ended before they were ready."""
CRASHES_BEFORE_SETTING_ASIDE: Final = 2
ATTEMPTS: Final = 3
"""Hosts that a request is given to, as long as none has begun it."""

_log = logging.getLogger(__name__)


class HostKeeper:
    """Runs on one thread from `run` to its end; letters may be put into ``inbox`` from any."""

    def __init__(
        self,
        settings: HostSettings,
        inbox: Inbox[Heard | Ended],
        on_event: Callable[[HostEvent], None],
    ) -> None:
        self._inbox = inbox
        self._settings = settings
        self._on_event = on_event
        self._pixels = PixelFile(budget=settings.pixel_budget, on_release=self._on_release)
        self._slot_awaited = threading.Event()
        self._child: HostProcess | None = None
        self._greeted = False
        self._ready = False
        self._start_deadline = 0.0
        self._retry_at: float | None = time.monotonic()
        self._backoff = FIRST_RETRY_SECONDS
        self._failed_starts = 0
        self._killed_for: HostError | GraphInvalid | None = None
        self._waiting: deque[Submit] = deque()
        self._job: Job | None = None
        self._crashes: dict[str, int] = {}

    @property
    def pid(self) -> int | None:
        """The host's process id, for other threads to look at; None while there is none."""
        child = self._child
        return None if child is None else child.pid

    def run(self) -> None:
        """Work until `Close` comes, then end the host and answer what is left."""
        try:
            while True:
                self._act_on_time()
                try:
                    letter = self._inbox.get(timeout=self._patience())
                except queue.Empty:
                    continue
                for request in self._inbox.cancels():
                    self._cancel(request)
                if isinstance(letter, Close):
                    return
                self._take(letter)
                self._send_next()
        finally:
            self._end()

    def _take(self, letter: Letter | Heard | Ended) -> None:
        match letter:
            case Submit():
                self._submit(letter)
            case Cancel(request=request):
                self._cancel(request)
            case Forgive(folder=folder):
                self._crashes.pop(_key(folder), None)
            case SlotFreed():
                self._grant_awaited()
            case Heard():
                if letter.child is self._child:
                    self._hear(letter)
            case Ended():
                if letter.child is self._child:
                    self._lose(letter)

    # What callers want.

    def _submit(self, letter: Submit) -> None:
        self._waiting.append(letter)
        if self._child is None and self._retry_at is None:
            self._failed_starts = 0
            self._retry_at = time.monotonic()

    def _cancel(self, request: int) -> None:
        job = self._job
        if job is not None and job.request == request:
            if job.cancelled_at is None and self._child is not None:
                job.cancelled_at = time.monotonic()
                self._child.send(CancelWork(request=request))
            return
        for letter in self._waiting:
            if letter.request == request:
                self._waiting.remove(letter)
                self._emit(Cancelled(request=request))
                return

    def _send_next(self) -> None:
        """Give the host its next request, if it is free and there is one."""
        child = self._child
        if child is None or not self._greeted or self._killed_for is not None:
            return
        while self._job is None and self._waiting:
            letter = self._waiting.popleft()
            job = Job(submitted=letter)
            if job.folder is not None and self._is_set_aside(job.folder):
                error: AtelierError = ModelSetAside(file=job.folder)
                self._emit(Failed(request=job.request, error=error))
                continue
            try:
                child.send(Work(request=job.request, work=job.work))
            except HostProtocol as fault:
                error = RequestInvalid(fault=fault.fields["fault"])
                self._emit(Failed(request=job.request, error=error))
                continue
            self._job = job

    # What the host says.

    def _hear(self, letter: Heard) -> None:
        message = letter.message
        match message:
            case Hello():
                self._greet(message)
            case Ready(device=device):
                self._ready = True
                self._failed_starts = 0
                self._emit(HostReady(device=device))
                if device.reason and device.wanted != "auto":
                    self._emit(Notice(subject=device))
            case _:
                job = self._job
                if job is None or message.request != job.request:
                    self._kill(HostProtocol(fault="an answer that nobody waits for"))
                    return
                try:
                    self._hear_of(job, message, letter.body)
                except HostProtocol as error:
                    self._kill(error)

    def _hear_of(self, job: Job, message: Answer, body: bytes) -> None:
        job.begun = True
        if not isinstance(message, SlotWanted | SlotReturned):
            job.loading_since = None
        match message:
            case Advanced(done=done, total=total, stage=stage):
                if stage == "loading":
                    job.loading_since = time.monotonic()
                if job.cancelled_at is None:
                    event = Progress(request=job.request, done=done, total=total, stage=stage)
                    self._emit(event)
            case SlotWanted(length=length):
                if length < 1:
                    raise HostProtocol(fault=f"room for {length} bytes of pixels was asked for")
                job.wanted.append(message)
                self._grant_awaited()
            case SlotReturned(lease=lease):
                self._pixels.take_back(lease, job.request)
                self._grant_awaited()
            case PicturesMade():
                self._deliver(job, message, body)
            case StylesMade():
                self._deliver_styles(job, message, body)
            case TextBegun() | TextAdvanced() | TextMade():
                self._deliver_text(job, message)
            case TextRead(tokens=tokens):
                if not isinstance(job.work, ReadText):
                    raise HostProtocol(fault="a reading that was not asked for")
                if job.cancelled_at is None:
                    self._emit(TokensRead(request=job.request, tokens=tokens))
            case Done(seconds=seconds):
                self._backoff = FIRST_RETRY_SECONDS
                if job.folder is not None:
                    self._crashes.pop(_key(job.folder), None)
                if message.traits is not None and job.cancelled_at is None:
                    self._emit(TraitsFound(request=job.request, found=message.traits))
                pictures = message.golden or message.probe or message.traits or message.enlarged
                texts = message.reading or message.middles or message.text_model
                payload = pictures or texts
                self._finish(job, Finished(request=job.request, seconds=seconds, payload=payload))
            case Failure(error=wire):
                self._backoff = FIRST_RETRY_SECONDS
                self._finish(job, Failed(request=job.request, error=from_wire(wire)))
            case Stopped():
                self._finish(job, Cancelled(request=job.request))

    def _greet(self, hello: Hello) -> None:
        if hello.protocol == PROTOCOL_VERSION:
            self._greeted = True
            return
        fault = (
            f"it speaks version {hello.protocol} of the protocol and this is version "
            f"{PROTOCOL_VERSION}; start Atelier again"
        )
        self._kill(HostUnavailable(fault=fault))

    def _grant_awaited(self) -> None:
        """Deal out room in the order of asking, until some must wait for a release."""
        job, child = self._job, self._child
        if job is None or child is None:
            return
        while job.wanted:
            self._slot_awaited.set()  # before looking, so that no release goes unseen
            length = job.wanted[0].length
            try:
                slot = self._pixels.grant(job.request, length)
                if slot is None and not self._pixels.shown and not self._pixels.granted:
                    raise MemoryExhausted(fault=f"{length} bytes for pictures")
            except OSError as error:
                fault = f"memory to be shared with the model process cannot be had ({error})"
                self._refuse_slot(job, child, AtelierError(fault=fault))
            except HostProtocol as error:  # not raised: a release has nobody above to catch it
                self._kill(error)
                return
            except AtelierError as error:
                self._refuse_slot(job, child, error)
            else:
                if slot is None:
                    return
                job.wanted.popleft()
                granted = SlotGranted(
                    request=job.request,
                    lease=slot.lease,
                    offset=slot.offset,
                    length=slot.length,
                    file_size=self._pixels.size,
                )
                child.send(granted)
        self._slot_awaited.clear()

    def _refuse_slot(self, job: Job, child: HostProcess, error: AtelierError) -> None:
        job.wanted.popleft()
        child.send(SlotRefused(request=job.request, error=error.to_wire()))

    def _on_release(self) -> None:
        """A slot was freed, on whatever thread."""
        if self._slot_awaited.is_set():
            self._inbox.put(SlotFreed())

    def _deliver(self, job: Job, made: PicturesMade, body: bytes) -> None:
        count, hashes, completion = made.count, made.hashes, made.completion
        sides = (completion.width, completion.height, made.channels)
        size = math.prod(sides)
        preview = not hashes
        work = job.work
        if (
            not isinstance(work, GenerateImages)
            or min(count, *sides) < 1
            or not 0 <= made.first <= job.total - count
            or len(hashes) not in (0, count)
            or len(body) % count
        ):
            raise HostProtocol(fault="pictures that were not asked for")
        lent = job.previewed.pop(made.lease, None)
        if lent is None:
            pixels = self._pixels.accept(made.lease, job.request, size * count)
            holders = 2 * count if preview else count
            lent = Lent(
                pixels=pixels,
                count=count,
                share=SlotShare(self._pixels.release, made.lease, holders),
            )
        elif preview or (lent.count, len(lent.pixels)) != (count, size * count):
            raise HostProtocol(fault="pictures that are not those of their preview")
        if preview:
            job.previewed[made.lease] = lent
        if job.cancelled_at is not None:
            lent.drop()
            return
        pixels, share = lent.pixels, lent.share
        latent = len(body) // count
        width, height = completion.width, completion.height
        for index in range(count):
            asked = work.recipes[made.first + index]
            position = body[index * latent : (index + 1) * latent]
            picture = Picture(
                recipe=completion.complete(asked, position, hashes[index] if hashes else None),
                width=width,
                height=height,
                channels=made.channels,
                pixels=pixels[index * size : (index + 1) * size],
                share=share,
            )
            event = PictureReady(
                request=job.request,
                index=made.first + index,
                picture=picture,
                preview=preview,
            )
            self._emit(event)
        if not preview:
            job.done += count
        self._emit(Progress(request=job.request, done=job.done, total=job.total, stage="making"))

    def _deliver_styles(self, job: Job, made: StylesMade, body: bytes) -> None:
        count, layers, dimension = made.count, made.layers, made.dimension
        if (
            not isinstance(job.work, MapStyles)
            or min(count, layers, dimension) < 1
            or not 0 <= made.first <= job.total - count
            or len(body) != 4 * count * layers * dimension
        ):
            raise HostProtocol(fault="styles that were not asked for")
        if job.cancelled_at is not None:
            return
        self._emit(
            StylesMapped(
                request=job.request,
                first=made.first,
                count=count,
                layers=layers,
                dimension=dimension,
                styles=body,
            )
        )
        job.done += count
        self._emit(Progress(request=job.request, done=job.done, total=job.total, stage="mapping"))

    def _deliver_text(self, job: Job, message: TextBegun | TextAdvanced | TextMade) -> None:
        work = job.work
        if not isinstance(work, WriteText):
            raise HostProtocol(fault="a text that was not asked for")
        if isinstance(message, TextBegun):
            job.completion = message.completion
            job.written = {index: Writing() for index in range(work.count)}
            event: HostEvent = WritingBegun(request=job.request, completion=message.completion)
        elif job.completion is None or message.index not in job.written:
            raise HostProtocol(fault="a text that was not asked for")
        elif isinstance(message, TextAdvanced):
            job.written[message.index].extend(message.tokens)
            event = TokensWritten(request=job.request, index=message.index, tokens=message.tokens)
        else:
            made = job.written.pop(message.index)
            recipe = job.completion.recipe(
                work,
                message.index,
                text=made.text,
                tokens=message.tokens,
                ended=message.ended,
                probabilities=made.probabilities,
            )
            event = TextWritten(
                request=job.request,
                index=message.index,
                text=made.text,
                recipe=recipe,
                stop=message.stop,
            )
        if job.cancelled_at is None:
            self._emit(event)

    def _finish(self, job: Job, event: Finished | Failed | Cancelled) -> None:
        """The host has ended the request: nobody writes to its slots any more."""
        self._job = None
        self._slot_awaited.clear()
        job.forget_previews()
        self._pixels.reclaim(job.request)
        if job.answered:
            return
        self._emit(Cancelled(request=job.request) if job.cancelled_at is not None else event)

    # The host's life.

    def _start(self) -> None:
        self._retry_at = None
        self._greeted = self._ready = False
        self._killed_for = None
        self._start_deadline = time.monotonic() + START_SECONDS
        settings = self._settings
        try:
            setup = HostSetup(
                lane=settings.lane,
                lanes=settings.lanes,
                provider=settings.provider,
                threads=settings.threads,
                memory_limit=settings.memory_limit,
                idle_seconds=settings.idle_seconds,
                log_folder=None if settings.log_folder is None else os.fspath(settings.log_folder),
                precision=settings.precision,
                cache_folder=(
                    None if settings.cache_folder is None else os.fspath(settings.cache_folder)
                ),
                parent=os.getpid(),
                pixel_file=self._pixels.share(),
            )
            self._child = HostProcess.start(setup, self._inbox.put, name=f"host {settings.lane}")
        except (OSError, AtelierError) as error:
            self._child = None
            fault = error.message if isinstance(error, AtelierError) else str(error)
            self._plan_restart(HostUnavailable(fault=fault.rstrip("."), detail=repr(error)))

    def _lose(self, ended: Ended) -> None:
        """The host is gone: say so, answer what it was working on, and start another."""
        job = self._job
        words = ended.child.end()
        self._child, self._job = None, None
        self._slot_awaited.clear()
        if job is not None:
            job.forget_previews()
        self._pixels.reclaim()
        self._failed_starts = 0 if self._ready else self._failed_starts + 1
        self._ready = self._greeted = False
        error, job_error = self._explain(ended, words)
        if job is not None and not job.begun and job.cancelled_at is None:
            again = msgspec.structs.replace(job.submitted, attempts=job.submitted.attempts + 1)
            if again.attempts < ATTEMPTS:
                self._waiting.appendleft(again)
                job = None
        if job is not None and job.folder is not None and _counts(job_error, job):
            key = _key(job.folder)
            self._crashes[key] = self._crashes.get(key, 0) + 1
        self._plan_restart(error)
        if job is None or job.answered:
            return
        if job.cancelled_at is not None:
            self._emit(Cancelled(request=job.request))
        else:
            self._emit(Failed(request=job.request, error=job_error))

    def _explain(self, ended: Ended, words: str) -> tuple[HostError, AtelierError]:
        """Why the host ended: for the status line, and for the request that it worked on."""
        killed = self._killed_for
        if isinstance(killed, GraphInvalid):
            return HostCrashed(fault=killed.fields["fault"]), killed
        if ended.code == EXIT_SETUP or self._failed_starts >= STARTS_BEFORE_GIVING_UP:
            last = words.splitlines()[-1] if words else _end_of(ended.code)
            fault = last if killed is None else killed.fields["fault"]
            error: HostError = HostUnavailable(fault=fault.rstrip("."), detail=words)
        elif killed is not None:
            error = killed
        elif ended.fault:
            error = HostProtocol(fault=ended.fault, detail=words)
        elif ended.code == EXIT_MEMORY:
            error = MemoryExhausted(fault="the model process reached its limit", detail=words)
        else:
            error = HostCrashed(fault=_end_of(ended.code), detail=words)
        return error, error

    def _plan_restart(self, error: HostError) -> None:
        """Tell of the loss and when the next host starts; give up where that is pointless."""
        _log.warning("host lost: %s; its last words: %s", error, Plain(scrubbed(error.detail)))
        if isinstance(error, HostUnavailable):
            self._retry_at = None
            self._emit(HostLost(error=error, retry_in=None))
            while self._waiting:
                self._emit(Failed(request=self._waiting.popleft().request, error=error))
            return
        wait = self._backoff
        self._backoff = min(self._backoff * 2, LONGEST_RETRY_SECONDS)
        self._retry_at = time.monotonic() + wait
        self._emit(HostLost(error=error, retry_in=wait))

    def _kill(self, reason: HostError | GraphInvalid) -> None:
        if self._child is not None and self._killed_for is None:
            self._killed_for = reason
            self._child.kill()

    def _is_set_aside(self, folder: str) -> bool:
        return self._crashes.get(_key(folder), 0) >= CRASHES_BEFORE_SETTING_ASIDE

    # Time.

    def _deadlines(self) -> list[float]:
        """When something is due, if nothing happens before."""
        if self._child is None:
            return [] if self._retry_at is None else [self._retry_at]
        due = []
        job = self._job
        if job is not None and job.cancelled_at is not None and not job.answered:
            due.append(job.cancelled_at + CANCEL_ANSWER_SECONDS)
        if self._killed_for is not None:
            return due
        if not self._ready:
            due.append(self._start_deadline)
        if job is not None and job.cancelled_at is not None:
            due.append(job.cancelled_at + CANCEL_KILL_SECONDS)
        if job is not None and job.loading_since is not None:
            due.append(job.loading_since + self._settings.longest_load)
        return due

    def _patience(self) -> float | None:
        """Seconds to wait for a letter, or None for as long as it takes."""
        due = self._deadlines()
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _act_on_time(self) -> None:
        """Do what is due by now."""
        now = time.monotonic()
        if self._child is None:
            if self._retry_at is not None and now >= self._retry_at:
                self._start()
            return
        job = self._job
        if job is not None and job.cancelled_at is not None:
            if not job.answered and now >= job.cancelled_at + CANCEL_ANSWER_SECONDS:
                job.answered = True
                self._emit(Cancelled(request=job.request))
            if now >= job.cancelled_at + CANCEL_KILL_SECONDS:
                self._kill(HostCrashed(fault="its work did not end when it was cancelled"))
        limit = self._settings.longest_load
        if job is not None and job.loading_since is not None and now >= job.loading_since + limit:
            fault = f"loading it takes longer than {limit:g} s"
            self._kill(GraphInvalid(file=job.folder, fault=fault))
        if not self._ready and now >= self._start_deadline:
            self._kill(HostCrashed(fault=f"it was not ready after {START_SECONDS:g} s"))

    # The end, and the way out.

    def _end(self) -> None:
        """End the host and answer what is left; nothing is said after this."""
        if self._child is not None:
            self._child.end()
            self._child = None
        job, self._job = self._job, None
        if job is not None and not job.answered:
            self._emit(Cancelled(request=job.request))
        while self._waiting:
            self._emit(Cancelled(request=self._waiting.popleft().request))
        self._pixels.close()

    def _emit(self, event: HostEvent) -> None:
        try:
            self._on_event(event)
        except Exception:  # a receiver's fault must not take the host's keeper down
            _log.exception("a receiver of %s failed", type(event))


def _key(folder: str) -> str:
    return os.path.normcase(os.path.abspath(folder))  # noqa: PTH100 (no disk access, no links)


def _end_of(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def _counts(error: AtelierError, job: Job) -> bool:
    """Whether the loss of the host speaks against the model that was running."""
    return job.cancelled_at is None and not isinstance(error, MemoryExhausted | HostUnavailable)
