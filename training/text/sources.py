"""From a configuration of texts to an opened corpus, made on the first call."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from training.data.dataset import SourceCredit
from training.errors import TrainingError
from training.text.corpus import (
    Corpus,
    Document,
    Found,
    Say,
    TextDataConfig,
    open_corpus,
    prepare_corpus,
    split_end,
)
from training.text.english import find_austen_shakespeare
from training.text.tang import find_tang

_ENDINGS = (".txt", ".md")


def _find_folder(config: TextDataConfig) -> Found:
    if config.path is None:
        raise TrainingError("--data.path is needed: the folder with your text files.")
    if not config.path.is_dir():
        raise TrainingError(f"{config.path}: there is no such folder.")
    path = config.path
    files = sorted(
        file for file in path.rglob("*") if file.suffix.lower() in _ENDINGS and file.is_file()
    )
    if not files:
        raise TrainingError(f"{path}: there is no file here that ends in {' or '.join(_ENDINGS)}.")
    names = [file.relative_to(path).as_posix() for file in files]
    unknown = set(config.held_out) - set(names)
    if unknown:
        raise TrainingError(
            f"--data.held-out: {', '.join(sorted(unknown))} is not among the texts in {path}."
        )
    texts = [_read_text(file) for file in files]
    digest = hashlib.sha256()
    for name, text in zip(names, texts, strict=True):
        digest.update(f"{name}\0{len(text)}\0{text}".encode())

    def read() -> list[Document]:
        documents: list[Document] = []
        for name, text in zip(names, texts, strict=True):
            if name in config.held_out:
                documents.append(Document(name=name, part="held_out", text=text))
            else:
                documents += split_end(name, text, config.validation)
        return documents

    name = config.name or path.resolve().name or "folder"
    return Found(
        name=name,
        settings={"texts": digest.hexdigest(), "held_out": "\n".join(sorted(config.held_out))},
        read=read,
        credits=(SourceCredit(name=name, creator=config.credit, licence=config.licence),),
        notes=(),
    )


def _read_text(file: Path) -> str:
    """A text file with line ends as everywhere else; a byte order mark is no part of it."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise TrainingError(f"{file}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise TrainingError(
            f"{file}: is not UTF-8 (byte {error.start}); save it as UTF-8 and try again."
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n").strip() + "\n"


_FINDERS: dict[str, Callable[[TextDataConfig], Found]] = {
    "folder": _find_folder,
    "austen-shakespeare": find_austen_shakespeare,
    "tang": find_tang,
}


def prepare_texts(config: TextDataConfig, say: Say) -> tuple[Path, Corpus]:
    """The cache's folder and what it holds; TrainingError when the texts cannot be used."""
    folder = prepare_corpus(config, _FINDERS[config.source](config), say)
    return folder, open_corpus(folder)
