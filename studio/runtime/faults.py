"""What the exceptions of onnxruntime and of drivers mean, told from their words.

onnxruntime raises one class for nearly everything, so the words are all that there is. The words
on memory and on the graphics card are those of onnxruntime 1.31 (core/framework/bfc_arena.cc,
core/providers/cuda/cuda_call.cc) and of NVIDIA's libraries; none was ever raised by a card here.
"""

import re
from enum import StrEnum
from pathlib import Path
from typing import Final

from studio.contract.errors import AtelierError, GraphFailed, GraphInvalid, MemoryExhausted

_MEMORY_SIGNS: Final = (
    "bad_alloc",
    "bad allocation",
    "failed to allocate memory",
    "out of memory",
    "available memory",
    "cannot allocate memory",
    "integer overflow",
    "size overflow",
    "status_alloc_failed",
    "device_allocation_failed",
    "cufft_alloc_failed",
)

_LOST_ERRORS: Final = frozenset(
    {
        4,  # driver shutting down
        46, 100, 101,  # no such card, or no longer
        214, 219, 220,  # memory that cannot be corrected, NVLink
        700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 720,  # the context is gone
        800, 802, 999,
    }
)  # fmt: skip
"""Codes of ``cudaError_t`` after which every later call of the process fails too (CUDA Runtime
API, Data types used by CUDA Runtime)."""

_LOST_SIGNS: Final = ("cudnn_status_execution_failed", "cublas_status_execution_failed")

_CUDA_FAILURE: Final = re.compile(r"\b(?:CUDA|CUDNN|CUBLAS|CUFFT) failure (\d+)", re.IGNORECASE)
_CAPTURE_ERRORS: Final = range(900, 912)
"""``cudaErrorStreamCapture...`` and ``cudaErrorCapturedEvent``."""
_CAPTURE_SIGNS: Final = ("graph capture", "cuda graph", "stream is capturing")


class FaultKind(StrEnum):
    """What can be done about a failed run or load."""

    MEMORY = "memory"
    """It ran out: less at once, or somewhere else."""
    CAPTURE = "capture"
    """The run cannot be recorded for replay: run it plainly."""
    LOST = "lost"
    """The card does not answer any more, and will not in this process."""
    OTHER = "other"


def fault_kind(error: BaseException) -> FaultKind:
    """Tell a fault by the words of ``error``, or of what it was raised from."""
    cause = error.__cause__ if isinstance(error, AtelierError) and error.__cause__ else error
    text = str(cause).lower()
    failure = _CUDA_FAILURE.search(text)
    code = int(failure[1]) if failure is not None and "cuda failure" in text else 0
    if isinstance(cause, MemoryError) or any(sign in text for sign in _MEMORY_SIGNS):
        return FaultKind.MEMORY
    if code in _LOST_ERRORS or any(sign in text for sign in _LOST_SIGNS):
        return FaultKind.LOST
    if code in _CAPTURE_ERRORS or any(sign in text for sign in _CAPTURE_SIGNS):
        return FaultKind.CAPTURE
    return FaultKind.OTHER


def load_error(error: Exception, path: Path) -> AtelierError:
    """What an exception of onnxruntime's while loading means."""
    if isinstance(error, AtelierError):
        return error
    if fault_kind(error) is FaultKind.MEMORY:
        return MemoryExhausted(fault=f"loading {path} ran out of it", detail=first_line(error))
    return GraphInvalid(file=path, fault=fault_words(error), detail=_details(error))


def run_error(error: Exception, path: Path) -> AtelierError:
    """What an exception of onnxruntime's while running means."""
    if isinstance(error, AtelierError):
        return error
    if fault_kind(error) is FaultKind.MEMORY:
        return MemoryExhausted(fault=f"running {path} ran out of it", detail=first_line(error))
    return GraphFailed(file=path, fault=fault_words(error), detail=_details(error))


def first_line(error: BaseException) -> str:
    """An exception's first line without its final stop, or its class where it says nothing."""
    line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return _without_machine(line).rstrip(". ")


def fault_words(error: BaseException) -> str:
    """onnxruntime's own words on one line, short enough for a sentence."""
    if isinstance(error, UnicodeDecodeError):
        return "it holds text that is not text"
    if not str(error).strip():  # which some Pythons make of words that are not text
        return f"onnxruntime refuses it and says no more than {type(error).__name__}"
    words = first_line(error)
    prefix = "[ONNXRuntimeError]"
    if words.startswith(prefix):  # "[ONNXRuntimeError] : 7 : INVALID_PROTOBUF : Load model ..."
        words = words.split(" : ", 3)[-1].strip()
    failure = _CUDA_FAILURE.search(words)
    if failure is not None:  # where in onnxruntime's source it rose is of no use to anybody here
        words = words[failure.start() :]
    return words[:300]


def _details(error: Exception) -> str:
    return "\n".join(map(_without_machine, str(error)[:4000].splitlines()))


def _without_machine(line: str) -> str:
    """Without the computer's name, which onnxruntime puts into each failure of CUDA's."""
    return re.sub(r" ; GPU=.*", "", line)
