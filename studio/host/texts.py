"""Does what the host is asked about texts: keeps one text model open, and says what it makes.

Apart from the worker, because all that a text model needs is imported only where one is asked
for.
"""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from studio.contract.texts import (
    InspectText,
    RankMiddles,
    ReadText,
    ReadToken,
    WriteText,
    check_middles,
    check_reading,
    check_write,
)
from studio.host.messages import (
    Advanced,
    Done,
    FromHost,
    Ready,
    TextAdvanced,
    TextBegun,
    TextMade,
    TextRead,
)
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import Device
from studio.runtime.reports import DeviceReport

if TYPE_CHECKING:
    from studio.writing.engine.model import TextEngine
    from studio.writing.engine.writer import Advance

Send = Callable[[FromHost, bytes], None]
TextRequest = WriteText | ReadText | RankMiddles | InspectText

_log = logging.getLogger(__name__)


class TextDesk:
    """Holds one open text model and does the work of its lane; used by one thread."""

    def __init__(
        self,
        send: Send,
        device: Device,
        report: DeviceReport,
        *,
        threads: int,
        cache_folder: Path | None,
    ) -> None:
        self._send = send
        self._device = device
        self._report = report
        self._threads = threads
        self._cache_folder = cache_folder
        self._engine: TextEngine | None = None
        self._asked: tuple[str, str] | None = None
        """The path and the form by which the open model was asked for."""
        self._used_at = 0.0

    def clear(self) -> None:
        """Let the open model go, with all that it remembers."""
        engine, self._engine, self._asked = self._engine, None, None
        if engine is not None:
            engine.close()

    def rest(self, idle_seconds: float) -> None:
        """Nothing is waiting: let the model go if it was idle for long."""
        if self._engine is not None and time.monotonic() - self._used_at >= idle_seconds:
            _log.info("let an idle text model go")
            self.clear()

    def do(self, number: int, request: TextRequest, token: CancelToken) -> Done:
        """Do one request; raises `AtelierError`."""
        try:
            match request:
                case WriteText():
                    return self._write(number, request, token)
                case ReadText():
                    return self._read(number, request, token)
                case RankMiddles():
                    return self._rank(number, request, token)
                case InspectText():
                    return self._inspect(number, request, token)
        finally:
            self._used_at = time.monotonic()

    def _write(self, number: int, request: WriteText, token: CancelToken) -> Done:
        from studio.writing.engine.writer import Begun, Ended, Tokens, write

        check_write(request)
        engine = self._open(number, request.model, request.form, token)
        for event in write(engine, request, token, self._advancing(number)):
            match event:
                case Begun(completion=completion):
                    self._send(TextBegun(request=number, completion=completion), b"")
                case Tokens(index=index, tokens=tokens):
                    self._send(TextAdvanced(request=number, index=index, tokens=tokens), b"")
                case Ended():
                    made = TextMade(
                        request=number,
                        index=event.index,
                        ended=event.ended,
                        tokens=event.tokens,
                        stop=event.stop,
                    )
                    self._send(made, b"")
        return Done(request=number, seconds=0.0)

    def _read(self, number: int, request: ReadText, token: CancelToken) -> Done:
        from studio.writing.engine.scoring import read

        check_reading(request)
        engine = self._open(number, request.model, request.form, token)

        def tell(tokens: tuple[ReadToken, ...]) -> None:
            self._send(TextRead(request=number, tokens=tokens), b"")

        report = read(engine, request, token, self._advancing(number), tell)
        return Done(request=number, seconds=0.0, reading=report)

    def _rank(self, number: int, request: RankMiddles, token: CancelToken) -> Done:
        from studio.writing.engine.scoring import rank_middles

        check_middles(request)
        engine = self._open(number, request.model, request.form, token)
        report = rank_middles(engine, request, token, self._advancing(number))
        return Done(request=number, seconds=0.0, middles=report)

    def _inspect(self, number: int, request: InspectText, token: CancelToken) -> Done:
        from studio.writing.engine.forms import inspect

        self.clear()  # its forms are opened one beside the other
        report = inspect(
            request, lambda form: self._opened(request.model, form, number, token),
            token, self._advancing(number),
        )  # fmt: skip
        return Done(request=number, seconds=0.0, text_model=report)

    def _open(self, number: int, model: str, form: str, token: CancelToken) -> "TextEngine":
        """The model that was asked for, which stays open for the next request."""
        if self._engine is None or self._asked != (model, form) or self._engine.is_outdated():
            self.clear()
            self._engine = self._opened(model, form, number, token)
            self._asked = (model, form)
        self._used_at = time.monotonic()
        return self._engine

    def _opened(self, model: str, form: str, number: int, token: CancelToken) -> "TextEngine":
        from studio.writing.engine.model import TextEngine

        engine = TextEngine.open(
            Path(model),
            form,
            device=self._device,
            threads=self._threads,
            cache_folder=self._cache_folder,
            token=token,
            advance=self._advancing(number),
        )
        self._tell_device(engine.report)
        return engine

    def _advancing(self, number: int) -> "Advance":
        def advance(stage: str, done: int, total: int) -> None:
            self._send(Advanced(request=number, done=done, total=total, stage=stage), b"")

        return advance

    def _tell_device(self, report: DeviceReport) -> None:
        """Say what the work is done on, where a session runs on something else than was told."""
        if report != self._report:
            self._report = report
            self._send(Ready(device=report), b"")
