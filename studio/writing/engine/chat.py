"""Puts a conversation into the words that a model was trained on, by the model's own template.

Templates are Jinja, rendered as transformers renders them. They come with models from anywhere,
so each is rendered in a helper process (`studio.writing.engine.template_helper`) with a deadline, a
ceiling of memory and a longest text. A process, and not a counting environment inside this one:
what could be counted is a list of what was thought of, while ``9 ** (9 ** 9)`` or
``"a" * 10 ** 12`` is one instruction that holds the interpreter until it is done. The helper lives
as long as its template, so that its start (about a tenth of a second) is paid once.
"""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO, Any, Final, Self

from studio.contract.errors import Cancelled, RequestInvalid, SetupFault, TextModelInvalid
from studio.runtime.cancel import CancelToken
from studio.writing.engine.tokens import TextTokenizer

_HELPER: Final = Path(__file__).with_name("template_helper.py")
_ESCAPED: Final = 12
"""Bytes of JSON for one character at most (a pair of surrogates)."""

_NO_CHARACTERS: Final = (range(0xFDD0, 0xFDF0), range(0xF0000, 0x10FFFE))
"""Code points that no text uses: noncharacters, then those for private use."""

LONGEST_TEMPLATE: Final = 2**20
"""Characters; the longest in use have some ten thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateLimits:
    """How far a template may go."""

    seconds: float = 5.0
    """For one conversation; the longest take a few hundredths."""
    memory: int = 512 * 2**20
    """Bytes of addresses of the helper process (where the system limits them: not on Windows)."""
    longest: int = 8_000_000
    """Characters of the text."""
    start_seconds: float = 60.0
    """For the helper to become ready: the machine may be busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A conversation in a model's words."""

    text: str
    generated: tuple[tuple[int, int], ...]
    """Where the model's own words stand, from character to character; only templates that mark
    them (``{% generation %}``) tell."""


class ChatTemplate:
    """The template of one model, ready to render conversations; to be closed after use."""

    def __init__(
        self,
        text: str,
        *,
        file: Path,
        variables: Mapping[str, str] = MappingProxyType({}),
        limits: TemplateLimits | None = None,
    ) -> None:
        """``variables``: what stands for special tokens, such as ``bos_token``.

        ``file`` is named in sentences. Raises `TextModelInvalid` if the template is too long.
        """
        if len(text) > LONGEST_TEMPLATE:
            fault = f"its template for conversations has more than {LONGEST_TEMPLATE:,} characters"
            raise TextModelInvalid(file=file, fault=fault)
        self.text = text
        self._file = file
        self._variables = dict(variables)
        self._limits = limits or TemplateLimits()
        self._lock = threading.Lock()
        self._helper: _Helper | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the helper; the template can still be used and starts another."""
        with self._lock:
            self._end()

    def render(
        self,
        messages: Sequence[Mapping[str, Any]],
        *,
        add_generation_prompt: bool = True,
        tools: Sequence[Mapping[str, Any]] | None = None,
        documents: Sequence[Mapping[str, Any]] | None = None,
        now: datetime | None = None,
        token: CancelToken | None = None,
        **variables: Any,
    ) -> str:
        """The text of a conversation; encode it with special tokens and nothing before it.

        ``messages``: as JSON, each mostly a ``role`` and a ``content``. ``now``: what
        ``strftime_now`` tells; None: the clock. Raises `RequestInvalid` if the template refuses
        the conversation or fails at it, `TextModelInvalid` if it can serve for none, `Cancelled`,
        and `SetupFault` if the helper does not start.
        """
        return self.rendered(
            messages,
            add_generation_prompt=add_generation_prompt,
            tools=tools,
            documents=documents,
            now=now,
            token=token,
            **variables,
        ).text

    def rendered(
        self,
        messages: Sequence[Mapping[str, Any]],
        *,
        add_generation_prompt: bool = True,
        tools: Sequence[Mapping[str, Any]] | None = None,
        documents: Sequence[Mapping[str, Any]] | None = None,
        now: datetime | None = None,
        token: CancelToken | None = None,
        **variables: Any,
    ) -> Rendered:
        """Like `render`, and says where the model's own words stand."""
        request = {
            "template": self.text,
            "variables": {
                **self._variables,
                **variables,
                "messages": list(messages),
                "tools": None if tools is None else list(tools),
                "documents": None if documents is None else list(documents),
                "add_generation_prompt": add_generation_prompt,
            },
            "now": None if now is None else now.isoformat(),
            "longest": self._limits.longest,
            "seconds": self._limits.seconds,
        }
        with self._lock:
            answer = self._asked(request, token)
        if "text" in answer:
            spans = tuple((begin, end) for begin, end in answer["spans"])
            return Rendered(text=answer["text"], generated=spans)
        raise self._fault(str(answer["kind"]), str(answer["fault"]))

    def tokens(
        self,
        tokenizer: TextTokenizer,
        messages: Sequence[Mapping[str, Any]],
        *,
        answer: str = "",
        now: datetime | None = None,
        token: CancelToken | None = None,
    ) -> list[int]:
        """A conversation as a model reads it, and what its answer begins with.

        Special tokens are those that the template writes. Where a message or the answer happens
        to spell one (prose about chat models, a log that was pasted), that stays text: nobody's
        words end a turn. Raises as `render` does.
        """
        special = _spelled(tokenizer)
        mark = _unused(json.dumps([self.text, messages, answer], ensure_ascii=False))
        shown = [_marked(message, special, mark) for message in messages]
        text = self.render(shown, now=now, token=token) + _marked(answer, special, mark)
        if mark not in text:
            return tokenizer.encode(text, special=True)
        ids: list[int] = []
        for place, part in enumerate(special.split(text)):
            if place % 2:
                ids.extend(tokenizer.encode(part, special=True))
            elif part:
                ids.extend(tokenizer.encode(part.replace(mark, "")))
        return ids

    def _asked(self, request: Mapping[str, Any], token: CancelToken | None) -> Mapping[str, Any]:
        """The helper's answer; a helper that gave none is ended."""
        helper = self._started()
        try:
            with token.stopping(helper.kill) if token else nullcontext():
                answer = helper.ask(request, self._limits)
        except BaseException:
            self._end()
            raise
        if answer is not None:
            return answer
        ready, late = helper.ready, helper.late
        self._end()
        if token is not None and token.cancelled:
            raise Cancelled
        if not ready:
            raise SetupFault(fault="the process that renders chat templates does not start")
        if late:
            fault = f"does not end: it was stopped after {self._limits.seconds:g} seconds"
        else:
            fault = "took more than it may have, and its process ended"
        return {"kind": "broken", "fault": fault}

    def _started(self) -> "_Helper":
        if self._helper is None:
            try:
                self._helper = _Helper(self._limits)
            except OSError as error:
                fault = f"no process can be started to render chat templates ({error.strerror})"
                raise SetupFault(fault=fault, detail=repr(error)) from error
        return self._helper

    def _end(self) -> None:
        if self._helper is not None:
            self._helper.close()
            self._helper = None

    def _fault(self, kind: str, said: str) -> RequestInvalid | TextModelInvalid:
        words = " ".join(said.split()).rstrip(".")
        if kind == "refused":
            fault = f"the model's template refuses this conversation ({words})"
            return RequestInvalid(fault=fault)
        if kind == "failed":
            fault = f"the model's template fails at this conversation ({words})"
            return RequestInvalid(fault=fault)
        fault = f"its template for conversations {words}"
        return TextModelInvalid(file=self._file, fault=fault)


