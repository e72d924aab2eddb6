"""``models`` about text models: what each can do here; and ``models import``."""

import contextlib
import shutil
from pathlib import Path
from typing import Final

import msgspec

from studio.commands.folders import writable_folder
from studio.commands.hosted import Conversation
from studio.commands.lines import TextModelLine, VerifiedLine
from studio.commands.output import Output, Progress
from studio.contract.errors import (
    AtelierError,
    HostUnavailable,
    ModelMissing,
    RequestInvalid,
    SetupFault,
    StorageFull,
    file_error,
)
from studio.contract.manifest import Manifest
from studio.contract.text_models import (
    RECORD_NAME,
    FoundTextModel,
    TextModelRecord,
    encode_record,
    id_of,
)
from studio.contract.texts import FormReport, InspectText, TextModelReport
from studio.host.events import Finished
from studio.host.events import Progress as Advance
from studio.provenance.durable import sync_file, sync_folder
from studio.provenance.files import part_beside, write_file

_CHUNK: Final = 2**20
_ROOM_LEFT: Final = 2**26
"""Bytes that stay free beside an imported model."""


def describe(model: FoundTextModel) -> TextModelLine:
    """All that ``models`` says of a text model."""
    report = None if model.record is None else model.record.report
    manifest = model.manifest
    title = manifest.title.en if manifest is not None else "" if report is None else report.title
    return TextModelLine(
        id=model.id,
        title=title or model.id,
        kind=_kind(model),
        architecture="" if report is None else report.architecture,
        vocabulary=_stated_vocabulary(manifest) if report is None else report.vocabulary,
        context=_stated_context(manifest) if report is None else report.context,
        chat=report is not None and report.chat,
        forms=() if report is None else report.forms,
        cautions=() if report is None else report.cautions,
        quality=_quality(manifest),
        cannot=() if report is None else report.cannot,
        licence=manifest.licence.spdx if manifest is not None else report.licence if report else "",
        path=str(model.path.resolve()),
        bytes=_size(model.path),
    )


def spoken(line: TextModelLine) -> str:
    """The same for people."""
    size = f"{line.bytes / 1e6:.1f} MB"
    lines = [f"{line.id}  {line.title} (text, {line.kind}, {size})"]
    if line.vocabulary:
        context = f"{line.context:,}" if line.context else "an unknown number of"
        chat = "with a template for conversations" if line.chat else "no conversations"
        lines.append(
            f"  reads:   {context} tokens of {line.vocabulary:,} ({line.architecture}), {chat}"
        )
    else:
        lines.append("  reads:   not looked into yet; “models --verify” does")
    lines += [f"  form:    {_spoken_form(form)}" for form in line.forms]
    lines += [f"  quality: {measure}" for measure in line.quality]
    lines += [f"  cannot:  {what}" for what in line.cannot]
    lines += [f"  note:    {what}" for what in line.cautions]
    if line.licence:
        lines.append(f"  licence: {line.licence}")
    lines.append(f"  path:    {line.path}")
    return "\n".join(lines)


def _spoken_form(form: FormReport) -> str:
    parts = [form.name]
    if form.loss is not None:
        parts.append(
            f"{form.reblocked} matrices re-blocked, relative error at most {form.loss:.2g}"
            if form.reblocked
            else "blocks kept without loss"
        )
    if form.divergence is not None:
        agreement = "" if form.agreement is None else f", {form.agreement:.1%} same likeliest token"
        parts.append(
            f"KL {form.divergence:.2g} nats a token over {form.tokens:,} tokens{agreement}"
        )
    return "; ".join(parts)


def inspect(
    path: Path, host: Conversation, progress: Progress, *, measure: bool = True
) -> TextModelReport:
    """Have the host open a model, make its forms ready and say what they lose."""
    request = InspectText(model=str(path), measure=measure)
    for event in host.events(host.client.inspect_text(request)):
        if isinstance(event, Advance):
            progress.update(event.done, event.total, event.stage)
        elif isinstance(event, Finished) and isinstance(event.payload, TextModelReport):
            return event.payload
    raise HostUnavailable(fault="it answered without a report")


def verify(
    model: FoundTextModel, host: Conversation, progress: Progress
) -> tuple[VerifiedLine, TextModelLine]:
    """Open one text model as it will be used; what is wrong with it is its line, never the end.

    Where this release has other forms than the one that imported it they are measured anew.
    """
    line, folder = describe(model), str(model.folder.resolve())

    def verified(ok: bool, message: str) -> VerifiedLine:
        return VerifiedLine(
            id=model.id, folder=folder, verified=ok, largest=0 if ok else -1, tolerance=0,
            message=f"{model.id}: {message}",
        )  # fmt: skip

    known = model.record
    try:
        report = inspect(model.path, host, progress, measure=known is None)
        if (
            known is not None
            and known.report.files == report.files
            and _names(report) != _names(known.report)
        ):
            report = inspect(model.path, host, progress)
            line = describe(_recorded(model, report))
    except (SetupFault, HostUnavailable):
        raise
    except AtelierError as error:
        return verified(False, f"not verified. {error.message}"), line
    if known is not None and known.report.files != report.files:
        return verified(False, "not verified, it is not the file that was imported."), line
    if known is None:
        record = TextModelRecord(file=model.path.name, report=report)
        line = describe(msgspec.structs.replace(model, record=record))
    golden = report.golden
    if golden is not None and golden.fault:
        return verified(False, f"not verified, {golden.fault}."), line
    return verified(True, f"verified, opens and reads ({', '.join(_names(report))})."), line


