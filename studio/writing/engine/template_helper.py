"""The process in which chat templates are rendered; started by `studio.writing.engine.chat`.

A template is a program from a file that anybody may have written. Jinja's sandbox keeps it from
reading and changing things, but not from running for ever or filling the memory: one
multiplication can do either, inside one instruction of the interpreter that nothing can interrupt.
So it runs here, where the system itself sets the limits and where it can be killed.

Spoken over standard input and output: one line of JSON for each request and each answer, and one
at the start when it is ready. Started as a script: nothing of Atelier is imported, so that it is
ready in a tenth of a second.
"""

import datetime
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

import jinja2
import jinja2.ext
import jinja2.parser
import jinja2.sandbox
from jinja2 import nodes

if TYPE_CHECKING:
    from studio.contract.overriding import override
else:

    def override(method):
        """Atelier's own marker cannot be imported here."""
        return method


_CPU_SECONDS_SPARE = 2
_REASONING = ("reasoning_content", "thinking", "reasoning")
"""Names under which a message may carry what was thought before it was said."""


class TooLong(Exception):
    """The text has grown beyond what was allowed."""


class Generation(jinja2.ext.Extension):
    """``{% generation %}``: marks what the model itself says, and remembers where that stands."""

    def __init__(self, environment: jinja2.Environment) -> None:
        super().__init__(environment)
        self.tags = {"generation"}
        self.pieces: list[str] = []
        self.spans: list[tuple[int, int]] = []

    @override
    def parse(self, parser: jinja2.parser.Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        call = nodes.CallBlock(self.call_method("_mark"), [], [], body)
        return call.set_lineno(line)

    @jinja2.pass_eval_context
    def _mark(self, _: nodes.EvalContext, caller: Callable[[], str]) -> str:
        said = caller()
        begin = sum(map(len, self.pieces))
        self.spans.append((begin, begin + len(said)))
        return said


class _Dictionary:
    """``dict`` of a template: makes dictionaries and leads nowhere else."""

    def __call__(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        return dict(*args, **kwargs)

    def fromkeys(self, *args: Any) -> dict[Any, Any]:
        return dict.fromkeys(*args)


class _Namespace(jinja2.utils.Namespace):
    """``namespace`` of a template, without names that begin with an underscore."""

    def __init__(*args: Any, **kwargs: Any) -> None:
        self, *rest = args
        values = dict(*rest, **kwargs)
        for name in values:
            _check_name(name)
        jinja2.utils.Namespace.__init__(self, values)

    @override
    def __setitem__(self, name: str, value: Any) -> None:
        _check_name(name)
        super().__setitem__(name, value)


def _check_name(name: object) -> None:
    if isinstance(name, str) and name.startswith("_"):
        raise jinja2.exceptions.SecurityError(f"the name {name!r} is not allowed in a namespace")


def environment(now: Callable[[], datetime.datetime]) -> jinja2.Environment:
    """What a template finds, as in transformers (``chat_template_utils``, version 5)."""

    def raise_exception(message: object) -> None:
        raise jinja2.exceptions.TemplateError(str(message))

    def tojson(
        value: Any,
        ensure_ascii: bool = False,
        indent: int | None = None,
        separators: tuple[str, str] | None = None,
        sort_keys: bool = False,
    ) -> str:
        return json.dumps(
            value,
            ensure_ascii=ensure_ascii,
            indent=indent,
            separators=separators,
            sort_keys=sort_keys,
        )

    made = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[Generation, jinja2.ext.loopcontrols],
    )
    made.filters["tojson"] = tojson
    made.globals["raise_exception"] = raise_exception
    made.globals["strftime_now"] = lambda form: now().strftime(form)
    made.globals["dict"] = _Dictionary()
    made.globals["namespace"] = _Namespace
    return made


def _local_time() -> datetime.datetime:
    """What the clock on the wall says, without its zone, as in transformers."""
    return datetime.datetime.now(datetime.UTC).astimezone().replace(tzinfo=None)


class Renderer:
    """Renders requests; the template of the last one is kept compiled."""

    def __init__(self) -> None:
        self._now: datetime.datetime | None = None
        self._environment = environment(lambda: self._now or _local_time())
        self._source: str | None = None
        self._template: jinja2.Template | None = None

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """``{"text", "spans"}``, or ``{"kind", "fault"}`` with the end of a sentence."""
        try:
            return self._rendered(request)
        except TooLong:
            most = request["longest"]
            return _fault(kind="broken", fault=f"builds a text of more than {most:,} characters")
        except RecursionError:
            return _fault(kind="broken", fault="calls itself without end")
        except (MemoryError, OverflowError):
            return _fault(
                kind="broken", fault="needs more memory than it may have, or counts too far"
            )
        except jinja2.exceptions.TemplateSyntaxError as error:
            return _fault(
                kind="broken", fault=f"is not understood in line {error.lineno} ({error.message})"
            )
        except jinja2.exceptions.SecurityError as error:
            return _fault(kind="broken", fault=f"does what is not allowed ({error})")
        except jinja2.exceptions.TemplateError as error:
            kind = "refused" if type(error) is jinja2.exceptions.TemplateError else "failed"
            return _fault(kind=kind, fault=str(error))
        except Exception as error:
            return _fault(kind="failed", fault=f"{type(error).__name__}: {error}")

    def _rendered(self, request: Mapping[str, Any]) -> dict[str, Any]:
        given = request["now"]
        self._now = None if given is None else datetime.datetime.fromisoformat(given)
        if self._template is None or self._source != request["template"]:
            self._template = None
            self._template = self._environment.from_string(request["template"])
            self._source = request["template"]
        variables = dict(request["variables"])
        variables["messages"] = [_with_reasoning(message) for message in variables["messages"]]
        marks = self._environment.extensions[Generation.identifier]
        assert isinstance(marks, Generation)
        pieces = marks.pieces = []
        spans = marks.spans = []
        length = 0
        for piece in self._template.generate(**variables):
            length += len(piece)
            if length > request["longest"]:
                raise TooLong
            pieces.append(piece)
        return {"text": "".join(pieces), "spans": spans}


def _fault(*, kind: str, fault: str) -> dict[str, str]:
    return {"kind": kind, "fault": fault[:1000]}


def _with_reasoning(message: dict[str, Any]) -> dict[str, Any]:
    """A message with its reasoning under each name by which templates ask for it."""
    found = next((message[name] for name in _REASONING if message.get(name) is not None), None)
    return message if found is None else {"thinking": found, **message, "reasoning_content": found}


def limit_memory(size: int) -> None:
    """Let this process take at most ``size`` bytes of addresses, where the system can see to it."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


@contextmanager
def limited_time(seconds: float) -> Iterator[None]:
    """End this process if it computes for longer, should nobody be left to kill it."""
    try:
        import resource
    except ImportError:
        yield
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime + seconds) + _CPU_SECONDS_SPARE
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    yield
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer requests until there are no more."""
    renderer = Renderer()
    _send(sink, {"ready": True})
    for line in source:
        request = json.loads(line)
        with limited_time(request["seconds"]):
            answer = renderer.answer(request)
        _send(sink, answer)


def _send(sink: BinaryIO, message: Mapping[str, Any]) -> None:
    sink.write(json.dumps(message).encode("ascii") + b"\n")
    sink.flush()


def main() -> None:
    limit_memory(int(sys.argv[1]))
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not stand among the answers
    serve(sys.stdin.buffer, sink)


if __name__ == "__main__":
    main()
