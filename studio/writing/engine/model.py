"""An open text model: what was recognised, loaded and tied together for writing and reading.

A GGUF file is turned into a graph once, in the cache; ONNX folders run as they are. One engine is
used by one thread at a time and holds one session, its tokenizer, and what it has read.
"""

import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from studio import __version__
from studio.contract.errors import (
    GraphInvalid,
    RequestInvalid,
    TextModelInvalid,
    file_error,
)
from studio.contract.manifest import MANIFEST_NAME, read_model
from studio.contract.recipe import Fingerprint
from studio.contract.texts import (
    FormReport,
    TextCompletion,
    TextModelReport,
    TextSettings,
)
from studio.graphs.forms import FORMS, DecoderForm
from studio.graphs.gguf import GgufFile, read_gguf
from studio.recognise.conversion import ConvertedProfile, converted, file_hash, read_profile
from studio.recognise.text import TextModel, recognise_text
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import Device
from studio.runtime.graph_files import external_files
from studio.runtime.reports import DeviceReport
from studio.runtime.sessions import OPTIMISATION
from studio.runtime.text import TextSession, open_text
from studio.writing.engine.candidates import Mask
from studio.writing.engine.chat import ChatTemplate
from studio.writing.engine.decoder import Decoder
from studio.writing.engine.healing import TokenPrefixes, heal
from studio.writing.engine.tokens import TextTokenizer
from studio.writing.engine.writer import Advance, Prompt

AS_IT_IS: Final = "plain"
"""The one form of a model that is run as its file has it."""

CONVERTED_FOLDER: Final = "texts"
"""Where in the cache converted models are kept."""

_PARTS: Final = 1000
"""Of which a conversion tells how many are done."""

