"""What is this file or folder? Finds a text model's graphs, and what is known beside them.

Graphs are told apart by what they take and give, never by their names: a folder of transformers.js
holds the same model eight times over, one of Optimum its beginning and its continuation, one of a
translator two halves. The configurations beside them add what no graph says: where a text ends,
how much the model reads, which tokenizer and template belong to it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from studio.contract.errors import (
    AtelierError,
    GraphInvalid,
    ModelMissing,
    TextModelInvalid,
    TextModelUnsupported,
)
from studio.contract.manifest import MANIFEST_NAME, read_model
from studio.recognise.configuration import (
    Json,
    chat_template,
    context_length,
    inner,
    number,
    read_bytes,
    read_json,
    read_tokenizer,
    text,
    token_ids,
)
from studio.runtime.graph_files import check_graph_files
from studio.runtime.signatures import GraphSignature, read_signature
from studio.runtime.text import COPIES, FIXED_STATE, NO_PAST, ONE_BY_ONE, TextGraphs
from studio.runtime.text_layout import (
    LayoutUnknown,
    NamedTensors,
    TextLayout,
    is_encoder,
    needs_encoder,
    plan_layout,
)

GENAI_NAME: Final = "genai_config.json"
GRAPH_SUFFIX: Final = ".onnx"
GRAPH_FOLDER: Final = "onnx"
TOKENIZER_NAME: Final = "tokenizer.json"
TEMPLATE_NAME: Final = "chat_template.jinja"
PROFILE_NAME: Final = "text.json"
GGUF_MAGIC: Final = b"GGUF"

MOST_GRAPHS: Final = 64
"""Graphs of one folder that are looked at."""
MAXIMUM_TEMPLATE_BYTES: Final = 1_000_000

_PLAIN_FIRST: Final = ("", "q4", "q8", "quantized", "int8", "uint8", "bnb4", "q4f16", "fp16")
"""Of equal graphs at several precisions the first here is taken, unless a file was named: the
most exact that the processor runs well."""

Source = Literal["gguf", "atelier", "genai", "hub"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextModel:
    """A text model that was found, as far as can be told without loading it."""

    kind: Literal["gguf", "onnx"]
    source: Source
    """Who wrote it: "atelier" exported it, "genai" has onnxruntime-genai's configuration, "hub"
    has that of transformers (Optimum, transformers.js)."""
    path: Path
    """What was opened: a file or a folder."""
    graphs: TextGraphs | None = None
    """None for GGUF, which has to be converted first."""
    layout: TextLayout | None = None
    """The roles of the graph's inputs and outputs, its cache and element types."""
    vocabulary: int | None = None
    """Logits of each token, where the graph says it."""
    context: int | None = None
    """Tokens that it reads at most; None where nobody says it."""
    bos: tuple[int, ...] = ()
    """Tokens by which a text begins."""
    eos: tuple[int, ...] = ()
    """Tokens by which a text ends: all that any configuration names."""
    pad: int | None = None
    tokenizer: Path | None = None
    chat_template: str | None = None
    cannot: tuple[str, ...] = ()
    """What it cannot do, each the end of a sentence about it; a loaded session knows more."""
    others: tuple[Path, ...] = ()
    """The same model at other precisions, to be opened by naming the file."""


def recognise_text(path: Path) -> TextModel:
    """What is in ``path``: a GGUF file, an ONNX graph, or a folder with either.

    Raises `ModelMissing`, `TextModelInvalid` for what is damaged or lacks a part,
    `TextModelUnsupported` for what is sound and cannot be run, and `GraphInvalid` for graphs.
    """
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except (OSError, ValueError) as error:  # a name too long, a NUL in it
        raise ModelMissing(file=repr(path)) from error
    if is_folder:
        return _folder(path)
    if not is_file:
        raise ModelMissing(file=path)
    if _is_gguf(path):
        return TextModel(kind="gguf", source="gguf", path=path)
    folder = path.parent.parent if path.parent.name == GRAPH_FOLDER else path.parent
    if path.suffix != GRAPH_SUFFIX:
        raise TextModelInvalid(file=path, fault="it is neither a GGUF file nor an ONNX graph")
    if (folder / MANIFEST_NAME).is_file():
        return replace(_exported(folder, path), path=path)
    if (folder / GENAI_NAME).is_file():
        return replace(_genai(folder, path), path=path)
    return replace(_hub(folder, path, "hub"), path=path)


