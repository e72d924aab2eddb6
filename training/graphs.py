"""From a torch module to the bytes of an ONNX file: what all exports have in common."""

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import onnx
import torch
from torch import Tensor, nn

OPSET = 20
IR_VERSION = 10


@contextmanager
def _quiet_exporter() -> Iterator[None]:
    """Keep the exporter's remarks on packages that it would like to have out of the output."""
    logger = logging.getLogger("torch.onnx")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def trace_module(
    module: nn.Module,
    example: tuple[Tensor, ...],
    *,
    input_names: Sequence[str],
    output_names: Sequence[str],
) -> onnx.ModelProto:
    """The graph of `module`, its first axis ("batch") free in every input."""
    batch = torch.export.Dim("batch")
    with warnings.catch_warnings(), _quiet_exporter():
        # The exporter warns of its own deprecated calls; nothing here can act on them.
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module,
            example,
            dynamo=True,
            input_names=list(input_names),
            output_names=list(output_names),
            dynamic_shapes=tuple({0: batch} for _ in example),
            opset_version=OPSET,
            external_data=False,
            verbose=False,
        )
    assert program is not None
    model: onnx.ModelProto = program.model_proto
    return model


def graph_bytes(model: onnx.ModelProto, *, name: str) -> bytes:
    """The file of a checked graph, without what tells of the machine that made it."""
    for node in model.graph.node:
        node.ClearField("metadata_props")  # stack traces with this machine's paths
        node.ClearField("doc_string")
    for value in [*model.graph.value_info, *model.graph.input, *model.graph.output]:
        value.ClearField("metadata_props")
    model.graph.ClearField("metadata_props")
    model.ir_version = IR_VERSION
    model.producer_name, model.producer_version = "atelier", ""
    model.graph.name = name
    onnx.checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString(deterministic=True)
    return content