if TYPE_CHECKING:
    from studio.writing.engine.constraints import ConstraintVocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A model in one of its forms, ready to be loaded."""

    name: str
    source: Path
    """What was asked for."""
    made_of: tuple[Path, ...]
    """The source and the files in it: their times and sizes tell whether it is another now."""
    model: TextModel
    form: str
    files: Mapping[str, str]
    """SHA-256 in hex of what decides its texts, by role."""
    profile: ConvertedProfile | None = None


class TextEngine:
    """Made by `TextEngine.open`; to be closed after use."""

    def __init__(
        self,
        found: _Found,
        session: TextSession,
        tokenizer: TextTokenizer,
        stack: ExitStack,
    ) -> None:
        self._found = found
        self._stack = stack
        self._stamps = tuple(map(_stamp, found.made_of))
        self.session = session
        self.tokenizer = tokenizer
        self.decoder = Decoder(session, context=found.model.context)
        self.ends = frozenset(found.model.eos) | tokenizer.ends
        """Tokens by which the model ends a text."""
        self._template: ChatTemplate | None = None
        self._constraints: ConstraintVocabulary | None = None

    @classmethod
    def open(
        cls,
        path: Path,
        form: str = "",
        *,
        device: Device,
        threads: int,
        cache_folder: Path | None,
        token: CancelToken,
        advance: Advance,
    ) -> "TextEngine":
        """Open what is at ``path``, in one of its named forms (empty: its first).

        Raises `ModelMissing`, `TextModelInvalid`, `TextModelUnsupported`, `GraphInvalid`,
        `RequestInvalid` for a form that it does not have, `MemoryExhausted`, `Cancelled`, and what
        `file_error` makes of a disk that refuses.
        """
        with ExitStack() as stack:
            if cache_folder is None:
                cache_folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            try:
                found = _find(path, form, cache_folder / CONVERTED_FOLDER, token, advance)
            except OSError as error:
                raise file_error(error, error.filename or cache_folder) from error
            model = found.model
            if model.graphs is None or model.tokenizer is None:
                fault = "it holds no graph that could be run"
                raise TextModelInvalid(file=path, fault=fault)
            advance("loading", 0, 1)
            with ThreadPoolExecutor(1, "tokenizer") as beside:  # onnxruntime lets others run
                reading = beside.submit(TextTokenizer.from_file, model.tokenizer)
                session = open_text(model.graphs, device=device, threads=threads, token=token)
                tokenizer = reading.result()
            if session.vocabulary is not None:
                tokenizer.check_vocabulary(session.vocabulary, model.graphs.graph)
            advance("loading", 1, 1)
            return cls(found, session, tokenizer, stack.pop_all())

    def close(self) -> None:
        """Let the model go."""
        if self._template is not None:
            self._template.close()
        self._stack.close()

    def is_outdated(self) -> bool:
        """Whether the file or folder is another than the one that was opened."""
        return tuple(map(_stamp, self._found.made_of)) != self._stamps

    # What it is.

    @property
    def report(self) -> DeviceReport:
        """What it runs on."""
        return self.session.report

    @property
    def form(self) -> str:
        return self._found.form

    @property
    def name(self) -> str:
        """As the file or the folder is called."""
        return self._found.name

    @property
    def files(self) -> dict[str, str]:
        """SHA-256 in hex of what decides its texts, by role."""
        return dict(self._found.files)

    @property
    def context(self) -> int | None:
        """Tokens that it reads at most; None where nobody says it."""
        return self.decoder.context

    @property
    def vocabulary(self) -> int:
        """Scores that it gives at each position: as many as there are tokens, or a few more."""
        return self.session.vocabulary or self.tokenizer.size

    def describe(self) -> TextModelReport:
        """What it is and can do, with this form alone."""
        found, profile = self._found, self._found.profile
        title, licence = found.name, ""
        if profile is not None:
            with read_gguf(found.source) as gguf:
                title = gguf.text("general.name", title)
                licence = gguf.text("general.license", "")
        return TextModelReport(
            model=found.name,
            title=title,
            licence=licence,
            kind="onnx" if profile is None else "gguf",
            architecture=found.model.source if profile is None else profile.architecture,
            files=self.files,
            vocabulary=self.tokenizer.size,
            context=self.context or 0,
            chat=found.model.chat_template is not None,
            forms=(self._form_report(),),
            cannot=tuple(dict.fromkeys((*found.model.cannot, *self.session.limits))),
            cautions=self.tokenizer.cautions,
        )

    def _form_report(self) -> FormReport:
        found, profile = self._found, self._found.profile
        losses = [] if profile is None else list(profile.losses.values())
        return FormReport(
            name=found.form,
            bytes=sum(path.stat().st_size for path in graph_files(found.model)),
            loss=None if profile is None else max(losses, default=0.0),
            reblocked=len(losses),
        )

    # What writing asks it for.

    def prompt(self, settings: TextSettings, token: CancelToken | None = None) -> Prompt:
        """What the model reads before it writes; raises `RequestInvalid` if that is nothing."""
        if settings.chat:
            ids = self._conversation(settings, token)
        else:
            ids = [*self._beginning(), *self.tokenizer.encode(settings.prompt)]
        if not ids:
            fault = "the prompt is empty, and this model needs a word to begin with"
            raise RequestInvalid(fault=fault)
        if not settings.healing:
            return Prompt(ids=tuple(ids))
        healed = heal(self.tokenizer, ids, self._prefixes)
        return Prompt(ids=tuple(healed.ids), healed=healed.prefix)

    def _beginning(self) -> tuple[int, ...]:
        """What stands before any text."""
        return self.tokenizer.before

    def _conversation(self, settings: TextSettings, token: CancelToken | None) -> list[int]:
        template = self._opened_template()
        messages = [{"role": turn.role, "content": turn.content} for turn in settings.chat]
        now = datetime.fromisoformat(settings.now) if settings.now else None
        return template.tokens(
            self.tokenizer, messages, answer=settings.prompt, now=now, token=token
        )

    def _opened_template(self) -> ChatTemplate:
        if self._template is None:
            model = self._found.model
            if model.chat_template is None:
                fault = (
                    f"{self.name} has no template for conversations, so it cannot be talked to; "
                    "give it a text to continue instead"
                )
                raise RequestInvalid(fault=fault)
            self._template = ChatTemplate(
                model.chat_template, file=self._found.source, variables=self.tokenizer.specials
            )
        return self._template

    @cached_property
    def _prefixes(self) -> TokenPrefixes:
        return TokenPrefixes(self.tokenizer)

    def healing_mask(self, rest: bytes) -> Mask:
        """Tokens that begin with ``rest`` or that ``rest`` begins with."""
        return self._prefixes.mask(rest, self.tokenizer.size)

    def constraint_vocabulary(self) -> "ConstraintVocabulary":
        """Made at the first constraint, as it takes a while."""
        from studio.writing.engine.constraints import ConstraintVocabulary

        if self._constraints is None:
            self._constraints = ConstraintVocabulary(
                self.tokenizer.all_bytes,
                ends=sorted(self.ends),
                special=self.tokenizer.special_ids,
                encode=self.tokenizer.encode,
            )
        return self._constraints

    def completion(self, prompt_tokens: int, reused: int) -> TextCompletion:
        """What a request's recipes need to know of this model and machine."""
        device = self.report
        return TextCompletion(
            studio=__version__,
            model=self.name,
            files=self.files,
            form=self.form,
            prompt_tokens=prompt_tokens,
            reused=reused,
            context=self.context or 0,
            making=Fingerprint(
                onnxruntime=device.onnxruntime,
                provider=device.provider,
                device=device.device,
                precision=device.precision,
                optimisation=OPTIMISATION,
                cpu_flags=device.cpu_flags,
            ),
        )


