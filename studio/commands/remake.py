"""``remake``: make a picture again from the recipe in its own file, and say whether it is the
same: to the byte, or by how much not and why.
"""

import argparse
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from studio.commands import codes
from studio.commands.enlarge import enlarge_again
from studio.commands.hosted import PROVIDERS, Conversation, host_settings
from studio.commands.lines import DoneLine, RemakeLine, Verdict
from studio.commands.lookup import model_of_recipe, resolve_model
from studio.commands.output import Output
from studio.contract.errors import HostUnavailable, RecipeMissing, RequestInvalid
from studio.contract.manifest import Model
from studio.contract.recipe import Enlarged, Fingerprint, Recipe, before_enlarging
from studio.host.events import PictureReady
from studio.host.messages import DeviceReport, GenerateImages
from studio.project.paths import model_roots, places
from studio.provenance.compare import Difference, compare
from studio.provenance.containers import Format
from studio.provenance.files import write_picture
from studio.provenance.pictures import SUFFIXES, StoredPicture, encode_picture, read_picture
from studio.runtime.reports import CPU_PROVIDER

_SUFFIX_FORMATS: dict[str, Format] = {
    **{suffix: file_format for file_format, suffix in SUFFIXES.items()},
    ".jpeg": "jpeg",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line asked for."""

    file: Path
    out: Path | None
    model: str | None
    provider: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remade:
    """The picture that the recipe made this time."""

    pixels: bytes
    width: int
    height: int
    channels: int
    recipe: Recipe

    def enlarged(self, factor: int) -> "Remade":
        """The picture as an enlarged file holds it: each pixel a square of ``factor`` a side."""
        if factor == 1:
            return self
        import numpy as np

        values = np.frombuffer(self.pixels, np.uint8)
        values = values.reshape(self.height, self.width, self.channels)
        return replace(
            self,
            pixels=values.repeat(factor, axis=0).repeat(factor, axis=1).tobytes(),
            width=self.width * factor,
            height=self.height * factor,
        )

    def in_channels(self, channels: int) -> "Remade":
        """The picture as a file without grey holds it: the same value in each channel."""
        if channels == self.channels:
            return self
        import numpy as np

        return replace(
            self,
            pixels=np.frombuffer(self.pixels, np.uint8).repeat(channels).tobytes(),
            channels=channels,
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a PNG, JPEG or WebP made here")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write the remake too (.png, .jpg or .webp)"
    )
    parser.add_argument(
        "--model", metavar="MODEL", help="use this model instead of the one that is found"
    )
    parser.add_argument(
        "--provider", choices=PROVIDERS, default="auto", help="device to ask for (default: best)"
    )


def options_of(arguments: argparse.Namespace) -> Options:
    """Check what can be checked without the file; raises `RequestInvalid`."""
    out: Path | None = arguments.out
    if out is not None and out.suffix.lower() not in _SUFFIX_FORMATS:
        raise RequestInvalid(fault=f"--out must end in {', '.join(_SUFFIX_FORMATS)}")
    if out is not None and os.path.lexists(out):
        raise RequestInvalid(fault=f"{out} is there already; name another file")
    if out is not None and not os.path.isdir(out.absolute().parent):  # noqa: PTH112 - any name
        raise RequestInvalid(fault=f"the folder of {out} is not there")
    return Options(file=arguments.file, out=out, model=arguments.model, provider=arguments.provider)


def run(options: Options, basedir: Path | None, output: Output) -> int:
    """Make the picture again, compare, and say what came out; 0 only if the recipe holds."""
    began = time.monotonic()
    picture = read_picture(options.file)
    if picture.recipe is None:
        raise RecipeMissing(file=options.file)
    recipe = picture.recipe
    if options.model is None:
        model = model_of_recipe(recipe, model_roots(basedir))
    else:
        model = resolve_model(options.model, model_roots(basedir))
    # What was made in single precision is remade in it, also where half is quicker.
    single = recipe.making is not None and recipe.making.precision == "float32"
    settings = host_settings(
        options.provider, places(basedir), precision="float32" if single else "auto"
    )
    with (
        output.progress(model.manifest.title.en),
        Conversation(settings, output.note) as host,
    ):
        remade = remake(before_enlarging(recipe), model, host)
        if isinstance(recipe.enlarged, Enlarged):
            remade = _enlarged_again(remade, recipe.enlarged, model_roots(basedir), host)
        device = host.device
    out = ""
    if options.out is not None:
        out = str(_write(remade, options.out, model))
        output.written += 1
    line, text = report(options.file, picture, remade, model, out)
    output.result(line, text)
    code = codes.FAILED if line.verdict in ("differs", "file_changed") else codes.DONE
    output.result(_done(code, began, output.written, device))
    return code


def remake(recipe: Recipe, model: Model, host: Conversation) -> Remade:
    """Make the picture of ``recipe`` with ``model``, which may be another version of its own."""
    wanted = msgspec.structs.replace(
        recipe, model=model.manifest.id, graphs={}, making=None, pixels_sha256=None
    )
    request = host.client.generate(
        GenerateImages(folder=str(model.folder.resolve()), recipes=(wanted,), batch=1)
    )
    remade: Remade | None = None
    for event in host.events(request):
        if isinstance(event, PictureReady) and not event.preview:
            with event.picture as picture:
                remade = Remade(
                    pixels=picture.copy(),
                    width=picture.width,
                    height=picture.height,
                    channels=picture.channels,
                    recipe=picture.recipe,
                )
    if remade is None:
        raise HostUnavailable(fault="it finished without a picture")
    return remade


def _enlarged_again(
    remade: Remade, enlarged: Enlarged, roots: tuple[Path, ...], host: Conversation
) -> Remade:
    """What the picture becomes when it is enlarged as it was then."""
    size = remade.width, remade.height, remade.channels
    picture = enlarge_again(remade.pixels, size, remade.recipe, enlarged, roots, host)
    return Remade(
        pixels=picture.pixels,
        width=picture.width,
        height=picture.height,
        channels=picture.channels,
        recipe=picture.recipe or remade.recipe,
    )


def report(
    file: Path, picture: StoredPicture, remade: Remade, model: Model, out: str
) -> tuple[RemakeLine, str]:
    """What the comparison says, for programs and for people."""
    recipe = picture.recipe or remade.recipe
    reasons = differences_of_making(recipe, remade.recipe)
    keeps_recipe = recipe.pixels_sha256 in (None, remade.recipe.pixels_sha256)
    # Compared in the wider of the two, so that a tint of a grey picture counts.
    channels = max(picture.channels, remade.channels)
    picture = picture.in_channels(channels)
    remade = remade.enlarged(picture.enlargement).in_channels(channels)
    difference = None
    verdict: Verdict
    if (picture.width, picture.height) == (remade.width, remade.height):
        difference = compare(picture, remade)
    if difference is not None and difference.is_identical:
        verdict, text = "identical", "identical"
        if picture.enlargement > 1:
            text += f" (the file is enlarged {picture.enlargement} times)"
    elif (
        keeps_recipe
        and recipe.pixels_sha256 is not None
        and not picture.lossless
        and difference is not None
        and picture.is_untouched is not False
    ):
        verdict = "identical_to_recipe"
        text = (
            "identical: the recipe remakes its picture exactly; the file itself is lossy "
            f"{picture.format.upper()}, {_amount(difference, picture, remade)}"
        )
    elif keeps_recipe and recipe.pixels_sha256 is not None:
        verdict = "file_changed"
        text = (
            "differs: the recipe remakes its picture exactly, but the file was changed after it "
            f"was written, {_amount(difference, picture, remade)}"
        )
    else:
        verdict = "differs"
        why = "; ".join(reasons) or (
            "nothing that is known to matter differs, so the recipe or the file was changed"
        )
        text = f"differs: {_amount(difference, picture, remade)}\nwhy: {why}"
    if verdict.startswith("identical") and reasons:
        text += f"\nalthough {'; '.join(reasons)}"
    pixels = picture.width * picture.height
    line = RemakeLine(
        file=str(file.absolute()),
        verdict=verdict,
        pixels_differing=difference.pixels_differing if difference is not None else pixels,
        pixels=pixels,
        largest=difference.largest if difference is not None else -1,
        mean=difference.mean if difference is not None else -1.0,
        reasons=reasons,
        model=model.manifest.id,
        folder=str(model.folder.resolve()),
        out=out,
    )
    return line, text


def differences_of_making(then: Recipe, now: Recipe) -> tuple[str, ...]:
    """What is known to differ between two makings of one recipe, in words."""
    reasons = []
    if then.model != now.model:
        reasons.append(f"it was made by the model {then.model!r}, this is {now.model!r}")
    elif then.graphs != now.graphs:
        reasons.append(f"another version of the model {now.model!r} is here than the one it was "
                       "made by")  # fmt: skip
    reasons += _making_differences(then.making, now.making, "made")
    if isinstance(then.enlarged, Enlarged) and isinstance(now.enlarged, Enlarged):
        before, after = then.enlarged, now.enlarged
        if before.graphs != after.graphs:
            reasons.append(f"another version of the model {after.model!r} is here than the one it "
                           "was enlarged by")  # fmt: skip
        if before.source_sha256 not in ("", after.source_sha256):
            reasons.append("the picture differed before it was enlarged")
        reasons += _making_differences(before.making, after.making, "enlarged")
    return tuple(dict.fromkeys(reasons))


def _making_differences(
    before: Fingerprint | None, after: Fingerprint | None, done: str
) -> tuple[str, ...]:
    """How two fingerprints differ; ``done`` is what was done under them."""
    if before is None or after is None:
        return ()
    reasons = []
    for name, what in _FINGERPRINT_WORDS.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            reasons.append(f"it was {done} {what} {old}, now {new}")
    if before.provider == after.provider != CPU_PROVIDER and before.device != after.device:
        reasons.append(f"it was {done} on {before.device}, now {after.device}")
    return (*reasons, *_flag_differences(before, after, done))


_FINGERPRINT_WORDS = {
    "onnxruntime": "with onnxruntime",
    "provider": "on the provider",
    "precision": "in",
    "optimisation": "with the graph optimisation",
}


def _flag_differences(before: Fingerprint, after: Fingerprint, done: str) -> tuple[str, ...]:
    """Instruction sets in words; the processor's name matters only where these differ."""
    old, new = set(before.cpu_flags.split()), set(after.cpu_flags.split())
    if old == new:
        return ()
    parts = []
    if old - new:
        parts.append(f"this processor lacks {' '.join(sorted(old - new))}")
    if new - old:
        parts.append(f"the other lacked {' '.join(sorted(new - old))}")
    named = f" ({before.device})" if before.provider == CPU_PROVIDER else ""
    return (f"it was {done} on another processor{named}: {', '.join(parts)}",)


def _amount(difference: Difference | None, picture: StoredPicture, remade: Remade) -> str:
    if difference is None:
        return (
            f"its size is {picture.width}x{picture.height} and the remake's "
            f"{remade.width}x{remade.height}"
        )
    return (
        f"{difference.pixels_differing:,} of {difference.total:,} pixels differ "
        f"({100 * difference.share:.3g} %), by at most {difference.largest} of 255, "
        f"{difference.mean:.3g} on average"
    )


def _write(remade: Remade, out: Path, model: Model) -> Path:
    licence = model.manifest.licence
    data = encode_picture(
        remade.pixels,
        remade.width,
        remade.height,
        remade.channels,
        remade.recipe,
        file_format=_SUFFIX_FORMATS[out.suffix.lower()],
        model_title=model.manifest.title.en,
        credit=licence.credit,
        rights=licence.sentence.en,
    )
    return write_picture(out.absolute(), data)


def _done(code: int, began: float, written: int, device: DeviceReport | None) -> DoneLine:
    return DoneLine(
        exit_code=code,
        seconds=time.monotonic() - began,
        written=written,
        provider=device.provider if device is not None else "",
        reason=device.reason if device is not None else "",
    )
