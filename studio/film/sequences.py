"""Films as a folder of PNG files, numbered, with the film beside them in a file of its own."""

import io
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from studio.contract.errors import PictureError
from studio.film.source import FilmSource, Frame
from studio.film.tags import SIDECAR, FilmFacts
from studio.provenance.containers import XMP_KEYWORD
from studio.provenance.durable import sync_file, sync_folder

_DIGITS: Final = 6


def name_of(index: int) -> str:
    """The name of picture ``index``: in the order of names they are in that of time."""
    return f"frame-{index:0{_DIGITS}}.png"


def write_sequence(source: FilmSource, folder: Path, facts: FilmFacts | None) -> None:
    """Write each picture of ``source`` into ``folder``, which must not be there."""
    folder.mkdir()
    origin = b"" if facts is None else msgspec.structs.replace(facts, film="").packet()
    for index, frame in enumerate(source):
        data = _png(source.enlarged(frame), origin)
        (folder / name_of(index)).write_bytes(data)
    if facts is not None and facts.film:
        (folder / SIDECAR).write_text(facts.film, encoding="utf-8")
    for file in folder.iterdir():
        with file.open("r+b") as stream:
            sync_file(stream.fileno())
    sync_folder(folder)


def _png(frame: Frame, packet: bytes) -> bytes:
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    if packet:
        texts.add_itxt(XMP_KEYWORD, packet.decode())
    data = io.BytesIO()
    array = frame[:, :, 0] if frame.shape[2] == 1 else frame
    Image.fromarray(array).save(data, "PNG", pnginfo=texts)
    return data.getvalue()


def check_sequence(source: FilmSource, folder: Path) -> float:
    """Read every file again; returns 0. Raises `PictureError` where one is not as it was given."""
    from PIL import Image

    modes = {1: "L", 3: "RGB", 4: "RGBA"}
    for index in range(len(source)):
        with Image.open(folder / name_of(index)) as picture:
            shown = np.asarray(picture.convert(modes[source.shape.channels]))
        shown = shown.reshape(*shown.shape[:2], -1)
        given = source.large(index)
        if not np.array_equal(shown, given):
            fault = f"its picture {index} is not what was written"
            raise PictureError(file=source.name, fault=fault)
        source.tell(index + 1, "checking")
    return 0.0
