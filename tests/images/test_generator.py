"""The generator makes what the recipe says, says what it made, and refuses the rest."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper

from studio import __version__
from studio.contract.arrays import Pixels, draw_latent, latent_to_bytes, vary_latent
from studio.contract.crossing import mix_latents
from studio.contract.errors import Cancelled, GraphInvalid, RequestInvalid
from studio.contract.manifest import (
    MANIFEST_NAME,
    Control,
    Label,
    Model,
    Tensor,
    encode_manifest,
    read_model,
)
from studio.contract.recipe import Crossed, FromSeed, Given, Near, Recipe
from studio.images.engine import generator as generator_module
from studio.images.engine.generator import Generator
from studio.images.engine.requests import check_request
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.sessions import SessionCache
from tests.models import (
    CLASS_CONTROL,
    GRAPH_FILE,
    TRUNCATION_CONTROL,
    class_values,
    replace_graph,
    write_tiny_generator,
)

DIMENSION = 4
LABEL = Label(en="x", zh="x")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return read_model(write_tiny_generator(tmp_path_factory.mktemp("models") / "tiny"))


def _memory(size: int) -> memoryview:
    return memoryview(bytearray(size))


def _generator(model: Model) -> tuple[Generator, SessionCache]:
    cache = SessionCache(choose_device("cpu"), threads=1)
    return Generator.load(model, cache, CancelToken()), cache


def _make(model: Model, recipes: Sequence[Recipe], batch: int = 16) -> list[tuple[Recipe, Pixels]]:
    check_request(model, recipes, batch)
    generator, _ = _generator(model)
    made: list[tuple[Recipe, Pixels]] = []
    for part in generator.make(recipes, batch=batch, memory=_memory, token=CancelToken()):
        assert part.first == len(made)
        asked = recipes[part.first : part.first + len(part.latents)]
        for recipe, latent, pixels, name in zip(
            asked, part.latents, part.pixels, part.hashes(), strict=True
        ):
            whole = part.completion.complete(recipe, latent_to_bytes(latent), name)
            made.append((whole, pixels.copy()))
    return made


def _seeds(*seeds: int) -> list[Recipe]:
    return [Recipe(model="tiny", seed=seed) for seed in seeds]


def test_a_made_recipe_remembers_all_that_made_it(model: Model) -> None:
    [(recipe, pixels)] = _make(model, _seeds(5))
    assert pixels.shape == (8, 8, 3)
    assert (recipe.width, recipe.height) == (8, 8)
    assert recipe.pixels_sha256 == hashlib.sha256(pixels.tobytes()).hexdigest()
    assert recipe.latent == latent_to_bytes(draw_latent(5, DIMENSION))
    assert recipe.graphs == model.graph_hashes()
    assert recipe.studio == __version__
    assert recipe.controls == {CLASS_CONTROL: "boots", TRUNCATION_CONTROL: 1.0}
    assert recipe.origin == FromSeed()
    assert recipe.making is not None
    assert recipe.making.provider == "CPUExecutionProvider"
    assert recipe.making.optimisation == "all"
    assert recipe.making.precision == "float32"
    assert recipe.is_made


def test_a_made_recipe_makes_the_same_picture_again(model: Model) -> None:
    first = _make(model, _seeds(*range(9)))
    again = _make(model, [recipe for recipe, _ in first], batch=2)
    assert [recipe for recipe, _ in again] == [recipe for recipe, _ in first]
    assert all(np.array_equal(a, b) for (_, a), (_, b) in zip(first, again, strict=True))


def test_pictures_of_other_seeds_and_classes_differ(model: Model) -> None:
    recipes = _seeds(1, 2) + [
        Recipe(model="tiny", seed=1, controls={CLASS_CONTROL: value}) for value in class_values(3)
    ]
    hashes = [recipe.pixels_sha256 for recipe, _ in _make(model, recipes)]
    assert hashes[0] == hashes[2]
    assert len(set(hashes)) == 4


@given(seeds=st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=9), batch=st.integers(1, 20))
def test_neither_batch_nor_neighbours_change_a_picture(
    model: Model, seeds: list[int], batch: int
) -> None:
    together = _make(model, _seeds(*seeds), batch)
    alone = _make(model, _seeds(seeds[-1]))
    assert together[-1][0] == alone[0][0]


def test_truncation_pulls_the_latent_to_its_mean(model: Model) -> None:
    def at(psi: float) -> list[str | None]:
        recipes = [
            Recipe(model="tiny", seed=seed, controls={TRUNCATION_CONTROL: psi}) for seed in (1, 2)
        ]
        return [recipe.pixels_sha256 for recipe, _ in _make(model, recipes)]

    assert len(set(at(1.0))) == 2
    assert len(set(at(0.0))) == 1
    scaled = latent_to_bytes((draw_latent(1, DIMENSION) * np.float32(0.5)).astype(np.float32))
    [(given_half, _)] = _make(model, [Recipe(model="tiny", seed=1, origin=Given(), latent=scaled)])
    assert given_half.pixels_sha256 == at(0.5)[0]


def test_the_stored_latent_is_the_one_before_any_control(model: Model) -> None:
    recipe = Recipe(model="tiny", seed=3, controls={TRUNCATION_CONTROL: 0.25})
    assert _make(model, [recipe])[0][0].latent == latent_to_bytes(draw_latent(3, DIMENSION))


def test_a_neighbour_is_drawn_from_its_parent(model: Model) -> None:
    base = draw_latent(1, DIMENSION)
    near = Near(base=latent_to_bytes(base), strength=0.3)
    [(recipe, _)] = _make(model, [Recipe(model="tiny", seed=8, origin=near)])
    assert recipe.latent == latent_to_bytes(vary_latent(base, 0.3, 8))
    assert recipe.origin == near


def test_a_child_of_two_is_made_from_both_and_remade_from_its_recipe_alone(model: Model) -> None:
    first, second = (recipe for recipe, _ in _make(model, _seeds(1, 2)))
    assert first.latent is not None
    assert second.latent is not None
    wish = Recipe(
        schema=2,
        model="tiny",
        seed=7,
        origin=Crossed(first=first.latent, second=second.latent, share=0.5),
    )
    ((child, pixels),) = _make(model, [wish])
    assert child.latent == latent_to_bytes(
        mix_latents(draw_latent(1, DIMENSION), draw_latent(2, DIMENSION), 0.5, 7)
    )
    for recipe in (child, msgspec.structs.replace(child, latent=None)):
        ((_, again),) = _make(model, [recipe])
        assert np.array_equal(again, pixels)
    itself = msgspec.structs.replace(
        wish, origin=Crossed(first=first.latent, second=first.latent), controls=first.controls
    )
    ((same, _),) = _make(model, [itself])
    assert same.latent == first.latent


def test_slow_graphs_and_large_pictures_are_given_smaller_batches(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator, cache = _generator(model)
    loaded = cache.load(model, "generator", CancelToken())
    shape = (8, 8, 3)

    def counts(seconds: float | None) -> list[int]:
        loaded.seconds_per_item.clear()
        if seconds is not None:
            loaded.seconds_per_item[shape] = seconds
        sizes = []
        for part in generator.make(
            _seeds(*range(40)), batch=16, memory=_memory, token=CancelToken()
        ):
            sizes.append(len(part.latents))
            if seconds is not None:
                loaded.seconds_per_item[shape] = seconds
        return sizes

    assert counts(None)[0] == 1
    assert counts(1e-6) == [16, 16, 8]
    assert counts(0.02) == [4] * 10
    assert counts(5.0) == [1] * 40
    monkeypatch.setattr(generator_module, "LARGEST_BATCH", 5 * 8 * 8 * 3 + 1)
    assert counts(1e-6) == [5] * 8


def test_a_cancel_ends_between_batches(model: Model) -> None:
    generator, _ = _generator(model)
    token = CancelToken()
    work = generator.make(_seeds(*range(9)), batch=2, memory=_memory, token=token)
    next(work)
    token.cancel()
    with pytest.raises(Cancelled):
        next(work)


@pytest.mark.parametrize(
    ("recipe", "fault"),
    [
        (Recipe(model="other", seed=0), "for the model 'other'"),
        (Recipe(model="tiny", seed=0, graphs={"generator": "0" * 64}), "another version"),
        (Recipe(model="tiny", seed=-1), "seed"),
        (Recipe(model="tiny", seed=2**63), "seed"),
        (Recipe(model="tiny", seed=0, noise_seed=-1), "seed"),
        (Recipe(model="tiny", seed=0, latent=b"\0" * 12), "3 numbers.*takes 4"),
        (Recipe(model="tiny", seed=0, latent=b"\xff" * 16), "not numbers"),
        (Recipe(model="tiny", seed=0, origin=Given()), "gives none"),
        (Recipe(model="tiny", seed=0, origin=Near(base=b"\0" * 4, strength=0.5)), "1 number"),
        (Recipe(model="tiny", seed=0, origin=Near(base=b"\0" * 16, strength=2.0)), "between 0"),
        (
            Recipe(model="tiny", seed=0, origin=Near(base=b"\0" * 16, strength=float("nan"))),
            "between 0",
        ),
        (
            Recipe(model="tiny", seed=0, origin=Crossed(first=b"\0" * 4, second=b"\0" * 16)),
            "1 number",
        ),
        (
            Recipe(
                model="tiny",
                seed=0,
                origin=Crossed(first=b"\0" * 16, second=b"\0" * 16, share=float("nan")),
            ),
            "between 0",
        ),
        (Recipe(model="tiny", seed=0, controls={"kind": "dragons"}), "boots, coats, bags"),
        (Recipe(model="tiny", seed=0, controls={"truncation": 9.0}), "between 0 and 1.5"),
        (Recipe(model="tiny", seed=0, controls={"truncation": float("nan")}), "between 0"),
        (Recipe(model="tiny", seed=0, controls={"hue": 1}), "no control 'hue'.*kind, truncation"),
    ],
)
def test_what_cannot_be_made_is_refused_with_what_can(
    model: Model, recipe: Recipe, fault: str
) -> None:
    with pytest.raises(RequestInvalid, match=fault):
        check_request(model, [*_seeds(1), recipe], 16)


def test_an_empty_request_is_refused(model: Model) -> None:
    with pytest.raises(RequestInvalid, match="no picture"):
        check_request(model, [], 16)
    with pytest.raises(RequestInvalid, match="at least one"):
        check_request(model, _seeds(1), 0)


def test_another_kind_of_model_is_refused(model: Model) -> None:
    manifest = msgspec.structs.replace(model.manifest, kind="text")
    with pytest.raises(GraphInvalid, match="not a generator"):
        check_request(msgspec.structs.replace(model, manifest=manifest), _seeds(1), 16)


def _with_inputs(
    folder: Path, tensors: Sequence[Tensor], controls: Sequence[Control] = ()
) -> Model:
    """A tiny model whose graph takes more inputs, each added to the brightness by its mean."""
    write_tiny_generator(folder, classes=0)
    proto = onnx.load(folder / GRAPH_FILE)
    last = "rgb"
    position = next(i for i, node in enumerate(proto.graph.node) if node.output[0] == "rgb") + 1
    for tensor in tensors:
        proto.graph.input.append(helper.make_tensor_value_info(tensor.name, 1, list(tensor.shape)))
        nodes = [
            helper.make_node("ReduceSum", [tensor.name], [f"{tensor.name}_sum"], keepdims=0),
            helper.make_node("Add", [last, f"{tensor.name}_sum"], [f"after_{tensor.name}"]),
        ]
        for node in nodes:
            proto.graph.node.insert(position, node)
            position += 1
        last = f"after_{tensor.name}"
    proto.graph.node[position].input[0] = last
    replace_graph(folder, proto.SerializeToString())
    model = read_model(folder)
    graph = model.manifest.graphs["generator"]
    graph = msgspec.structs.replace(graph, inputs=(*graph.inputs, *tensors))
    manifest = msgspec.structs.replace(
        model.manifest,
        graphs={"generator": graph},
        controls=(*model.manifest.controls, *controls),
    )
    (folder / MANIFEST_NAME).write_bytes(encode_manifest(manifest))
    return read_model(folder)


def test_noise_is_drawn_from_its_own_seed(tmp_path: Path) -> None:
    noise = Tensor(name="noise", role="noise", dtype="float32", shape=("batch", 2, 2))
    strength = Control(
        name="noise", type="number", applies_to="noise", label=LABEL, help=LABEL,
        default=1.0, minimum=0.0, maximum=2.0,
    )  # fmt: skip
    model = _with_inputs(tmp_path / "noisy", [noise], [strength])
    recipes = [
        Recipe(model="tiny", seed=1),
        Recipe(model="tiny", seed=1, noise_seed=1),
        Recipe(model="tiny", seed=1, noise_seed=2),
        Recipe(model="tiny", seed=1, noise_seed=2, controls={"noise": 0.0}),
        Recipe(model="tiny", seed=1, noise_seed=3, controls={"noise": 0.0}),
    ]
    made = [_make(model, [recipe])[0][0] for recipe in recipes]
    hashes = [recipe.pixels_sha256 for recipe in made]
    assert made[0].noise_seed == 1
    assert hashes[0] == hashes[1]
    assert hashes[1] != hashes[2]
    assert hashes[3] == hashes[4]


def test_controls_feed_the_inputs_that_they_name(tmp_path: Path) -> None:
    tensors = [
        Tensor(name="shift", dtype="float32", shape=("batch", 1)),
        Tensor(name="bright", dtype="float32", shape=("batch", 1)),
        Tensor(name="psi", role="truncation", dtype="float32", shape=("batch", 1)),
    ]
    toggle = Control(
        name="bright", type="toggle", applies_to="graph_input", input="bright", label=LABEL,
        help=LABEL, default=False,
    )  # fmt: skip
    slider = Control(
        name="shift", type="number", applies_to="graph_input", input="shift", label=LABEL,
        help=LABEL, default=0.0, minimum=-1.0, maximum=1.0,
    )  # fmt: skip
    model = _with_inputs(tmp_path / "fed", tensors, [toggle, slider])

    def mean(**controls: float | bool) -> float:
        recipe = Recipe(model="tiny", seed=1, controls={"truncation": 0.0, **controls})
        return float(_make(model, [recipe])[0][1].mean())

    assert mean(shift=-1.0) < mean() < mean(shift=1.0)
    assert mean(bright=True) == mean(shift=1.0)
    assert mean(truncation=1.0) == mean(shift=1.0)  # fed to the graph, not applied to the latent


@pytest.mark.parametrize(
    ("tensor", "fault"),
    [
        (Tensor(name="extra", dtype="float32", shape=("batch", 1)), "nothing feeds"),
        (
            Tensor(name="noise", role="noise", dtype="float32", shape=("batch", "height")),
            "the size of its input 'noise' is not known",
        ),
    ],
)
def test_an_input_that_cannot_be_fed_is_named_before_the_run(
    tmp_path: Path, tensor: Tensor, fault: str
) -> None:
    model = _with_inputs(tmp_path / "odd", [tensor])
    with pytest.raises(GraphInvalid, match=fault):
        _generator(model)
