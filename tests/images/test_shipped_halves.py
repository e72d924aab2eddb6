"""What is shipped in half precision makes the golden sample, as far as a processor can tell."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from studio.contract.manifest import Model, file_sha256, find_models
from studio.images.engine.generator import GENERATOR
from studio.images.engine.golden import IMAGE, read_sample

ROOT = Path(__file__).resolve().parents[2] / "exported_models"
SHIPPED = [
    model
    for model in find_models((ROOT,))
    if isinstance(model, Model) and GENERATOR in model.manifest.graphs
]
WITH_HALF = [model for model in SHIPPED if model.manifest.graphs[GENERATOR].half is not None]


def test_at_least_one_model_is_shipped_in_half_precision() -> None:
    assert WITH_HALF


@pytest.mark.parametrize("model", WITH_HALF, ids=lambda model: model.manifest.id)
def test_a_half_stands_in_for_its_whole(model: Model) -> None:
    graph, golden = model.manifest.graphs[GENERATOR], model.manifest.golden
    half = graph.half
    assert half is not None
    path = model.file(half.file)
    assert file_sha256(path) == half.sha256
    assert half.largest <= golden.tolerance
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    assert [each.name for each in session.get_inputs()] == [each.name for each in graph.inputs]
    sample = read_sample(model)
    feed = {tensor.name: sample[tensor.name] for tensor in graph.inputs}
    image = next(tensor for tensor in graph.outputs if tensor.role == "image")
    made = session.run([image.name], feed)[0]
    assert np.abs(made.astype(int) - sample[IMAGE].astype(int)).max() <= golden.tolerance
