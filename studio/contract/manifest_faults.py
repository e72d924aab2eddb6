"""Whether the parts of a manifest fit together, which a schema cannot say.

Each fault ends a sentence; reading a manifest (`studio.contract.manifest`) names the first.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.contract.manifest import Graph, Manifest, StyleSpace

_NUMERIC = ("number", "integer")
_FITTING_TYPES = {"class": ("choice",), "truncation": _NUMERIC, "noise": _NUMERIC}
"""Types of control that can be applied in a way; any type in a way that is not here."""


def control_faults(manifest: "Manifest") -> Iterator[str]:
    """What is wrong with the controls of any model."""
    names = [control.name for control in manifest.controls]
    inputs = {tensor.name for graph in manifest.graphs.values() for tensor in graph.inputs}
    if len(names) != len(set(names)):
        yield "two controls have the same name"
    for control in manifest.controls:
        if control.type not in _FITTING_TYPES.get(control.applies_to, (control.type,)):
            yield f"a {control.type} control cannot be applied as {control.applies_to!r}"
        if control.applies_to == "graph_input" and control.input not in inputs:
            yield f"the control {control.name!r} feeds {control.input!r}, which no graph has"
        if control.type == "choice":
            values = [choice.value for choice in control.choices]
            if control.default not in values or len(values) != len(set(values)):
                yield f"the choices of the control {control.name!r} do not fit together"
        elif control.type == "toggle":
            if not isinstance(control.default, bool):
                yield f"the default of the control {control.name!r} is not true or false"
        else:
            fault = f"the range of the control {control.name!r} does not hold its default"
            low, high, default = control.minimum, control.maximum, control.default
            if low is None or high is None or isinstance(default, bool | str):
                yield fault
                continue
            if not low <= default <= high or low >= high:
                yield fault


def generator_faults(manifest: "Manifest") -> Iterator[str]:
    """What is wrong with a generator of pictures: of one graph, or of two."""
    if manifest.latent is None:
        yield "a generator needs a latent space"
    if manifest.picture_size is None or manifest.channels is None:
        yield "a generator needs the size and the channels of its pictures"
        return
    if manifest.styles is not None:
        yield from _styled_faults(manifest, manifest.styles)
        return
    graph = manifest.graphs.get("generator")
    if graph is None:
        yield "it names no graph “generator”"
        return
    yield from _drawing_faults(manifest, graph)
    yield from _image_faults(manifest, graph)
    yield from _trait_faults(manifest)


def _drawing_faults(manifest: "Manifest", graph: "Graph") -> Iterator[str]:
    """What is wrong with the inputs that the latent and the kinds are fed to."""
    roles = {tensor.role: tensor for tensor in graph.inputs}
    latent = roles.get("latent")
    if (
        latent is None
        or manifest.latent is None
        or latent.shape[1:] != (manifest.latent.dimension,)
    ):
        yield "the generator's latent input does not fit the latent space"
    weights = roles.get("class_weights")
    if manifest.classes():
        if weights is None or weights.shape[1:] != (len(manifest.classes()),):
            yield "the generator's class weights do not fit its classes"
    elif weights is not None:
        yield "the generator takes class weights and no control offers the classes"


def _image_faults(manifest: "Manifest", graph: "Graph") -> Iterator[str]:
    width, height = manifest.picture_size or (0, 0)
    images = [tensor for tensor in graph.outputs if tensor.role == "image"]
    if len(images) != 1 or images[0].shape[1:] != (height, width, manifest.channels):
        yield "the generator's image output does not fit the size of its pictures"
    elif images[0].dtype != "uint8" or images[0].layout != "NHWC":
        yield "the generator's image output is not uint8 in NHWC order"


def _styled_faults(manifest: "Manifest", styles: "StyleSpace") -> Iterator[str]:
    """What is wrong with a generator of two graphs."""
    mapping, synthesis = manifest.graphs.get("mapping"), manifest.graphs.get("synthesis")
    if mapping is None or synthesis is None:
        yield "it has styles and does not name both graphs “mapping” and “synthesis”"
        return
    yield from _drawing_faults(manifest, mapping)
    outputs = {tensor.role: tensor for tensor in mapping.outputs}
    for role in ("style", "style_mean"):
        tensor = outputs.get(role)
        if tensor is None or tensor.shape[1:] != (styles.dimension,):
            yield f"the mapping's output {role!r} does not fit the styles"
        elif tensor.dtype != "float32":
            yield f"the mapping's output {role!r} is not float32"
    taken = {tensor.role: tensor for tensor in synthesis.inputs}.get("styles")
    if taken is None or taken.shape[1:] != (len(styles.layers), styles.dimension):
        yield "the synthesis takes no styles of one for each layer"
    elif taken.dtype != "float32":
        yield "the synthesis takes styles that are not float32"
    yield from _image_faults(manifest, synthesis)
    yield from _trait_faults(manifest)


def _trait_faults(manifest: "Manifest") -> Iterator[str]:
    traits = manifest.traits
    if traits is None:
        return
    names = [trait.name for trait in traits.traits]
    if len(names) != len(set(names)):
        yield "two traits have the same name"
    if (traits.space == "style") != (manifest.styles is not None):
        yield "its traits point in another space than its pictures come from"
    kinds = {choice.value for choice in manifest.classes()}
    for trait in traits.traits:
        if not kinds.issuperset(trait.kinds):
            yield f"the trait {trait.name!r} belongs to a kind that there is not"
        if trait.zone is not None and manifest.styles is None:
            yield f"the trait {trait.name!r} works in a zone, and the model has none"


def enlarging_faults(manifest: "Manifest") -> Iterator[str]:
    """What is wrong with a model that enlarges."""
    graph = manifest.graphs.get("upscaler")
    if manifest.enlarging is None or graph is None:
        yield "an enlarging model must say how it enlarges and name a graph “upscaler”"