class _Helper:
    """One helper process."""

    def __init__(self, limits: TemplateLimits) -> None:
        command = [sys.executable, "-P", str(_HELPER), str(limits.memory)]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=int(getattr(subprocess, "CREATE_NO_WINDOW", 0)),
        )
        self.ready = False
        """Whether it has said that it is."""
        self.late = False
        """Whether it was killed because its time was over."""

    def ask(self, request: Mapping[str, Any], limits: TemplateLimits) -> Mapping[str, Any] | None:
        """Its answer; None if it was killed or ended before it gave one."""
        source, sink = self._process.stdout, self._process.stdin
        assert source is not None
        assert sink is not None
        if not self.ready:
            self.ready = self._within(limits.start_seconds, None, 100, source, sink) is not None
        longest = _ESCAPED * limits.longest + 2**20
        return self._within(limits.seconds, request, longest, source, sink) if self.ready else None

    def kill(self) -> None:
        """End it at once; from any thread."""
        self._process.kill()

    def close(self) -> None:
        """End it, and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                _close(stream)

    def _within(
        self,
        seconds: float,
        request: Mapping[str, Any] | None,
        longest: int,
        source: IO[bytes],
        sink: IO[bytes],
    ) -> Mapping[str, Any] | None:
        """What it says next, after ``request`` if there is one; it is killed when time is over."""
        timer = threading.Timer(seconds, self._too_late)
        timer.start()
        try:
            if request is not None:
                sink.write(json.dumps(request).encode("ascii") + b"\n")
                sink.flush()
            line = source.readline(longest)
        except OSError:
            return None
        finally:
            timer.cancel()
            timer.join()
        answer: Mapping[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
        return answer

    def _too_late(self) -> None:
        self.late = True
        self._process.kill()


def _spelled(tokenizer: TextTokenizer) -> re.Pattern[str]:
    """Finds special tokens, the longest first; one group."""
    names = {tokenizer.token_name(index) for index in tokenizer.special_ids} - {""}
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, longest_first)) or '(?!)'})")


def _unused(text: str) -> str:
    """A character that stands nowhere in ``text``, of those that Unicode keeps from all texts."""
    return next(mark for mark in map(chr, chain(*_NO_CHARACTERS)) if mark not in text)


def _marked(value: Any, special: re.Pattern[str], mark: str) -> Any:
    """The same with ``mark`` inside of every special token that is spelled in it."""
    if isinstance(value, str):
        return special.sub(lambda found: found[0][0] + mark + found[0][1:], value)
    if isinstance(value, Mapping):
        return {key: _marked(inner, special, mark) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [_marked(inner, special, mark) for inner in value]
    return value


def _close(stream: IO[bytes]) -> None:
    """Close a pipe whose other end is gone, with what was not sent."""
    with suppress(BrokenPipeError):
        stream.close()