def _folder(folder: Path) -> TextModel:
    if (folder / MANIFEST_NAME).is_file():
        return _exported(folder, None)
    if (folder / GENAI_NAME).is_file():
        return _genai(folder, None)
    if _graph_files(folder):
        source: Source = "atelier" if (folder / PROFILE_NAME).is_file() else "hub"
        return _hub(folder, None, source)
    found = [entry for entry in _entries(folder) if entry.suffix.lower() == ".gguf"]
    if len(found) == 1:
        return TextModel(kind="gguf", source="gguf", path=found[0])
    if found:
        names = ", ".join(entry.name for entry in found[:5])
        fault = f"it holds several GGUF files ({names}); open one of them"
        raise TextModelInvalid(file=folder, fault=fault)
    fault = "it holds no ONNX graph and no GGUF file"
    raise TextModelInvalid(file=folder, fault=fault)


def _exported(folder: Path, chosen: Path | None) -> TextModel:
    """A model of our own training: what its manifest names is taken, and nothing else."""
    model = read_model(folder)
    manifest = model.manifest
    if manifest.kind != "text":
        fault = f"it is a model of the kind {manifest.kind!r}, which writes no texts"
        raise TextModelUnsupported(file=folder, fault=fault)
    graphs = [model.file(graph.file) for graph in manifest.graphs.values()]
    tokenizer = None if manifest.vocabulary is None else model.file(manifest.vocabulary)
    found = _hub(folder, chosen or graphs[0], "atelier", tokenizer)
    return replace(found, others=tuple(path for path in graphs if path != (chosen or graphs[0])))


def _genai(folder: Path, chosen: Path | None) -> TextModel:
    """A folder of onnxruntime-genai's, whose configuration names the graph and its tensors."""
    place = folder / GENAI_NAME
    model = inner(read_json(place), "model")
    decoder = inner(model, "decoder")
    if decoder.get("pipeline"):
        fault = "it is cut into a pipeline of graphs, as is done for other processors than this"
        raise TextModelUnsupported(file=place, fault=fault)
    for part, what in (
        ("encoder", "an encoder and a decoder"), ("vision", "eyes beside the text"),
        ("speech", "ears beside the text"), ("embedding", "embeddings in a graph of their own"),
    ):  # fmt: skip
        if inner(model, part):
            raise TextModelUnsupported(
                file=place, fault=f"it is made of several graphs, for {what}"
            )
    if text(inner(decoder, "session_options"), "custom_ops_library"):
        fault = "it needs a library of operators of its own, and such are never loaded"
        raise TextModelUnsupported(file=place, fault=fault)
    name = text(decoder, "filename")
    if chosen is None:
        if not name:
            raise TextModelInvalid(file=place, fault="it names no graph")
        if Path(name).name != name:
            raise TextModelInvalid(file=place, fault=f"the name {name!r} leads out of the folder")
        chosen = folder / name
    inputs, outputs = inner(decoder, "inputs"), inner(decoder, "outputs")
    roles = {
        "ids": text(inputs, "input_ids"),
        "mask": text(inputs, "attention_mask"),
        "positions": text(inputs, "position_ids"),
        "logits": text(outputs, "logits"),
    }
    pairs = [
        (text(inputs, f"past_{kind}"), text(outputs, f"present_{kind}"))
        for kind in ("key_names", "value_names", "names")
    ]
    named = NamedTensors(
        roles={role: name for role, name in roles.items() if name},
        cache=tuple((past, present) for past, present in pairs if past and present),
    )
    signature = read_signature(chosen)
    graphs = TextGraphs(graph=chosen, named=named)
    return _described(folder, graphs, signature, "genai", [model], None)


