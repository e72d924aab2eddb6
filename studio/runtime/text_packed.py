"""Graphs whose weights lie packed for one processor and one onnxruntime, known again or refused.

What was folded into packed weights is nowhere else in such a graph: where onnxruntime packs in
another way it does not find its own and computes without it. So the folders of such graphs are
named by the machine, and each graph carries a few of its own logits, which are computed again
when it is opened.
"""

import hashlib
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from studio.contract.errors import GraphInvalid

PROBE_KEY: Final = "atelier.probe"
"""Of a graph's own metadata, where its probe stands."""

PROBE_TOKEN: Final = 1
PROBED: Final = 16
"""Logits that are compared: the largest and what lies evenly among the rest."""

_NEAR: Final = 0.02
"""Share of the largest logit by which they may differ; without what was folded in, none is near."""

Logits = NDArray[np.float32]


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """Logits that a graph gave for one token when it was packed."""

    token: int
    places: tuple[int, ...]
    values: tuple[float, ...]

    def agrees(self, logits: Logits) -> bool:
        """Whether logits (1, vocabulary) are the same but for the noise of sums."""
        if max(self.places) >= logits.shape[-1]:
            return False
        wanted = np.array(self.values)
        found = logits[-1, list(self.places)].astype(np.float64)
        return bool(np.abs(found - wanted).max() <= _NEAR * np.abs(wanted).max())


_probes = msgspec.json.Decoder(Probe)


def make_probe(logits: Logits, token: int) -> bytes:
    """What a graph is to carry that gives ``logits`` (1, vocabulary) for ``token``."""
    row = logits[-1]
    places = {int(row.argmax()), *np.linspace(0, len(row) - 1, PROBED - 1, dtype=int).tolist()}
    ordered = tuple(sorted(places))
    values = tuple(float(row[place]) for place in ordered)
    return msgspec.json.encode(Probe(token=token, places=ordered, values=values))


def check_probe(
    session: onnxruntime.InferenceSession, path: Path, read: Callable[[int], Logits]
) -> None:
    """Refuse a graph that was packed for another machine; ``read`` gives the logits of a token.

    Raises `GraphInvalid`. Nothing is read where a graph carries no probe.
    """
    text = session.get_modelmeta().custom_metadata_map.get(PROBE_KEY)
    if text is None:
        return
    try:
        probe = _probes.decode(text)
        agrees = probe.agrees(read(probe.token))
    except (msgspec.MsgspecError, ValueError) as error:
        raise GraphInvalid(
            file=path, fault="the file is damaged or is not an ONNX graph"
        ) from error
    if not agrees:
        fault = (
            "its weights were packed for another processor or another onnxruntime; "
            "remove its folder, and it is made anew"
        )
        raise GraphInvalid(file=path, fault=fault)


def machine_key() -> str:
    """Eight letters that stand for the processor and the onnxruntime."""
    parts = [onnxruntime.__version__, platform.system(), platform.machine(), platform.processor()]
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as lines:
            known = ("flags", "Features", "model name")
            parts += sorted({line for line in lines if line.startswith(known)})
    except OSError:
        pass
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]
