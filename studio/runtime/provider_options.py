"""The options with which each execution provider is built, and why each is as it is.

The names are those of onnxruntime 1.31 (docs/execution-providers); a test looks for each of them
in the installed libraries, because a provider that is absent says nothing of a misspelt one.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from studio.contract.manifest import Tensor

ProviderOptions = dict[str, str]

TENSORRT_BATCH: Final = 16
"""Pictures that a TensorRT engine is built for at most; more would build another, for minutes."""

GRAPH_ID: Final = "gpu_graph_id"
"""Entry of the run options that names the recording of a run; -1 runs plainly
(onnxruntime_run_options_config_keys.h)."""
PLAIN_RUN: Final = "-1"

RUNS_UNTIL_RECORDED: Final = 3
"""The run that records: two before it allocate what it needs
(``min_num_runs_before_cuda_graph_capture_`` in cuda_execution_provider.h)."""


def cuda_options(memory_limit: int | None = None, *, capture: bool = False) -> ProviderOptions:
    """Options of CUDA. Never run on a GPU here.

    Convolutions are chosen by rule and not by a race of timings, so that a remake meets the same
    kernel; TF32 is off, because it rounds the factors of float32 products to ten bits. The arena
    grows by what is asked for, and not to the next power of two: the card is shared with the
    desktop. ``capture`` lets runs be recorded and replayed as CUDA graphs.
    """
    options = {
        "device_id": "0",
        "cudnn_conv_algo_search": "HEURISTIC",
        "use_tf32": "0",
        "arena_extend_strategy": "kSameAsRequested",
        "do_copy_in_default_stream": "1",
    }
    if memory_limit is not None:
        options["gpu_mem_limit"] = str(memory_limit)
    if capture:
        options["enable_cuda_graph"] = "1"
    return options


def tensorrt_options(memory_limit: int | None = None) -> ProviderOptions:
    """Options of TensorRT that hold for every graph. Never run on a GPU here.

    TensorRT chooses no precision of its own: that is the studio's choice, checked by the golden
    sample, so a graph is in half precision or it is not.
    """
    options = {"device_id": "0", "trt_fp16_enable": "False"}
    if memory_limit is not None:
        options["trt_max_workspace_size"] = str(memory_limit)
    return options


def engine_options(
    inputs: Sequence[Tensor], *, cache: Path | None, graph_sha256: str, release: str
) -> ProviderOptions:
    """What TensorRT must know of one graph: the sizes to build for, and where engines are kept.

    One engine serves batches of 1 to `TENSORRT_BATCH`. It is kept in ``cache``, in a folder for
    this graph and this ``release`` of onnxruntime, since engines of another are not read.
    """
    options = {
        f"trt_profile_{bound}_shapes": ",".join(
            f"{tensor.name}:{'x'.join(_size(size, batch) for size in tensor.shape)}"
            for tensor in inputs
        )
        for bound, batch in (("min", 1), ("opt", TENSORRT_BATCH), ("max", TENSORRT_BATCH))
    }
    if cache is not None:
        folder = str(engine_folder(cache, graph_sha256=graph_sha256, release=release))
        options |= {
            "trt_engine_cache_enable": "True",
            "trt_engine_cache_path": folder,
            "trt_timing_cache_enable": "True",
            "trt_timing_cache_path": folder,
        }
    return options


def engine_folder(cache: Path, *, graph_sha256: str, release: str) -> Path:
    """Where the engines of one graph are kept."""
    name = hashlib.sha256(f"{release} {graph_sha256}".encode()).hexdigest()[:24]
    return cache / "tensorrt" / name


def _size(size: int | str, batch: int) -> str:
    return str(size if isinstance(size, int) else batch)
