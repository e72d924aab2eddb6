"""What is shipped in half precision makes the golden sample, as far as a processor can tell."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from studio.contract.manifest import Model, file_sha256, find_models
from studio.images.engine.golden import IMAGE, read_sample

ROOT = Path(__file__).resolve().parents[2] / "exported_models"
SHIPPED = [
    model
    for model in find_models((ROOT,))
    if isinstance(model, Model) and model.manifest.kind == "gan"
]
WITH_HALF = [
    model
    for model in SHIPPED
    if all(model.manifest.graphs[role].half for role in model.manifest.drawing_graphs())
]


def test_at_least_one_model_is_shipped_in_half_precision() -> None:
    assert WITH_HALF


@pytest.mark.parametrize("model", WITH_HALF, ids=lambda model: model.manifest.id)
def test_halves_stand_in_for_their_wholes(model: Model) -> None:
    golden, sample = model.manifest.golden, read_sample(model)
    made = dict(sample)
    for role in model.manifest.drawing_graphs():
        graph = model.manifest.graphs[role]
        half = graph.half
        assert half is not None
        path = model.file(half.file)
        assert file_sha256(path) == half.sha256
        assert half.largest <= golden.tolerance
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        assert [each.name for each in session.get_inputs()] == [each.name for each in graph.inputs]
        inputs = {
            tensor.name: made["styles" if tensor.role == "styles" else tensor.name]
            for tensor in graph.inputs
        }
        output = next(each for each in graph.outputs if each.role in ("style", "image"))
        result = np.asarray(session.run([output.name], inputs)[0])
        if output.role == "image":
            assert np.abs(result.astype(int) - sample[IMAGE].astype(int)).max() <= golden.tolerance
        elif model.manifest.styles is not None:
            layers = len(model.manifest.styles.layers)
            made["styles"] = np.repeat(result[:, np.newaxis], layers, axis=1)
