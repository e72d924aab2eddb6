"""Enlarges the picture of a file into another file, which is checked before it gets its name."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from studio.contract.arrays import pixels_sha256
from studio.contract.enlarging import (
    SMALLEST_TILE,
    EnlargePicture,
    EnlargeReport,
    Note,
    check_enlarging,
    factors,
    passes,
)
from studio.contract.errors import PictureError, RequestInvalid
from studio.contract.manifest import Enlarging, Model, read_model
from studio.contract.recipe import Enlarged, Recipe, needed_schema
from studio.images.engine.precision import settle_precision
from studio.images.engine.tiling import Pixels, nearest
from studio.images.engine.upscaler import UPSCALER, Advance, Upscaler, check_upscaler
from studio.provenance.containers import Format
from studio.provenance.files import write_picture
from studio.provenance.pictures import SUFFIXES, encode_picture
from studio.provenance.sources import SourcePicture, check_encodable, encode_source, read_source
from studio.runtime.cancel import CancelToken
from studio.runtime.sessions import SessionCache


def enlarge_picture(
    request: EnlargePicture,
    sessions: SessionCache,
    token: CancelToken,
    *,
    memory: int,
    advance: Advance,
) -> EnlargeReport:
    """Enlarge one file into another, which is checked before it gets its name.

    ``memory`` is what there is to work in, in bytes; what does not fit is refused before the
    work begins. Raises `RequestInvalid`, `PictureError`, `ModelError`, `MemoryExhausted`,
    `StorageFull` or `StorageDenied`, and `Cancelled` by the token.
    """
    target = Path(request.target)
    file_format = format_of(target)
    _check_place(target, request)
    advance("reading", 0, 1)
    model = read_model(Path(request.folder)) if request.method == "model" else None
    enlarging = None if model is None else check_upscaler(model)
    source = read_source(Path(request.source))
    token.check()
    part = _part(request, source)
    tile = check_enlarging(*part[2:], source.channels, request.factor, enlarging, memory)
    factor = request.factor
    check_encodable(part[2] * factor, part[3] * factor, source.channels, file_format, target)
    if request.tile:
        tile = min(tile, max(request.tile, SMALLEST_TILE))
    made = _enlarged(request, source, part, model, sessions, token, tile=tile, advance=advance)
    notes = [*source.notes, *made.notes]
    recipe, profile, channels = None, source.profile, source.channels
    if source.recipe is not None and request.part is None:
        if profile:  # somebody gave it one; a picture that is written with its recipe has none
            notes.append("changed")
        else:
            recipe = enlarged_recipe(source.recipe, made.enlarged, made.pixels, enlarging)
            notes += ["enlarged_before"] if recipe is None else []
    del source  # what is written is twice read and copied: make room
    token.check()
    advance("writing", 0, 1)
    data = _encoded(request, made.pixels, recipe, profile, file_format)
    height, width = made.pixels.shape[:2]
    made.forget_pixels()
    token.check()
    file = write_picture(target, data, if_taken=request.if_taken)
    return EnlargeReport(
        file=str(file),
        width=width,
        height=height,
        channels=channels,
        enlarged=recipe.enlarged if recipe is not None and recipe.enlarged else made.enlarged,
        has_recipe=recipe is not None,
        has_profile=bool(profile),
        seconds=made.seconds,
        notes=tuple(notes),
        reason=made.reason,
    )


@dataclass(slots=True, kw_only=True)
class _Made:
    """What became of the pixels, and how."""

    pixels: Pixels
    enlarged: Enlarged
    notes: Sequence[Note]
    reason: str
    seconds: float

    def forget_pixels(self) -> None:
        """Give their memory back once they are encoded."""
        self.pixels = self.pixels[:0, :0].copy()


def _enlarged(
    request: EnlargePicture,
    source: SourcePicture,
    part: tuple[int, int, int, int],
    model: Model | None,
    sessions: SessionCache,
    token: CancelToken,
    *,
    tile: int,
    advance: Advance,
) -> _Made:
    """The part of the picture, enlarged by the model, or (None) by squares."""
    shape = (source.height, source.width, source.channels)
    pixels = np.frombuffer(source.pixels, np.uint8).reshape(shape)
    enlarged = Enlarged(
        method=request.method, factor=request.factor, source_sha256=pixels_sha256(pixels)
    )
    began = time.perf_counter()
    if model is None:
        advance("enlarging", 0, 1)
        left, top, width, height = part
        made = nearest(pixels[top : top + height, left : left + width], request.factor)
        seconds = time.perf_counter() - began
        return _Made(pixels=made, enlarged=enlarged, notes=(), reason="", seconds=seconds)
    if not sessions.is_loaded(model, UPSCALER):
        advance("loading", 0, 1)
    settle_precision(model, sessions, token)
    upscaler = Upscaler(model, sessions, token, tile=tile)
    made = upscaler.enlarge(pixels, request.factor, token, advance, part)
    enlarged = msgspec.structs.replace(
        enlarged,
        model=model.manifest.id,
        graphs=model.graph_hashes(),
        tile=upscaler.tile,
        making=upscaler.fingerprint,
    )
    return _Made(
        pixels=made,
        enlarged=enlarged,
        notes=upscaler.notes,
        reason=upscaler.reason,
        seconds=time.perf_counter() - began,
    )


def _check_place(target: Path, request: EnlargePicture) -> None:
    """Raise what writing would raise in the end, where it can be known before the work."""
    if not target.parent.is_dir():
        raise PictureError(file=target, fault="its folder is not there")
    if request.if_taken == "refuse" and os.path.lexists(target):
        fault = "a file of that name is there already; choose another name"
        raise PictureError(file=target, fault=fault)


def format_of(target: Path) -> Format:
    """The format that a file's ending asks for; raises `RequestInvalid`."""
    endings = {suffix: name for name, suffix in SUFFIXES.items()} | {".jpeg": "jpeg"}
    known: Format | None = endings.get(target.suffix.lower())
    if known is None:
        listed = ", ".join(sorted(endings))
        raise RequestInvalid(fault=f"{target.name!r} ends in none of {listed}")
    return known


