"""Each option exists under its name in the onnxruntime that is installed."""

from pathlib import Path

import onnxruntime
import pytest

from studio.contract.manifest import Tensor
from studio.runtime.provider_options import (
    GRAPH_ID,
    TENSORRT_BATCH,
    cuda_options,
    engine_folder,
    engine_options,
    tensorrt_options,
)

LIBRARIES = Path(onnxruntime.__file__).parent / "capi"
INPUTS = (
    Tensor(name="latent", role="latent", dtype="float32", shape=("batch", 128)),
    Tensor(name="noise", role="noise", dtype="float32", shape=("batch", 1, 8, 8)),
)


def _engine_options(cache: Path | None) -> dict[str, str]:
    return engine_options(INPUTS, cache=cache, graph_sha256="0" * 64, release="1.31.1")


@pytest.mark.skipif(
    not (LIBRARIES / "libonnxruntime_providers_cuda.so").is_file(),
    reason="this onnxruntime is built without CUDA, or for another system",
)
@pytest.mark.parametrize(
    ("library", "options"),
    [
        ("libonnxruntime_providers_cuda.so", cuda_options(1, capture=True)),
        (
            "libonnxruntime_providers_tensorrt.so",
            tensorrt_options(1) | _engine_options(Path("/cache")),
        ),
    ],
)
def test_the_installed_provider_knows_every_option(library: str, options: dict[str, str]) -> None:
    data = (LIBRARIES / library).read_bytes()
    for name in options:
        assert name.encode() + b"\0" in data, name


def test_the_run_option_that_names_a_recording_is_onnxruntimes() -> None:
    [module] = LIBRARIES.glob("onnxruntime_pybind11_state*")
    assert GRAPH_ID.encode() + b"\0" in module.read_bytes()


def test_a_limit_of_memory_reaches_the_arena_and_none_is_no_limit() -> None:
    assert cuda_options(5)["gpu_mem_limit"] == "5"
    assert "gpu_mem_limit" not in cuda_options()
    assert "enable_cuda_graph" not in cuda_options()
    assert tensorrt_options(5)["trt_max_workspace_size"] == "5"


def test_one_engine_serves_all_batches() -> None:
    options = _engine_options(None)
    assert options["trt_profile_min_shapes"] == "latent:1x128,noise:1x1x8x8"
    largest = f"latent:{TENSORRT_BATCH}x128,noise:{TENSORRT_BATCH}x1x8x8"
    assert options["trt_profile_max_shapes"] == options["trt_profile_opt_shapes"] == largest
    assert not [name for name in options if "cache" in name]


def test_engines_of_other_graphs_and_releases_lie_elsewhere(tmp_path: Path) -> None:
    folders = {
        engine_folder(tmp_path, graph_sha256=sha256, release=release)
        for sha256 in ("0" * 64, "1" * 64)
        for release in ("1.31.1", "1.32.0")
    }
    assert len(folders) == 4
    assert all(folder.is_relative_to(tmp_path) for folder in folders)