def _hub(
    folder: Path, chosen: Path | None, source: Source, tokenizer: Path | None = None
) -> TextModel:
    """A folder as Optimum and transformers.js write them, or our own converter."""
    files = [chosen] if chosen is not None else _graph_files(folder)
    kinds = {path: _Kind.of(path) for path in files}
    usable = [path for path, kind in kinds.items() if kind.layout is not None]
    if not usable:
        raise _no_graph(folder, kinds)
    continuing = [path for path in usable if _layout(kinds[path]).cache]
    if not continuing:
        graph = _preferred(usable, kinds)
        graphs = TextGraphs(graph=graph)
    else:
        graph = _preferred(continuing, kinds)
        graphs = TextGraphs(graph=graph, first=_beginning(graph, kinds))
    equal = [
        path for path in (continuing or usable)
        if path != graph and _layout(kinds[path]).ids.name == _layout(kinds[graph]).ids.name
    ]  # fmt: skip
    found = _described(folder, graphs, kinds[graph].signature, source, [], tokenizer)
    return replace(found, others=tuple(equal))


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a graph of a folder turned out to be."""

    signature: GraphSignature
    layout: TextLayout | None
    fault: AtelierError | None

    @classmethod
    def of(cls, path: Path) -> "_Kind":
        nothing = GraphSignature(inputs=(), outputs=())
        try:
            signature = read_signature(path)
        except (GraphInvalid, ModelMissing) as error:
            return cls(nothing, None, error)
        try:
            return cls(signature, plan_layout(signature), None)
        except LayoutUnknown as error:
            fault: AtelierError = TextModelUnsupported(file=path, fault=str(error))
            return cls(signature, None, fault)


def _layout(kind: _Kind) -> TextLayout:
    assert kind.layout is not None, "only graphs with a layout are asked"
    return kind.layout


def _no_graph(folder: Path, kinds: dict[Path, _Kind]) -> AtelierError:
    """Why none of a folder's graphs writes texts, said once."""
    if any(needs_encoder(kind.signature) for kind in kinds.values()):
        fault = (
            "it is made of two halves, an encoder and a decoder, such as translate or summarise; "
            "models that go on with a text have one"
        )
        return TextModelUnsupported(file=folder, fault=fault)
    if any(is_encoder(kind.signature) for kind in kinds.values()):
        fault = "it reads texts and writes none: it gives hidden states in place of words"
        return TextModelUnsupported(file=folder, fault=fault)
    for kind in kinds.values():
        if kind.fault is not None:
            return kind.fault
    return TextModelInvalid(file=folder, fault="it holds no ONNX graph")


def _preferred(paths: Sequence[Path], kinds: dict[Path, _Kind]) -> Path:
    """Of graphs that all could be run: one with a past for every step, and the most exact."""

    def rank(path: Path) -> tuple[bool, int, bool, str]:
        suffix = path.stem.rpartition("_")[2].lower()
        known = suffix in _PLAIN_FIRST
        precision = _PLAIN_FIRST.index(suffix) if known else 0
        layout = _layout(kinds[path])
        return (layout.one_at_a_time, precision, layout.logits.dtype == "float16", path.name)

    return min(paths, key=rank)


def _beginning(graph: Path, kinds: dict[Path, _Kind]) -> Path | None:
    """The graph that reads the beginning for one that was made to continue, where there is one."""
    layout = _layout(kinds[graph])
    if layout.branch is not None:
        return None
    wanted = {entry.present for entry in layout.cache}
    types = {tensor.name: tensor.dtype for tensor in kinds[graph].signature.outputs}
    suffix = graph.stem.rpartition("_")[2].lower()
    found = []
    for path, kind in kinds.items():
        if kind.layout is None or kind.layout.cache or not wanted <= kind.layout.presents:
            continue
        given = {tensor.name: tensor.dtype for tensor in kind.signature.outputs}
        if all(given[name] == types[name] for name in wanted):
            other = path.stem.rpartition("_")[2].lower()
            found.append((suffix in _PLAIN_FIRST and other != suffix, path))
    return min(found)[1] if found else None


