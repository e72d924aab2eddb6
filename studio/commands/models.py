"""``models``: what can be used here, on what terms, and whether it works as it did where it was
trained.
"""

import argparse
import time
from pathlib import Path

from studio.commands import codes
from studio.commands.hosted import Conversation, host_settings
from studio.commands.lines import BrokenModelLine, DoneLine, Kind, ModelLine, Setting, VerifiedLine
from studio.commands.output import Output
from studio.contract.errors import AtelierError, HostUnavailable, SetupFault
from studio.contract.manifest import BrokenModel, Model, find_models
from studio.host.messages import GoldenReport
from studio.project.paths import model_roots, places


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--verify", action="store_true",
        help="replay each model's golden sample; exit code 1 if one differs or is broken",
    )  # fmt: skip


def run(basedir: Path | None, output: Output, *, verify: bool) -> int:
    """List the models; with ``verify`` also replay their golden samples through the host."""
    began = time.monotonic()
    roots = model_roots(basedir)
    found = find_models(roots)
    sound = [model for model in found if isinstance(model, Model)]
    for model in found:
        if isinstance(model, Model):
            line = describe(model)
            output.result(line, _text(line))
        else:
            output.result(_broken(model), f"{model.folder.name}\n  broken:  {model.error.message}")
    if not found:
        output.note(f"There are no models in {' or '.join(map(str, roots))}.")
    code = codes.DONE
    if verify:
        settings = host_settings("auto", places(basedir))
        with (
            output.progress("verifying") as progress,
            Conversation(settings, output.note) as host,
        ):
            for number, model in enumerate(sound):
                progress.update(number, len(sound), model.manifest.id)
                line_of_one = _verify(model, host)
                output.result(line_of_one, line_of_one.message)
                code = code if line_of_one.verified else codes.FAILED
        if len(sound) < len(found):
            code = codes.FAILED
    output.result(DoneLine(exit_code=code, seconds=time.monotonic() - began))
    return code


def describe(model: Model) -> ModelLine:
    """All that ``models`` says of one model."""
    manifest = model.manifest
    width, height = manifest.picture_size or (0, 0)
    return ModelLine(
        id=manifest.id,
        title_en=manifest.title.en,
        title_zh=manifest.title.zh,
        kind=manifest.kind,
        version=manifest.version,
        width=width,
        height=height,
        channels=manifest.channels or 0,
        classes=tuple(
            Kind(value=choice.value, en=choice.label.en, zh=choice.label.zh)
            for choice in manifest.classes()
        ),
        zones=() if manifest.styles is None else manifest.styles.zones(),
        specimen=manifest.specimen,
        controls=tuple(
            Setting(
                name=control.name,
                type=control.type,
                default=control.default,
                minimum=control.minimum,
                maximum=control.maximum,
            )
            for control in manifest.controls
        ),
        licence=manifest.licence.spdx,
        licence_sentence=manifest.licence.sentence.en,
        credit=manifest.licence.credit,
        folder=str(model.folder.resolve()),
        bytes=_folder_size(model.folder),
    )


def _text(line: ModelLine) -> str:
    colour = {1: "grey", 3: "colour"}.get(line.channels, "")
    size = f"{line.width}x{line.height} {colour}, " if line.width else ""
    lines = [
        f"{line.id}  {line.title_en} ({line.kind} {line.version}, {size}{line.bytes / 1e6:.1f} MB)"
    ]
    if line.classes:
        lines.append(f"  classes: {', '.join(kind.value for kind in line.classes)}")
    if line.specimen:
        lines.append("  specimen: all classes at one position belong together")
    if line.zones:
        lines.append(f"  zones:   {', '.join(line.zones)}")
    ranges = [
        f"{setting.name} {setting.minimum:g} to {setting.maximum:g} ({setting.default:g})"
        for setting in line.controls
        if setting.minimum is not None
        and setting.maximum is not None
        and not isinstance(setting.default, str)
    ]
    if ranges:
        lines.append(f"  ranges:  {', '.join(ranges)}")
    lines.append(f"  licence: {line.licence}. {line.licence_sentence}")
    lines.append(f"  credit:  {line.credit}")
    lines.append(f"  folder:  {line.folder}")
    return "\n".join(lines)


def _broken(model: BrokenModel) -> BrokenModelLine:
    return BrokenModelLine(
        folder=str(model.folder.resolve()), code=model.error.code, message=model.error.message
    )


def _verify(model: Model, host: Conversation) -> VerifiedLine:
    """Replay one golden sample; what is wrong with the model is its line, never the end."""
    name, folder = model.manifest.id, str(model.folder.resolve())
    tolerance = model.manifest.golden.tolerance
    try:
        finished = host.finish(host.client.replay_golden(model.folder))
    except (SetupFault, HostUnavailable):
        raise
    except AtelierError as error:
        return VerifiedLine(
            id=name, folder=folder, verified=False, largest=-1, tolerance=tolerance,
            message=f"{name}: not verified. {error.message}",
        )  # fmt: skip
    report = finished.payload
    if not isinstance(report, GoldenReport):
        raise HostUnavailable(fault="it answered without a report")
    if report.ok:
        differs = "identical" if report.identical else f"within {report.largest} of 255"
        message = f"{name}: verified, {differs}."
    else:
        message = f"{name}: not verified, {report.fault}."
    return VerifiedLine(
        id=name, folder=folder, verified=report.ok, largest=report.largest,
        tolerance=report.tolerance, message=message,
    )  # fmt: skip


def _folder_size(folder: Path) -> int:
    """Bytes of the files in a model folder (there are no folders within)."""
    try:
        return sum(entry.stat().st_size for entry in folder.iterdir() if entry.is_file())
    except OSError:
        return 0
