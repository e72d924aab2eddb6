"""``generate``: pictures from a model into a folder, each with its recipe, without a window."""

import argparse
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from studio.commands import codes
from studio.commands.folders import writable_folder
from studio.commands.hosted import PROVIDERS, Conversation, host_settings
from studio.commands.lines import DoneLine, PictureLine
from studio.commands.lookup import resolve_model
from studio.commands.output import Output, Progress
from studio.commands.plan import MAXIMUM_COUNT, MIXED, Options, plan
from studio.commands.styling import blend_wish, mix_wish, trait_wish
from studio.contract.errors import AtelierError, RequestInvalid
from studio.contract.manifest import Manifest, Model
from studio.contract.recipe import Recipe, identity
from studio.host.events import Picture, PictureReady
from studio.host.messages import GenerateImages
from studio.images.traits import TraitShelf, trait_key
from studio.project.paths import model_roots, places
from studio.provenance.containers import Format
from studio.provenance.files import sweep_leftovers, write_picture
from studio.provenance.pictures import SUFFIXES, encode_picture

MAXIMUM_ENLARGEMENT = 64

_SLICE = 64
"""Pictures in one request; two are under way at once, so that the host never waits."""

_TEXT_BYTES = 8_192
"""About what texts add to a file, besides twice the latent."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help="a model's id, or its folder")
    parser.add_argument("--seed", type=int, default=0, help="number of the first picture")
    parser.add_argument("--count", type=int, default=1, help="how many; each has the next number")
    parser.add_argument(
        "--class", dest="kind", metavar="NAME",
        help=f"the kind, by its value or label in either language, or “{MIXED}”: each in turn",
    )  # fmt: skip
    parser.add_argument(
        "--blend", metavar="NAME=SHARE,...",
        help="several kinds at once; the shares together are 1, as in “Clay=0.7,Moods=0.3”",
    )  # fmt: skip
    parser.add_argument(
        "--specimen", action="store_true",
        help="every kind at each position: of letters, whole alphabets",
    )  # fmt: skip
    parser.add_argument("--truncation", type=float, help="typical (low) to strange (high)")
    parser.add_argument("--noise", type=float, help="how strong the fine detail by chance is")
    parser.add_argument("--noise-seed", type=int, help="draws that detail (default: the number)")
    parser.add_argument(
        "--trait", dest="traits", action="append", default=[], metavar="NAME=AMOUNT[@ZONE]",
        help="more of a trait, or less, in sigmas; in one zone alone; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--mix", dest="mixes", action="append", default=[], metavar="ZONE[:SHARE]=PICTURE",
        help="a zone (form, texture, colour) from a picture made here; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--control", dest="controls", action="append", default=[], metavar="NAME=VALUE",
        help="any other control of the model; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--like", type=Path, metavar="FILE",
        help="a picture made here: keep its position and controls instead of drawing a new one",
    )  # fmt: skip
    parser.add_argument(
        "--strength", type=float, metavar="S",
        help="with --like: how far from it, 0 (the same) to 1 (unrelated)",
    )  # fmt: skip
    parser.add_argument(
        "--format", choices=list(SUFFIXES), default="png", help="of the files (default png)"
    )
    parser.add_argument(
        "--quality", type=int, default=95, help="of JPEG and WebP, 1 to 100 (default 95)"
    )
    parser.add_argument("--lossless", action="store_true", help="WebP that keeps every pixel")
    parser.add_argument(
        "--enlarge", type=int, default=1, metavar="N",
        help="make each pixel a square of N pixels a side; the recipe stays the picture's own",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write")
    parser.add_argument(
        "--if-taken", choices=("number", "refuse", "replace"), default="number",
        help="when a name is taken: append a number (default), refuse, or replace the file",
    )  # fmt: skip
    parser.add_argument("--batch", type=int, default=16, help="pictures made at once at most")
    parser.add_argument(
        "--provider", choices=PROVIDERS, default="auto", help="device to ask for (default: best)"
    )


def options_of(arguments: argparse.Namespace) -> Options:
    """Check what can be checked without a model; raises `RequestInvalid`."""
    controls = []
    for text in arguments.controls:
        name, separator, value = text.partition("=")
        if not separator:
            raise RequestInvalid(fault=f"--control wants NAME=VALUE, not {text!r}")
        controls.append((name.strip(), value.strip()))
    if not 1 <= arguments.count <= MAXIMUM_COUNT:
        raise RequestInvalid(fault=f"--count must lie between 1 and {MAXIMUM_COUNT:,}")
    if not 0 <= arguments.seed <= 2**63 - arguments.count:
        raise RequestInvalid(fault="--seed must lie between 0 and 2^63 - 1, for every picture")
    if not 1 <= arguments.quality <= 100:
        raise RequestInvalid(fault="--quality must lie between 1 and 100")
    if not 1 <= arguments.enlarge <= MAXIMUM_ENLARGEMENT:
        fault = f"--enlarge must lie between 1 and {MAXIMUM_ENLARGEMENT}"
        raise RequestInvalid(fault=fault)
    if arguments.batch < 1:
        raise RequestInvalid(fault="--batch must be at least 1")
    if arguments.strength is not None and arguments.like is None:
        raise RequestInvalid(fault="--strength needs --like FILE")
    if arguments.strength is not None and not 0 <= arguments.strength <= 1:
        raise RequestInvalid(fault="--strength must lie between 0 and 1")
    if arguments.lossless and arguments.format != "webp":
        raise RequestInvalid(fault="--lossless is for --format webp; PNG always is, JPEG never")
    if sum((arguments.kind is not None, arguments.blend is not None, arguments.specimen)) > 1:
        raise RequestInvalid(fault="--class, --blend and --specimen exclude each other")
    if arguments.noise_seed is not None and not 0 <= arguments.noise_seed < 2**63:
        raise RequestInvalid(fault="--noise-seed must lie between 0 and 2^63 - 1")
    return Options(
        model=arguments.model,
        seed=arguments.seed,
        count=arguments.count,
        kind=arguments.kind,
        blend=None if arguments.blend is None else blend_wish(arguments.blend),
        specimen=arguments.specimen,
        truncation=arguments.truncation,
        noise=arguments.noise,
        noise_seed=arguments.noise_seed,
        traits=tuple(map(trait_wish, arguments.traits)),
        mixes=tuple(map(mix_wish, arguments.mixes)),
        controls=tuple(controls),
        like=arguments.like,
        strength=arguments.strength,
        format=arguments.format,
        quality=arguments.quality,
        lossless=arguments.lossless,
        enlarge=arguments.enlarge,
        out=arguments.out,
        if_taken=arguments.if_taken,
        batch=arguments.batch,
        provider=arguments.provider,
    )


def run(options: Options, basedir: Path | None, output: Output) -> int:
    """Make and write the pictures; every fault that can be foreseen is found before work starts.

    Raises `AtelierError`, and `KeyboardInterrupt` after Ctrl-C; what was written by then stays.
    """
    began = time.monotonic()
    model = resolve_model(options.model, model_roots(basedir))
    where = places(basedir)
    recipes = plan(options, model, TraitShelf(where, trait_key(model), model=model))
    folder = ready_folder(options, model.manifest, len(recipes), styling_bytes(recipes))
    settings = host_settings(options.provider, where)
    try:
        with (
            output.progress(model.manifest.title.en) as progress,
            Conversation(settings, output.note) as host,
        ):
            for index, picture in _pictures(host, model, recipes, options.batch, progress):
                with picture:
                    line = _write(picture, index, folder, options, model.manifest)
                output.written += 1
                output.result(line, line.path)
            device = host.device
    except (AtelierError, KeyboardInterrupt):
        output.note(f"{output.written} of {len(recipes)} pictures were written to {folder}.")
        raise
    done = DoneLine(
        exit_code=codes.DONE,
        seconds=time.monotonic() - began,
        written=output.written,
        provider=device.provider if device is not None else "",
        reason=device.reason if device is not None else "",
    )
    output.result(done)
    noun = "picture" if done.written == 1 else "pictures"
    output.note(f"{done.written} {noun} in {folder} ({done.seconds:.1f} s, {done.provider})")
    return codes.DONE


def ready_folder(options: Options, manifest: Manifest, count: int, extra: int = 0) -> Path:
    """The folder to write to, made if need be, proved writable and with room for everything.

    ``count`` pictures are to be written, of ``extra`` bytes besides what each takes anyway.
    Raises `StorageDenied`, `StorageFull` or `RequestInvalid`, before any work has started.
    """
    folder = writable_folder(options.out)
    free = shutil.disk_usage(folder).free
    each = bytes_per_picture(manifest, options.enlarge) + extra
    if count * each > free:
        fault = (
            f"{count:,} pictures may take {count * each / 1e6:,.1f} MB, and {folder} has "
            f"{free / 1e6:,.1f} MB left; {free // each:,} would fit"
        )
        raise RequestInvalid(fault=fault)
    sweep_leftovers(folder)
    return folder


def bytes_per_picture(manifest: Manifest, enlarge: int = 1) -> int:
    """The most that one picture may take: pixels that do not compress, and two recipes."""
    width, height = (side * enlarge for side in manifest.picture_size or (0, 0))
    pixels = (width * (manifest.channels or 3) + 1) * height
    latent = 4 * manifest.latent.dimension if manifest.latent is not None else 0
    return pixels + pixels // 100 + 2 * (4 * latent // 3) + _TEXT_BYTES


def styling_bytes(recipes: Sequence[Recipe]) -> int:
    """The most that what is done to a position may add to one file, which holds it twice."""
    styling = recipes[0].styling
    return 0 if isinstance(styling, msgspec.UnsetType) else 2 * len(msgspec.json.encode(styling))


def _pictures(
    host: Conversation, model: Model, recipes: Sequence[Recipe], batch: int, progress: Progress
) -> Iterator[tuple[int, Picture]]:
    """Every picture as it is made, with its index; it must be released by the caller."""
    slices = [
        GenerateImages(
            folder=str(model.folder.resolve()),
            recipes=tuple(recipes[start : start + _SLICE]),
            batch=batch,
        )
        for start in range(0, len(recipes), _SLICE)
    ]
    requests = [host.client.generate(request) for request in slices[:1]]
    for number, _ in enumerate(slices):
        if number + 1 < len(slices):
            requests.append(host.client.generate(slices[number + 1]))
        for event in host.events(requests[number]):
            if isinstance(event, PictureReady) and not event.preview:
                index = number * _SLICE + event.index
                progress.update(index + 1, len(recipes), "making")
                yield index, event.picture


def _write(
    picture: Picture, index: int, folder: Path, options: Options, manifest: Manifest
) -> PictureLine:
    recipe = picture.recipe
    control = manifest.control("class")
    kind = "" if control is None else str(recipe.controls.get(control.name, control.default))
    data = encode_picture(
        picture.pixels,
        picture.width,
        picture.height,
        picture.channels,
        recipe,
        file_format=options.format,
        quality=options.quality,
        lossless=options.lossless,
        enlargement=options.enlarge,
        model_title=manifest.title.en,
        credit=manifest.licence.credit,
        rights=manifest.licence.sentence.en,
    )
    name = file_name(manifest.id, kind, recipe.seed, options.format)
    path = write_picture(folder / name, data, if_taken=options.if_taken)
    return PictureLine(
        path=str(path),
        index=index,
        seed=recipe.seed,
        kind=kind,
        width=picture.width,
        height=picture.height,
        pixels_sha256=recipe.pixels_sha256 or "",
        identity=identity(recipe),
    )


def file_name(model: str, kind: str, seed: int, file_format: Format) -> str:
    """``<model>-<class>-<seed>.png``, with what names of files cannot hold left out."""
    plain = re.sub(r"[^\w.+-]+", "_", kind).strip("._")[:60]
    parts = [model, plain, str(seed)] if plain else [model, str(seed)]
    return "-".join(parts) + SUFFIXES[file_format]
