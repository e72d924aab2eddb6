"""What drawing a token costs, beside transformers' processors over the same scores.

Interleaved, over scores as models make them: a few likely tokens above a wide normal rest. Owed:
a whole chain well below a millisecond or two a token. ::

    python -m tests.benchmarks.text_samplers [--pairs 21] [--vocabulary 49152 150000] [--threads 2]
"""

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.contract.writing import HUGGING_FACE, SETTINGS, SamplerSettings
from studio.writing.engine.chain import Chain, samplers_of
from studio.writing.engine.history import TokenHistory
from tests.benchmarks.report import interleave, line, ratio

Row = npt.NDArray[np.float32]

HISTORY = 2000
REPEATED = 7

BOTH: dict[str, tuple[SamplerSettings, tuple[tuple[str, dict[str, Any]], ...]]] = {
    "temperature": (
        SamplerSettings(temperature=0.8),
        (("TemperatureLogitsWarper", {"temperature": 0.8}),),
    ),
    "top-k 50": (SamplerSettings(top_k=50), (("TopKLogitsWarper", {"top_k": 50}),)),
    "top-p 0.95": (SamplerSettings(top_p=0.95), (("TopPLogitsWarper", {"top_p": 0.95}),)),
    "min-p 0.05": (SamplerSettings(min_p=0.05), (("MinPLogitsWarper", {"min_p": 0.05}),)),
    "typical 0.9": (SamplerSettings(typical=0.9), (("TypicalLogitsWarper", {"mass": 0.9}),)),
    "repetition 1.1": (
        SamplerSettings(repetition=1.1),
        (("RepetitionPenaltyLogitsProcessor", {"penalty": 1.1}),),
    ),
    "a chain of six": (
        SamplerSettings(
            repetition=1.1, temperature=0.8, top_k=50, top_p=0.95, min_p=0.05, typical=0.95,
            order=HUGGING_FACE,
        ),
        (
            ("RepetitionPenaltyLogitsProcessor", {"penalty": 1.1}),
            ("TemperatureLogitsWarper", {"temperature": 0.8}),
            ("TopKLogitsWarper", {"top_k": 50}),
            ("TopPLogitsWarper", {"top_p": 0.95}),
            ("MinPLogitsWarper", {"min_p": 0.05}),
            ("TypicalLogitsWarper", {"mass": 0.95}),
        ),
    ),
}  # fmt: skip
"""What both have."""

OURS = {
    "plain": SETTINGS["plain"],
    "greedy": SETTINGS["greedy"],
    "llama.cpp's": SETTINGS["llama.cpp"],
    "dynamic temperature": SamplerSettings(dynamic_range=0.5),
    "top-n-sigma 1": SamplerSettings(top_n_sigma=1.0),
    "XTC": SamplerSettings(xtc_probability=1.0),
    "DRY": SamplerSettings(dry_multiplier=0.8),
    "mirostat 2": SamplerSettings(mirostat=2),
    "everything": SamplerSettings(
        temperature=0.8, dynamic_range=0.3, top_k=100, top_p=0.95, min_p=0.02, typical=0.95,
        top_n_sigma=2.0, xtc_probability=0.5, dry_multiplier=0.8, repetition=1.1, presence=0.1,
        frequency=0.1, logit_bias={7: 1.0},
    ),
}  # fmt: skip
"""Whole draws, which transformers has not all of."""


def model_like(vocabulary: int, seed: int) -> Row:
    """Scores of a model in the middle of a text: an entropy of a few bits."""
    random = np.random.default_rng(seed)
    row = random.normal(0.0, 2.2, vocabulary)
    row[random.integers(0, vocabulary, 60)] += random.gamma(2.0, 4.0, 60)
    return row.astype(np.float32)


def a_word(token: int) -> bytes:
    """Bytes of a token, of which some break repetitions."""
    return b" word" if token % 15 else b".\n"


def timed(step: Callable[[], object]) -> Callable[[], float]:
    """Milliseconds of one step: the median of a few, as a busy machine breaks in on some."""

    def once() -> float:
        began = time.perf_counter()
        step()
        return (time.perf_counter() - began) * 1000.0

    def run() -> float:
        return statistics.median(once() for _ in range(REPEATED))

    return run


def measure(vocabulary: int, pairs: int) -> None:
    """Print everything at one size of vocabulary."""
    import torch
    from transformers.generation import logits_process

    row = model_like(vocabulary, 1)
    history = TokenHistory(np.random.default_rng(2).integers(0, 3000, HISTORY).tolist())
    tokens = torch.from_numpy(history.tokens.copy())[None]
    tensor = torch.from_numpy(row)[None]
    for name, (settings, theirs) in BOTH.items():
        samplers = samplers_of(settings)
        processors = [getattr(logits_process, kind)(**options) for kind, options in theirs]

        def mine(samplers: tuple[Any, ...] = samplers) -> None:
            scores = row
            for sampler in samplers:
                scores = sampler.process(scores, history.tokens)

        def others(processors: list[Any] = processors) -> None:
            scores = tensor
            for processor in processors:
                scores = processor(tokens, scores)

        a, b = interleave(timed(mine), timed(others), pairs)
        print(line(f"{vocabulary:,}: {name}", a, "ms"))
        print(line(f"{vocabulary:,}: {name}, transformers", b, "ms"))
        print(ratio(f"{vocabulary:,}: ours / transformers", a, b))
    for name, settings in OURS.items():
        chain = Chain(settings, vocabulary, token_bytes=a_word)
        whole = timed(partial(chain.draw, row, history.tokens))
        whole()
        print(line(f"{vocabulary:,}: a draw, {name}", [whole() for _ in range(pairs)], "ms"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=21)
    parser.add_argument("--vocabulary", type=int, nargs="+", default=[49_152, 150_000])
    parser.add_argument("--threads", type=int, default=2, help="of torch; ours has one")
    chosen = parser.parse_args()
    import torch

    torch.set_num_threads(chosen.threads)
    for vocabulary in chosen.vocabulary:
        measure(vocabulary, chosen.pairs)


if __name__ == "__main__":
    main()