def _names(report: TextModelReport) -> list[str]:
    return [form.name for form in report.forms]


def _recorded(model: FoundTextModel, report: TextModelReport) -> FoundTextModel:
    """The model with what is known of it now, which is written to its folder."""
    record = TextModelRecord(
        file=model.path.name, report=msgspec.structs.replace(report, model=model.id)
    )
    write_file(model.folder / RECORD_NAME, encode_record(record), if_taken="replace")
    return msgspec.structs.replace(model, record=record)


def check_import(file: Path, name: str | None, models: Path) -> Path:
    """The folder that the model in ``file`` gets; raises what is wrong before any work."""
    if file.is_dir():
        fault = (
            f"{file} is a folder; copy it into {models}, or name it in its place: "
            f"“studio write {file}”"
        )
        raise RequestInvalid(fault=fault)
    if not file.is_file():
        raise ModelMissing(file=file)
    if file.suffix.lower() != ".gguf":
        raise RequestInvalid(fault=f"{file} is no GGUF file; its name would end in .gguf")
    wanted = id_of(file.stem) if name is None else name
    if wanted != id_of(wanted):
        fault = f"{wanted!r} cannot be a model's id; {id_of(wanted)!r} could"
        raise RequestInvalid(fault=fault)
    folder = models / wanted
    if folder.exists():
        fault = f"there is a model {wanted!r} already; choose another with --id"
        raise RequestInvalid(fault=fault)
    writable_folder(models)
    free = shutil.disk_usage(models).free
    if file.stat().st_size + _ROOM_LEFT > free:
        raise StorageFull(file=folder)
    return folder


def import_model(file: Path, folder: Path, host: Conversation, output: Output) -> TextModelLine:
    """Look into a GGUF file, make its forms ready, and copy it to ``folder``.

    The record is written last; an import that was ended leaves no folder.
    """
    with output.progress(file.name) as progress:
        report = inspect(file.resolve(), host, progress)
        target = folder / file.name
        done = False
        try:
            folder.mkdir()
            _copy(file, target, progress)
            record = TextModelRecord(
                file=file.name, report=msgspec.structs.replace(report, model=folder.name)
            )
            write_file(folder / RECORD_NAME, encode_record(record))
            done = True
        except OSError as error:
            raise file_error(error, folder) from error
        finally:
            if not done:
                shutil.rmtree(folder, ignore_errors=True)
    return describe(FoundTextModel(id=folder.name, path=target, folder=folder, record=record))


def _copy(source: Path, target: Path, progress: Progress) -> None:
    """Copy a file so that only a whole one has its name."""
    part = part_beside(target)
    total = source.stat().st_size
    try:
        with source.open("rb") as reading, part.open("xb") as writing:
            done = 0
            while data := reading.read(_CHUNK):
                writing.write(data)
                done += len(data)
                progress.update(done, total, "copying")
            writing.flush()
            sync_file(writing.fileno())
        part.replace(target)
        sync_folder(target.parent)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _stated_vocabulary(manifest: Manifest | None) -> int:
    """Tokens of a model that was trained here, as its manifest has them; 0: it does not say."""
    graphs = () if manifest is None else manifest.graphs.values()
    sizes = [t.shape[-1] for graph in graphs for t in graph.outputs if t.name == "logits"]
    return sizes[0] if sizes and isinstance(sizes[0], int) else 0


def _quality(manifest: Manifest | None) -> tuple[str, ...]:
    """What was measured of a model that was trained here, a sentence's end each."""
    measures = () if manifest is None else manifest.quality
    return tuple(f"{one.name} {one.value:g} ({one.of or 'the whole model'})" for one in measures)


def _stated_context(manifest: Manifest | None) -> int:
    """Tokens that it reads at most."""
    stated = None if manifest is None else manifest.training.config.get("network.context")
    return stated if isinstance(stated, int) else 0


def _kind(model: FoundTextModel) -> str:
    if model.manifest is not None:
        return "trained"
    return "gguf" if model.path.suffix.lower() == ".gguf" else "onnx"


def _size(path: Path) -> int:
    """Bytes of a file, or of the files of a folder and of the folders within."""
    try:
        if path.is_file():
            return path.stat().st_size
        return sum(entry.stat().st_size for entry in path.rglob("*") if entry.is_file())
    except OSError:
        return 0
