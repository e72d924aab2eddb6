"""Texts that commands take from files and the command line, and models that they are about."""

import codecs
import difflib
import os
import sys
from pathlib import Path
from typing import Final

from studio.contract.errors import ModelMissing, RequestInvalid, storage_error
from studio.contract.manifest import BrokenModel
from studio.contract.text_models import FoundTextModel, find_text_models
from studio.contract.texts import MAXIMUM_TEXT, check_text
from studio.contract.writing import is_utf_8

STANDARD_INPUT: Final = Path("-")

_MOST_BYTES: Final = 4 * MAXIMUM_TEXT
"""Of a file whose characters may all be allowed."""

_BYTE_ORDER_MARK: Final = "\ufeff"


def resolve_text_model(text: str, roots: tuple[Path, ...]) -> Path:
    """What is to be opened for ``text``: an id, or the path of a file or of a folder.

    Raises `RequestInvalid` naming the text models that there are, `ModelMissing` for a path where
    nothing is, and what is wrong with a model of that id.
    """
    separators = {os.sep, os.altsep or os.sep, "/"}
    looks_like_path = any(mark in text for mark in separators) or text.lower().endswith(".gguf")
    path = Path(text)
    if looks_like_path or _is_there(path):
        if not _is_there(path):
            raise ModelMissing(file=text)
        resolved = path.resolve()
        if not is_utf_8(str(resolved)):
            fault = f"the name of {text!r}, or of a folder that it is in, is not UTF-8; rename it"
            raise RequestInvalid(fault=fault)
        return resolved
    found = find_text_models(roots)
    for model in found:
        if isinstance(model, FoundTextModel) and model.id == text:
            return model.path.resolve()
        if isinstance(model, BrokenModel) and model.folder.name == text:
            raise model.error
    known = [model.id for model in found if isinstance(model, FoundTextModel)]
    if not known:
        fault = (
            f"there is no text model {text!r}, and none at all in "
            f"{' or '.join(map(str, roots))}; “studio models import FILE.gguf” brings one in"
        )
        raise RequestInvalid(fault=fault)
    close = difflib.get_close_matches(text, known, n=1)
    hint = f" (did you mean {close[0]!r}?)" if close else f"; there are: {', '.join(known)}"
    raise RequestInvalid(fault=f"there is no text model {text!r} here{hint}")


def read_text(path: Path) -> str:
    """The text of a file, or of standard input; it must be UTF-8.

    Raises `RequestInvalid`, with the place and the way out, and `StorageDenied`.
    """
    name = "standard input" if path == STANDARD_INPUT else str(path)
    try:
        if path == STANDARD_INPUT:
            data = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with path.open("rb") as stream:
                data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        denied = storage_error(error, path)
        fault = (error.strerror or "it cannot be read").lower()
        raise denied or RequestInvalid(fault=f"{name} cannot be read: {fault}") from error
    except ValueError as error:  # a NUL in a name
        raise RequestInvalid(fault=f"{name!r} is no name of a file") from error
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise RequestInvalid(fault=f"{name} is text in UTF-16; save it as UTF-8 in your editor")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fault = (
            f"{name} is not UTF-8 text (byte {error.start + 1:,}, line {line:,}); save it as UTF-8 "
            f"in your editor, or convert it with: iconv -f ENCODING -t UTF-8"
        )
        raise RequestInvalid(fault=fault) from error
    text = text.removeprefix(_BYTE_ORDER_MARK)
    check_text(text)
    return text


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
