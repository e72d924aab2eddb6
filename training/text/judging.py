"""What a text costs an exported model, in bits, and the texts that it writes."""

import math

import numpy as np
import numpy.typing as npt

from training.data.order import stream
from training.parity import TextRunner
from training.text.vocabulary import Tokens

Floats = npt.NDArray[np.float32]
_DRAW = 31


def log_softmax(logits: Floats) -> Floats:
    """Natural logarithms of the probabilities, along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    normed: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return normed


def bits_of(
    runner: TextRunner, tokens: Tokens, *, context: int, stride: int
) -> npt.NDArray[np.float64]:
    """Bits that each token takes but the first, which is given: float64 (tokens - 1,).

    The text is read in windows of `context` tokens that advance by `stride`, so that every token
    but the first ones is judged with at least context - stride tokens before it.
    """
    count = len(tokens) - 1
    ids = tokens.astype(np.int64)
    bits = np.zeros(count)
    done = 0
    while done < count:
        start = max(min(done - (context - stride), count - context), 0) if done else 0
        length = min(context, count - start)
        logits, _ = runner.run(
            ids[None, start : start + length], runner.begin(), keep=start + length - done
        )
        wanted = ids[done + 1 : start + length + 1]
        chances = log_softmax(logits[0])[np.arange(len(wanted)), wanted]
        bits[done : start + length] = -chances.astype(np.float64) / math.log(2)
        done = start + length
    return bits


def write_sample(
    runner: TextRunner,
    prompt: list[int],
    *,
    length: int,
    seed: int,
    end_id: int,
    temperature: float = 0.8,
    top_p: float = 0.95,
) -> list[int]:
    """Tokens that follow `prompt`, until the end of the text or `length`; nothing is picked."""
    random = stream(seed, _DRAW)
    cache = runner.begin()
    given = np.array([prompt], dtype=np.int64)
    written: list[int] = []
    while len(written) < length:
        logits, cache = runner.run(given, cache, keep=1)
        chances = np.exp(log_softmax(logits[0, -1].astype(np.float64) / temperature))
        order = np.argsort(-chances, kind="stable")
        before = np.cumsum(chances[order]) - chances[order]
        kept = order[before < top_p]
        drawn = int(random.choice(kept, p=chances[kept] / chances[kept].sum()))
        if drawn == end_id:
            break
        written.append(drawn)
        given = np.array([[drawn]], dtype=np.int64)
    return written