def _described(
    folder: Path,
    graphs: TextGraphs,
    signature: GraphSignature,
    source: Source,
    first: list[Json],
    tokenizer: Path | None,
) -> TextModel:
    """Add to the graphs what the files beside them say; ``first`` are asked before those.

    ``tokenizer`` is None where nobody names its file.
    """
    try:
        layout = plan_layout(signature, graphs.named)
    except LayoutUnknown as error:
        raise TextModelUnsupported(file=graphs.graph, fault=str(error)) from error
    for path in (graphs.graph, graphs.first):
        if path is not None:
            check_graph_files(path)
    generation = read_json(folder / "generation_config.json") or {}
    config = read_json(folder / "config.json") or {}
    words = read_json(folder / "tokenizer_config.json") or {}
    profile = read_json(folder / PROFILE_NAME) or {}
    tokenizer = tokenizer or _tokenizer(folder)
    facts = read_tokenizer(tokenizer)
    if layout.vocabulary is not None and facts.highest >= layout.vocabulary:
        fault = (
            f"it does not belong to {graphs.graph.name}: it knows the token {facts.highest}, and "
            f"the graph knows {layout.vocabulary} tokens"
        )
        raise TextModelInvalid(file=tokenizer, fault=fault)
    sources = [*first, generation, config, inner(config, "text_config")]
    pads = [pad for pad in (number(part, "pad_token_id") for part in sources) if pad is not None]
    return TextModel(
        kind="onnx",
        source=source,
        path=folder,
        graphs=graphs,
        layout=layout,
        vocabulary=layout.vocabulary,
        context=context_length(iter([*first, profile, config, words])),
        bos=_ids(sources, "bos_token_id", words, "bos_token", facts.added),
        eos=_ids(sources, "eos_token_id", words, "eos_token", facts.added),
        pad=pads[0] if pads else None,
        tokenizer=tokenizer,
        chat_template=_template(folder, words),
        cannot=tuple(_cannot(layout)),
    )


def _tokenizer(folder: Path) -> Path:
    path = folder / TOKENIZER_NAME
    if path.is_file():
        return path
    names = {entry.name for entry in _entries(folder)}
    if "tokenizer.model" in names or "spiece.model" in names:
        there = "it has a SentencePiece model"
    elif {"vocab.json", "merges.txt"} <= names:
        there = "it has vocab.json and merges.txt"
    else:
        there = "without it a text cannot be cut into tokens"
    fault = f"its tokenizer.json is missing ({there}); copy it from where the model came from"
    raise TextModelInvalid(file=folder, fault=fault)


def _ids(
    sources: Sequence[Json], name: str, words: Json, word: str, added: dict[str, int]
) -> tuple[int, ...]:
    """All ids that any configuration gives a kind of token, in the order in which they are met."""
    found = [number for source in sources for number in token_ids(source, name)]
    stated = words.get(word)
    content = stated if isinstance(stated, str) else text(inner(words, word), "content")
    if content is not None and content in added:
        found.append(added[content])
    return tuple(dict.fromkeys(found))


def _template(folder: Path, words: Json) -> str | None:
    path = folder / TEMPLATE_NAME
    data = read_bytes(path, MAXIMUM_TEMPLATE_BYTES)
    if data is None:
        return chat_template(words)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise TextModelInvalid(file=path, fault="it is not UTF-8") from error


def _cannot(layout: TextLayout) -> Iterator[str]:
    if not layout.cache:
        yield NO_PAST
        return
    if layout.copies:
        yield COPIES
    if layout.one_at_a_time:
        yield ONE_BY_ONE
    if layout.fixed:
        yield FIXED_STATE


def _is_gguf(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(len(GGUF_MAGIC)) == GGUF_MAGIC
    except OSError as error:
        fault = (error.strerror or "unreadable").lower()
        raise TextModelInvalid(file=path, fault=fault) from error


def _graph_files(folder: Path) -> list[Path]:
    """The graphs of a folder, or of its folder ``onnx``."""
    for place in (folder, folder / GRAPH_FOLDER):
        found = [entry for entry in _entries(place) if entry.suffix == GRAPH_SUFFIX]
        if found:
            return found[:MOST_GRAPHS]
    return []


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