def form_names(path: Path) -> tuple[str, ...]:
    """The named forms of the model at ``path``; the first is taken where none is named."""
    if recognise_text(path).kind == "gguf":
        return tuple(form.name for form in FORMS)
    return _manifest_forms(path) or (AS_IT_IS,)


def graph_files(model: TextModel) -> list[Path]:
    """The graphs of a model and the files that hold their weights."""
    if model.graphs is None:
        return []
    graphs = [path for path in (model.graphs.graph, model.graphs.first) if path is not None]
    return [
        file
        for graph in graphs
        for file in (graph, *(graph.parent / name for name in sorted(external_files(graph))))
    ]


def _find(path: Path, form: str, cache: Path, token: CancelToken, advance: Advance) -> _Found:
    found = recognise_text(path)
    if found.kind == "gguf":
        return _from_gguf(found.path, form, cache, token, advance)
    by_form = _manifest_forms(path)
    names = by_form or (AS_IT_IS,)
    chosen = _chosen(form, names)
    if by_form:
        model = read_model(path)
        graph = model.manifest.graphs[chosen]
        if file_hash(model.file(graph.file), _folder(cache), token) != graph.sha256:
            fault = "it is not the graph that the manifest names"
            raise GraphInvalid(file=model.file(graph.file), fault=fault)
        found = recognise_text(model.file(graph.file))
    files = [*graph_files(found), *([] if found.tokenizer is None else [found.tokenizer])]
    name = path.stem if path.is_file() else path.resolve().name
    hashes = {file.name: file_hash(file, _folder(cache), token) for file in files}
    return _Found(
        name=name, source=path, made_of=(path, *files), model=found, form=chosen, files=hashes
    )


def _from_gguf(path: Path, form: str, cache: Path, token: CancelToken, advance: Advance) -> _Found:
    wanted: Mapping[str, DecoderForm] = {known.name: known for known in FORMS}
    chosen = _chosen(form, tuple(wanted))

    def converting(share: float) -> None:
        advance("converting", int(share * _PARTS), _PARTS)

    folder = converted(path, wanted[chosen], _folder(cache), token, converting, _finish)
    profile = read_profile(folder)
    model = recognise_text(folder)
    return _Found(
        name=path.stem,
        source=path,
        made_of=(path,),
        model=model,
        form=chosen,
        files={"gguf": profile.sha256},
        profile=profile,
    )


def _finish(gguf: GgufFile, folder: Path) -> None:
    """Put the tokenizer and the template beside a converted graph."""
    from studio.writing.engine.gguf_tokens import write_text_files

    write_text_files(gguf, folder)


def _manifest_forms(path: Path) -> tuple[str, ...]:
    """The roles of the graphs of a model that was trained here: each is a form of it."""
    if not (path / MANIFEST_NAME).is_file():
        return ()
    return tuple(read_model(path).manifest.graphs)


def _chosen(form: str, names: tuple[str, ...]) -> str:
    if form and form not in names:
        fault = f"the model has no form {form!r}; it has: {', '.join(names)}"
        raise RequestInvalid(fault=fault)
    return form or names[0]


def _folder(cache: Path) -> Path:
    cache.mkdir(parents=True, exist_ok=True)
    return cache


def _stamp(path: Path) -> tuple[int, int]:
    """Tells whether a file or folder is still the one that it was."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)
