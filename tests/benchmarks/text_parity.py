"""How true each form of a GGUF file is: the exact one to float32, the others to the exact one.

The reference computes with the file's dequantised weights in float32, in numpy, over prose (the
opening of *Persuasion* by default). Owed of the exact form: logits within 1e-3 of the reference,
relative to the largest of their token, and the same likeliest token but where two are nearly as
likely. Of the other forms the Kullback-Leibler divergence from the exact one is told::

    python -m tests.benchmarks.text_parity [--text FILE] [--tokens 2000] [--cache FOLDER] FILE.gguf
"""

import argparse
import os
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from studio.graphs.decoder import expected_tensors
from studio.graphs.forms import EXACT, FORMS, DecoderForm
from studio.graphs.gguf import GgufFile, read_gguf
from studio.graphs.llama import plan_decoder
from studio.graphs.packing import Packed, unpack
from studio.recognise.conversion import converted
from studio.runtime.cancel import CancelToken
from studio.writing.engine.gguf_tokens import tokenizer_from_gguf
from tests.benchmarks.report import median_interval
from tests.graphs.reference import reference_logits
from tests.graphs.runs import PlainRun

PROSE: Final = Path(__file__).resolve().parents[2] / "studio/resources/texts/persuasion.txt"
NEAR: Final = 2e-3
"""Two logits nearer than this share of the largest are a near-tie."""
CHUNK: Final = 256

Floats = NDArray[np.float32]


def reference(gguf: GgufFile, ids: list[int]) -> Floats:
    """Logits (tokens, vocabulary) of the dequantised weights, all tokens at once."""
    shape, source = plan_decoder(gguf)
    weights: dict[str, Floats] = {}
    for name, dims in expected_tensors(shape).items():
        matrix = source.matrix(name) if len(dims) == 2 else source.vector(name)
        weights[name] = unpack(matrix) if isinstance(matrix, Packed) else matrix
    logits: Floats = reference_logits(shape, weights, ids, np.float32)
    return logits


def logits_of(folder: Path, ids: list[int]) -> Floats:
    """Logits of a form, read in parts into one cache as the engine does."""
    run = PlainRun(folder / "model.onnx", room=len(ids), threads=os.cpu_count() or 1)
    return np.concatenate(
        [run.feed(ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK)]
    )


def compare(title: str, found: Floats, wanted: Floats) -> None:
    """Print how far logits are from those of the reference."""
    difference = np.abs(found - wanted).max(axis=1) / np.abs(wanted).max(axis=1)
    two = np.sort(np.partition(wanted, -2, axis=1)[:, -2:], axis=1)
    near = two[:, 1] - two[:, 0] < NEAR * np.abs(wanted).max(axis=1)
    other = found.argmax(axis=1) != wanted.argmax(axis=1)
    print(
        f"{title}: largest difference of a token's logits, relative to the largest of them: median "
        f"{np.median(difference):.1e}, most {difference.max():.1e}; another likeliest token at "
        f"{other.sum()} of {len(other)} ({(other & near).sum()} of them near-ties)"
    )


def divergence(title: str, found: Floats, wanted: Floats) -> None:
    """Print the divergence of a form's distributions from the exact form's."""
    each = np.concatenate(
        [
            _divergences(found[start : start + CHUNK], wanted[start : start + CHUNK])
            for start in range(0, len(found), CHUNK)
        ]
    )
    low, middle, high = median_interval(each.tolist())
    same = (found.argmax(axis=1) == wanted.argmax(axis=1)).mean()
    print(
        f"{title}: divergence {each.mean():.5f} nats a token on average, median {middle:.5f} "
        f"[{low:.5f}, {high:.5f}]; the same likeliest token at {same:.1%}"
    )


def _divergences(found: Floats, wanted: Floats) -> NDArray[np.float64]:
    exact, other = _log_shares(wanted), _log_shares(found)
    each: NDArray[np.float64] = (np.exp(exact) * (exact - other)).sum(axis=1)
    return each


def _log_shares(logits: Floats) -> NDArray[np.float64]:
    wide = logits.astype(np.float64)
    wide -= wide.max(axis=1, keepdims=True)
    wide -= np.log(np.exp(wide).sum(axis=1, keepdims=True))
    return wide


def main() -> None:
    """Compare every form of a file."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--text", type=Path, default=PROSE)
    parser.add_argument("--tokens", type=int, default=2000)
    parser.add_argument("--cache", type=Path)
    chosen = parser.parse_args()
    if chosen.file is None:
        print("no model was named: python -m tests.benchmarks.text_parity FILE.gguf")
        return
    with tempfile.TemporaryDirectory() as scratch, read_gguf(chosen.file) as gguf:
        text = chosen.text.read_text("utf-8")
        ids = list(tokenizer_from_gguf(gguf).encode(text))[: chosen.tokens]
        print(f"{chosen.file.name}, {len(ids)} tokens of {chosen.text.name}")

        def folder(form: DecoderForm) -> Path:
            return converted(chosen.file, form, chosen.cache or Path(scratch), CancelToken())

        exact = logits_of(folder(EXACT), ids)
        compare(f"{EXACT.name} / float32", exact, reference(gguf, ids))
        for form in FORMS:
            if form is not EXACT:
                divergence(f"{form.name} / {EXACT.name}", logits_of(folder(form), ids), exact)


if __name__ == "__main__":
    main()
