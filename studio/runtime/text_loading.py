"""Loads one text graph, on the card or where that cannot be on the processor."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import onnxruntime

from studio.contract.errors import (
    Cancelled,
    GraphInvalid,
    MemoryExhausted,
    TextModelUnsupported,
)
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import Device, cpu_instead, device_in_use
from studio.runtime.faults import load_error
from studio.runtime.graph_files import check_graph_files
from studio.runtime.sessions import NO_ROOM_REASON, refused_reason, session_options
from studio.runtime.signatures import GraphSignature, session_signature
from studio.runtime.text_layout import LayoutUnknown, NamedTensors, TextLayout, plan_layout
from studio.runtime.text_pages import RowPages

PACKING: Final = ("session.prepack.enable_parallel", "1")
"""Entry of the session options by which weights are packed by all threads: a fifth of loading."""


@dataclass(slots=True, kw_only=True)
class LoadedText:
    """One graph, ready to run."""

    session: onnxruntime.InferenceSession
    binding: onnxruntime.IOBinding
    layout: TextLayout
    path: Path
    device: Device
    pages: RowPages
    """Of its file, to be given back as tokens are read."""
    generation: int = -1
    """Of the buffers that are bound: how often any had moved."""
    bound_for: int = 0
    """Tokens up to which nothing of the past need be bound again."""


def text_layout(path: Path, signature: GraphSignature, named: NamedTensors) -> TextLayout:
    """The layout of the graph in ``path``; raises `TextModelUnsupported` where it has none."""
    try:
        return plan_layout(signature, named)
    except LayoutUnknown as error:
        raise TextModelUnsupported(file=path, fault=str(error)) from error


def load_text(
    path: Path,
    named: NamedTensors,
    signature: GraphSignature,
    device: Device,
    threads: int,
    settings: Mapping[str, str],
    token: CancelToken,
) -> LoadedText:
    """The graph in ``path``, whose ``signature`` was read from the file.

    Raises `GraphInvalid`, `ModelMissing`, `TextModelUnsupported`, `MemoryExhausted`, or
    `Cancelled` by the token.
    """
    check_graph_files(path)
    token.check()
    try:
        session = _session(path, device, threads, settings, token)
    except (GraphInvalid, MemoryExhausted) as error:
        if device.is_cpu:
            raise
        no_room = isinstance(error, MemoryExhausted)
        device = cpu_instead(device, NO_ROOM_REASON if no_room else refused_reason(error))
        session = _session(path, device, threads, settings, token)
    inputs, outputs = session_signature(session)
    layout = text_layout(
        path, GraphSignature(inputs=inputs, outputs=outputs, in_place=signature.in_place), named
    )
    return LoadedText(
        session=session,
        binding=session.io_binding(),
        layout=layout,
        path=path,
        pages=RowPages(session, path),
        device=device_in_use(device, session.get_providers()[0]),
    )


def _session(
    path: Path, device: Device, threads: int, settings: Mapping[str, str], token: CancelToken
) -> onnxruntime.InferenceSession:
    options = session_options(threads)
    # Kept for the next run it would be what a prompt needs for ever; no run is slower without it.
    options.enable_cpu_mem_arena = False
    options.add_session_config_entry(*PACKING)
    for name, value in settings.items():
        options.add_session_config_entry(name, value)
    with token.stopping(lambda: options.set_load_cancellation_flag(True)):
        try:
            return onnxruntime.InferenceSession(
                os.fspath(path), options, providers=device.providers(), enable_fallback=0
            )
        except Exception as error:
            if token.cancelled:
                raise Cancelled from error
            raise load_error(error, path) from error