def _part(request: EnlargePicture, source: SourcePicture) -> tuple[int, int, int, int]:
    """The part that is wanted; raises `RequestInvalid` if it does not lie in the picture."""
    if request.part is None:
        return 0, 0, source.width, source.height
    left, top, width, height = request.part
    inside = 0 <= left < left + width <= source.width and 0 <= top < top + height <= source.height
    if not inside or width < 1 or height < 1:
        fault = f"the part {request.part} does not lie in {source.width}x{source.height} pixels"
        raise RequestInvalid(fault=fault)
    return left, top, width, height


def enlarged_recipe(
    recipe: Recipe, enlarged: Enlarged, made: Pixels, model: Enlarging | None
) -> Recipe | None:
    """The recipe of the enlarged picture; None where no recipe can say what was done.

    Enlarging what was enlarged before is one enlarging by both factors, where it was done in the
    same way and both runs are those that the larger factor takes too.
    """
    before = recipe.enlarged
    if isinstance(before, Enlarged):
        same = (before.method, before.model, before.graphs) == (
            enlarged.method, enlarged.model, enlarged.graphs,
        )  # fmt: skip
        factor = before.factor * enlarged.factor
        runs = (before.factor, enlarged.factor)
        if not same or factor not in factors(model) or (model and passes(factor, model) != runs):
            return None
        enlarged = msgspec.structs.replace(
            enlarged, factor=factor, source_sha256=before.source_sha256
        )
    height, width = made.shape[:2]
    whole = msgspec.structs.replace(
        recipe, enlarged=enlarged, width=width, height=height, pixels_sha256=pixels_sha256(made)
    )
    return msgspec.structs.replace(whole, schema=needed_schema(whole))


def _encoded(
    request: EnlargePicture,
    made: Pixels,
    recipe: Recipe | None,
    profile: bytes,
    file_format: Format,
) -> bytes:
    height, width, channels = made.shape
    pixels = made.reshape(-1).data
    if recipe is None or channels in (2, 4) or profile:
        return encode_source(
            pixels, width, height, channels, profile=profile, file_format=file_format,
            quality=request.quality, lossless=request.lossless,
        )  # fmt: skip
    return encode_picture(
        pixels, width, height, channels, recipe, file_format=file_format, quality=request.quality,
        lossless=request.lossless, model_title=request.title, credit=request.credit,
        rights=request.rights,
    )  # fmt: skip
