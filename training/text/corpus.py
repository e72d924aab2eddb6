"""The one form in which every text set reaches a training loop: whole documents in three parts.

A set is read out of its packages or files once; after that only `corpus.json` of its cache is
read. The cache folder's name contains a hash of everything that decides its contents.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from training.checkpoints import write_atomically
from training.data.dataset import SourceCredit, cache_key, explain_write_errors
from training.data.prepare import default_cache_root
from training.errors import TrainingError

CORPUS_FILE = "corpus.json"
CORPUS_FORMAT = 1

Part = Literal["training", "validation", "held_out"]
Say = Callable[[str], None]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One text; a model reads them one after the other, an end-of-text token after each."""

    name: str
    part: Part
    """Trained on, watched while training, or kept back for the figures in the card."""
    text: str


class Corpus(msgspec.Struct, frozen=True, kw_only=True):
    """A text set with what its card has to say of it."""

    format: int = CORPUS_FORMAT
    key: str = ""
    name: str
    separator: str
    """What stands between two documents where they are laid end to end, for compressors."""
    documents: tuple[Document, ...]
    credits: tuple[SourceCredit, ...]
    notes: tuple[str, ...] = ()

    def part(self, part: Part) -> tuple[Document, ...]:
        """The documents of one part, in their order."""
        return tuple(document for document in self.documents if document.part == part)

    def joined(self, documents: Iterable[Document]) -> bytes:
        """Documents laid end to end, as UTF-8, a separator after each."""
        return "".join(d.text + self.separator for d in documents).encode("utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDataConfig:
    """Where the texts come from and which of them are held back."""

    source: Literal["folder", "austen-shakespeare", "tang"] = "folder"
    """folder: UTF-8 files `.txt` and `.md`, each a document. austen-shakespeare: six novels and 38
    plays, English. tang: the poems of the Quan Tang shi, Chinese."""
    path: Path | None = None
    """The folder of text files, or that of the downloaded packages that a named source reads."""
    name: str = ""
    """A name for the set. Unset: the source's or the folder's."""
    held_out: tuple[str, ...] = ()
    """Files of a folder that are never trained on, for the figures in the card; the named sources
    have their own."""
    validation: float = 0.01
    """Share of each long text, at its end, or of many short ones, that is watched in training."""
    split_seed: int = 0
    """Decides which of many short texts are held back."""
    licence: str = "unknown"
    """Licence of a folder's texts; `own` for what you wrote yourself."""
    credit: str = ""
    """Whom the model's card thanks for them."""
    cache: Path | None = None
    """Folder for what was read out of the packages. Unset: the user's cache folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a source found before anything is read in full."""

    name: str
    settings: dict[str, str]
    """All that decides the documents; a change of any makes another cache."""
    read: Callable[[], Sequence[Document]]
    credits: tuple[SourceCredit, ...]
    notes: tuple[str, ...]
    separator: str = "\n"


def split_end(name: str, text: str, share: float) -> tuple[Document, ...]:
    """A document of the training part and, of its last `share`, one that is watched.

    The cut is at the next empty line, so that both begin with a paragraph.
    """
    at = text.find("\n\n", int(len(text) * (1 - share))) if share > 0 else -1
    if at < 0:
        return (Document(name=name, part="training", text=text),)
    return (
        Document(name=name, part="training", text=text[: at + 1]),
        Document(name=f"{name}, end", part="validation", text=text[at + 2 :]),
    )


def open_corpus(folder: Path) -> Corpus:
    """Read a finished cache."""
    path = folder / CORPUS_FILE
    try:
        corpus = msgspec.json.decode(path.read_bytes(), type=Corpus)
    except PermissionError as error:
        raise TrainingError(f"{path}: no permission to read this file.") from error
    except (OSError, msgspec.MsgspecError, UnicodeError) as error:
        raise TrainingError(
            f"{folder}: this text cache is damaged ({error}); delete the folder and it is made "
            "again."
        ) from error
    if corpus.format != CORPUS_FORMAT:
        raise TrainingError(f"{folder}: this text cache is of another version; delete the folder.")
    return corpus


def prepare_corpus(config: TextDataConfig, found: Found, say: Say) -> Path:
    """The folder of this set's cache, made first where it is not there.

    Raises TrainingError, before anything is kept, when the data cannot be used.
    """
    if not 0 <= config.validation < 0.5:
        raise TrainingError(f"--data.validation {config.validation}: must be from 0 to 0.5.")
    settings = {
        **found.settings,
        "format": str(CORPUS_FORMAT),
        "validation": str(config.validation),
        "split_seed": str(config.split_seed),
    }
    key = cache_key(config.source, settings)
    root = config.cache or default_cache_root()
    target = root / f"{found.name}-{key[:16]}"
    if (target / CORPUS_FILE).is_file():
        return target
    say(f"Reading the texts into {target} (once)")
    corpus = Corpus(
        key=key,
        name=found.name,
        separator=found.separator,
        documents=tuple(found.read()),
        credits=found.credits,
        notes=found.notes,
    )
    if not corpus.part("training"):
        raise TrainingError(f"{config.path}: there is no text here to train on.")
    body = msgspec.json.encode(corpus)
    with explain_write_errors(root, "the text cache"):
        target.mkdir(parents=True, exist_ok=True)
        write_atomically(target / CORPUS_FILE, lambda file: file.write(body))
    return target
