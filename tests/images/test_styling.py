"""A generator of two graphs makes what the styling says, to the byte, and refuses the rest."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.contract.arrays import Pixels, draw_latent, latent_to_bytes
from studio.contract.errors import GraphInvalid, RequestInvalid
from studio.contract.manifest import MANIFEST_NAME, Model, Tensor, encode_manifest, read_model
from studio.contract.recipe import (
    RECIPE_SCHEMA,
    Bred,
    ControlValue,
    Given,
    Mixed,
    Recipe,
    Shift,
    Styling,
    decode_recipe,
    encode_recipe,
    identity,
)
from studio.images.engine.generator import Generator
from studio.images.engine.golden import replay_golden
from studio.images.engine.requests import check_request
from studio.images.engine.styling import Stylist
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.sessions import SessionCache
from tests.models import CLASS_CONTROL, TRUNCATION_CONTROL, class_values, write_tiny_generator
from tests.styled import (
    LATENT,
    NOISE_CONTROL,
    SYNTHESIS_FILE,
    trait_directions,
    write_styled_model,
)

DIM, LAYERS = 16, 4
ZONES = {"form": [0, 1], "texture": [2], "colour": [3]}

Floats = NDArray[np.float32]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return write_styled_model(tmp_path_factory.mktemp("models") / "styled", traits=True)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return read_model(write_tiny_generator(tmp_path_factory.mktemp("models") / "tiny"))


def _generator(model: Model) -> Generator:
    return Generator.load(model, SessionCache(choose_device("cpu"), threads=1), CancelToken())


def _make(model: Model, recipes: Sequence[Recipe], batch: int = 16) -> list[tuple[Recipe, Pixels]]:
    check_request(model, recipes, batch)
    made: list[tuple[Recipe, Pixels]] = []
    for part in _generator(model).make(
        recipes, batch=batch, memory=lambda size: memoryview(bytearray(size)), token=CancelToken()
    ):
        rows = zip(part.latents, part.pixels, part.hashes(), strict=True)
        for index, (latent, pixels, name) in enumerate(rows):
            asked = recipes[part.first + index]
            whole = part.completion.complete(asked, latent_to_bytes(latent), name)
            made.append((whole, pixels.copy()))
    return made


def _recipe(seed: int = 1, **changes: Any) -> Recipe:
    return Recipe(model="styled", schema=RECIPE_SCHEMA, seed=seed, **changes)


def _styled(seed: int = 1, **styling: Any) -> Recipe:
    return _recipe(seed, styling=Styling(**styling))


def _pixels(model: Model, *recipes: Recipe) -> list[Pixels]:
    return [pixels for _, pixels in _make(model, recipes)]


def _same(first: Pixels, second: Pixels) -> bool:
    return np.array_equal(first, second)


def _styles(model: Model, *recipes: Recipe) -> Floats:
    check_request(model, recipes, 1)
    return _generator(model).styles(recipes, CancelToken())


def _session(model: Model, role: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    path = str(model.file(model.manifest.graphs[role].file))
    return onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])


def _by_hand(model: Model, latent: Floats, weights: Sequence[float]) -> tuple[Floats, Floats]:
    """w and its mean, by the graph alone."""
    inputs = {"latent": latent[np.newaxis], "class_weights": np.array([weights], np.float32)}
    style, mean = _session(model, "mapping").run(["style", "style_mean"], inputs)
    return np.asarray(style[0], np.float32), np.asarray(mean[0], np.float32)


def test_a_picture_is_the_mapping_and_then_the_synthesis(model: Model) -> None:
    [(recipe, pixels)] = _make(model, [_recipe(5, noise_seed=9)])
    style, _ = _by_hand(model, draw_latent(5, LATENT), [1, 0, 0])
    noise = draw_latent(9, 16 + 64 + 256 + 1024)[np.newaxis]
    inputs = {"styles": np.repeat(style[np.newaxis, np.newaxis], LAYERS, 1), "noise": noise}
    [image] = _session(model, "synthesis").run(["image"], inputs)
    assert np.array_equal(pixels, image[0])
    assert recipe.graphs == model.graph_hashes()
    assert set(recipe.graphs) == {"mapping", "synthesis"}
    assert recipe.noise_seed == 9
    assert (recipe.width, recipe.height) == (32, 32)


def test_noise_without_a_seed_of_its_own_has_the_pictures(model: Model) -> None:
    [(recipe, pixels)] = _make(model, [_recipe(5)])
    assert recipe.noise_seed == 5
    assert np.array_equal(pixels, _pixels(model, _recipe(5, noise_seed=5))[0])
    still = [_recipe(5, noise_seed=seed, controls={NOISE_CONTROL: 0.0}) for seed in (1, 2)]
    assert _same(*_pixels(model, *still))
    assert not _same(*_pixels(model, _recipe(5), _recipe(5, noise_seed=6)))


@st.composite
def stylings(draw: st.DrawFn) -> Styling:
    """Any styling that the model of this module can do."""
    numbers = st.integers(0, 2**32 - 1).map(lambda seed: latent_to_bytes(draw_latent(seed, LATENT)))
    directions = st.integers(0, 99).map(lambda seed: latent_to_bytes(draw_latent(seed, DIM)))
    kinds = st.sampled_from([{}, {"boots": 0.25, "bags": 0.75}, {"coats": 1.0}])
    zones = st.sampled_from(list(ZONES))
    mixed = st.builds(
        Mixed, zone=zones, latent=numbers, kinds=kinds, share=st.sampled_from([0.0, 0.3, 1.0])
    )
    amounts = st.floats(-3, 3, width=32)
    shift = st.one_of(
        st.builds(Shift, direction=numbers, amount=amounts, space=st.just("latent")),
        st.builds(Shift, direction=directions, amount=amounts, zone=st.one_of(st.just(""), zones)),
    )
    return Styling(
        kinds=draw(kinds),
        mixed=tuple(draw(st.lists(mixed, max_size=3))),
        shifts=tuple(draw(st.lists(shift, max_size=3))),
    )


@given(
    recipes=st.lists(
        st.builds(
            lambda seed, styling, psi: _recipe(
                seed, styling=styling, controls={TRUNCATION_CONTROL: psi}
            ),
            st.integers(0, 2**63 - 1),
            st.one_of(st.just(msgspec.UNSET), stylings()),
            st.sampled_from([0.0, 0.5, 1.0, 1.5]),
        ),
        min_size=1,
        max_size=7,
    ),
    batch=st.integers(1, 16),
)
def test_neither_batch_nor_neighbours_nor_a_restart_change_a_picture(
    model: Model, recipes: list[Recipe], batch: int
) -> None:
    together = _make(model, recipes, batch)
    stored = decode_recipe(encode_recipe(together[-1][0]))
    [(again, pixels)] = _make(model, [stored])
    assert np.array_equal(pixels, together[-1][1])
    assert again == stored


def test_a_blend_of_kinds_feeds_its_shares(model: Model) -> None:
    kinds = {"boots": 0.25, "bags": 0.75}
    wanted, _ = _by_hand(model, draw_latent(1, LATENT), [0.25, 0.0, 0.75])
    assert np.array_equal(_styles(model, _styled(kinds=kinds))[0], np.tile(wanted, (LAYERS, 1)))
    alone = _styles(model, _recipe(1, controls={CLASS_CONTROL: "bags"}))
    assert np.array_equal(_styles(model, _styled(kinds={"bags": 1.0})), alone)


def test_a_blend_works_in_a_generator_of_one_graph_too(plain: Model) -> None:
    first, second = class_values(3)[:2]

    def blend(share: float) -> Pixels:
        styling = Styling(kinds={first: 1.0 - share, second: share} if share else {first: 1.0})
        return _pixels(plain, Recipe(model="tiny", seed=1, styling=styling))[0].astype(int)

    ends = [
        _pixels(plain, Recipe(model="tiny", seed=1, controls={CLASS_CONTROL: kind}))[0]
        for kind in (first, second)
    ]
    assert np.array_equal(blend(0.0), ends[0])
    distances = [np.abs(blend(share) - ends[1].astype(int)).mean() for share in (0.0, 0.5, 0.9)]
    assert distances[0] > distances[1] > distances[2] > 0


@pytest.mark.parametrize("zone", list(ZONES))
def test_mixing_replaces_the_layers_of_one_zone(model: Model, zone: str) -> None:
    other = latent_to_bytes(draw_latent(2, LATENT))
    own, foreign = _styles(model, _recipe(1), _recipe(2))
    wanted = own.copy()
    wanted[ZONES[zone]] = foreign[ZONES[zone]]
    mixed = _styled(mixed=(Mixed(zone=zone, latent=other),))
    assert np.array_equal(_styles(model, mixed)[0], wanted)
    assert not _same(*_pixels(model, _recipe(1), mixed))
    nothing = _styled(mixed=(Mixed(zone=zone, latent=other, share=0.0),))
    assert _same(*_pixels(model, _recipe(1), nothing))
    half = _styles(model, _styled(mixed=(Mixed(zone=zone, latent=other, share=0.5),)))[0]
    assert np.allclose(half, (own + wanted) / 2, atol=1e-6)


def test_what_is_mixed_in_may_be_of_other_kinds(model: Model) -> None:
    other = latent_to_bytes(draw_latent(2, LATENT))
    mixed = Mixed(zone="colour", latent=other, kinds={"bags": 1.0})
    [made] = _styles(model, _styled(mixed=(mixed,)))
    wanted, _ = _by_hand(model, draw_latent(2, LATENT), [0, 0, 1])
    assert np.array_equal(made[3], wanted)
    own = Mixed(zone="colour", latent=other)
    [made] = _styles(model, _styled(kinds={"coats": 1.0}, mixed=(own,)))
    wanted, _ = _by_hand(model, draw_latent(2, LATENT), [0, 1, 0])
    assert np.array_equal(made[3], wanted)


def test_truncation_draws_each_layer_to_the_mean_of_its_kinds(model: Model) -> None:
    style, mean = _by_hand(model, draw_latent(1, LATENT), [0, 0.5, 0.5])
    styling = Styling(kinds={"coats": 0.5, "bags": 0.5})

    def at(psi: float) -> Floats:
        recipe = _recipe(1, styling=styling, controls={TRUNCATION_CONTROL: psi})
        made: Floats = _styles(model, recipe)[0]
        return made

    assert np.array_equal(at(0.0), np.tile(mean, (LAYERS, 1)))
    assert np.array_equal(at(1.0), np.tile(style, (LAYERS, 1)))
    assert np.allclose(at(0.5), np.tile((style + mean) / 2, (LAYERS, 1)), atol=1e-6)


class WarmMapping:
    """Stands for a mapping whose styles are as warm as a control says."""

    def run(
        self, inputs: Mapping[str, NDArray[Any]], output: str, into: Floats, token: CancelToken
    ) -> None:
        into[:] = inputs["warmth"].reshape(-1, 1) + (1.0 if output == "style" else 0.0)


def test_the_mean_is_that_of_each_pictures_own_controls_in_any_company(model: Model) -> None:
    mapping = model.manifest.graphs["mapping"]
    warmth = Tensor(name="warmth", dtype="float32", shape=("batch", 1))
    mapping = msgspec.structs.replace(mapping, inputs=(*mapping.inputs, warmth))
    control = msgspec.structs.replace(
        next(c for c in model.manifest.controls if c.name == TRUNCATION_CONTROL),
        name="warmth", applies_to="graph_input", input="warmth",
    )  # fmt: skip
    manifest = msgspec.structs.replace(
        model.manifest,
        graphs={**model.manifest.graphs, "mapping": mapping},
        controls=(*model.manifest.controls, control),
    )
    assert manifest.styles is not None
    stylist = Stylist(
        msgspec.structs.replace(model, manifest=manifest),
        manifest.styles,
        WarmMapping(),  # type: ignore[arg-type]  # only `run` is used
    )
    recipes = [_recipe(1, controls={TRUNCATION_CONTROL: 0.5, "warmth": w}) for w in (0.25, 0.75)]
    latents = np.zeros((2, LATENT), np.float32)
    together = stylist.styles(recipes, latents, CancelToken())
    assert np.array_equal(together, np.array([0.75, 1.25])[:, None, None] + np.zeros((LAYERS, DIM)))


def test_shifts_move_the_layers_of_their_zone_after_truncation(model: Model) -> None:
    direction = trait_directions(model)[0]
    whole = Shift(direction=latent_to_bytes(direction), amount=2.0, name="glow")
    zoned = msgspec.structs.replace(whole, zone="texture")
    controls: dict[str, ControlValue] = {TRUNCATION_CONTROL: 0.5}
    own = _styles(model, _recipe(1, controls=controls))[0]
    step = np.float32(2.0) * direction
    [moved] = _styles(model, _recipe(1, controls=controls, styling=Styling(shifts=(whole,))))
    assert np.array_equal(moved, own + step)
    [moved] = _styles(model, _recipe(1, controls=controls, styling=Styling(shifts=(zoned,))))
    wanted = own.copy()
    wanted[2] += step
    assert np.array_equal(moved, wanted)
    back = msgspec.structs.replace(whole, amount=-2.0)
    [undone] = _styles(model, _styled(shifts=(whole, back)))
    assert np.allclose(undone, _styles(model, _recipe(1))[0], atol=1e-5)


def test_shifts_of_the_latent_come_before_everything_else(model: Model, plain: Model) -> None:
    step = draw_latent(5, LATENT)
    shift = Shift(direction=latent_to_bytes(step), amount=0.5, space="latent")
    [(recipe, pixels)] = _make(model, [_styled(shifts=(shift,))])
    there = latent_to_bytes(draw_latent(1, LATENT) + np.float32(0.5) * step)
    given_there = _recipe(1, origin=Given(), latent=there)
    assert np.array_equal(pixels, _pixels(model, given_there)[0])
    assert recipe.latent == latent_to_bytes(draw_latent(1, LATENT)), "the latent is as drawn"
    step = draw_latent(5, 4)
    shift = Shift(direction=latent_to_bytes(step), amount=-1.5, space="latent")
    there = latent_to_bytes(draw_latent(1, 4) + np.float32(-1.5) * step)
    controls: dict[str, ControlValue] = {TRUNCATION_CONTROL: 0.5}
    moved = Recipe(model="tiny", seed=1, controls=controls, styling=Styling(shifts=(shift,)))
    given_there = Recipe(model="tiny", seed=1, controls=controls, origin=Given(), latent=there)
    assert _same(*_pixels(plain, moved, given_there))


def test_final_styles_make_the_picture_that_they_were_taken_from(model: Model) -> None:
    other = latent_to_bytes(draw_latent(2, LATENT))
    styling = Styling(
        kinds={"boots": 0.5, "bags": 0.5},
        mixed=(Mixed(zone="form", latent=other, share=0.7),),
        shifts=(Shift(direction=latent_to_bytes(trait_directions(model)[1]), amount=1.5),),
    )
    recipe = _recipe(3, styling=styling, controls={TRUNCATION_CONTROL: 0.8})
    final = _styles(model, recipe)[0].astype("<f4").tobytes()
    taken = msgspec.structs.replace(recipe, styling=Styling(styles=final))
    assert _same(*_pixels(model, recipe, taken))
    assert _styles(model, taken)[0].astype("<f4").tobytes() == final


def test_the_final_latent_of_one_graph_is_its_one_layer(plain: Model) -> None:
    recipe = Recipe(model="tiny", seed=1, controls={TRUNCATION_CONTROL: 0.5})
    wanted = draw_latent(1, 4) * np.float32(0.5)
    assert np.array_equal(_styles(plain, recipe), wanted[np.newaxis, np.newaxis])


def test_a_made_recipe_says_the_format_that_it_needs(model: Model) -> None:
    asked = Recipe(model="styled", seed=1, styling=Styling(kinds={"boots": 1.0}))
    [(made, _)] = _make(model, [asked])
    assert made.schema == RECIPE_SCHEMA
    assert decode_recipe(encode_recipe(made)) == made
    [(plain, _)] = _make(model, [Recipe(model="styled", seed=1)])
    assert plain.schema == 1
    assert identity(plain) != identity(made)
    parents = tuple(latent_to_bytes(draw_latent(seed, LATENT)) for seed in (1, 2, 3))
    [(child, _)] = _make(model, [_recipe(4, origin=Bred(parents=parents, mutation=0.2))])
    again = msgspec.structs.replace(child, latent=None)
    assert _make(model, [again])[0][0] == child


def test_a_model_without_kinds_is_drawn_too(tmp_path: Path) -> None:
    model = write_styled_model(tmp_path / "kindless", classes=0, layers=6, size=16, dim=5)
    recipes = [
        _recipe(seed, controls={TRUNCATION_CONTROL: psi}) for seed in (1, 2) for psi in (0, 1)
    ]
    hashes = [recipe.pixels_sha256 for recipe, _ in _make(model, recipes)]
    assert hashes[1] != hashes[3]
    styles = _styles(model, *recipes)
    assert styles.shape == (4, 6, 5)
    assert np.array_equal(styles[0], styles[2])
    with pytest.raises(RequestInvalid, match="'styled' has no kinds to blend"):
        check_request(model, [_styled(kinds={"boots": 1.0})], 1)


def _rows(count: int, fill: float = 0.0) -> bytes:
    return np.full(count, fill, "<f4").tobytes()


@pytest.mark.parametrize(
    ("styling", "fault"),
    [
        (Styling(kinds={"dragons": 1.0}), "no kind 'dragons' to blend; there are: boots, coats"),
        (Styling(kinds={"boots": 0.5, "bags": 0.4}), "must sum to 1, they sum to 0.9"),
        (Styling(kinds={"boots": 1.5, "bags": -0.5}), "share of 'boots' must lie above 0"),
        (Styling(kinds={"boots": float("nan")}), "share of 'boots'"),
        (Styling(mixed=(Mixed(zone="shape", latent=_rows(LATENT)),)),
         "no zone 'shape'; there are: form, texture, colour"),
        (Styling(mixed=(Mixed(zone="form", latent=_rows(3)),)), "3 numbers.*takes 12"),
        (Styling(mixed=(Mixed(zone="form", latent=_rows(LATENT), share=2.0),)), "between 0 and 1"),
        (Styling(mixed=(Mixed(zone="form", latent=_rows(LATENT), kinds={"boots": 0.1}),)), "sum"),
        (Styling(shifts=(Shift(direction=_rows(LATENT), amount=1.0, name="smile"),)),
         "the direction of the shift 'smile' has 12 numbers, this model's style has 16"),
        (Styling(shifts=(Shift(direction=_rows(DIM), amount=21.0),)), "between -20 and 20"),
        (Styling(shifts=(Shift(direction=_rows(DIM), amount=float("nan")),)), "between -20"),
        (Styling(shifts=(Shift(direction=_rows(DIM, np.inf), amount=1.0),)), "not numbers"),
        (Styling(shifts=(Shift(direction=_rows(DIM), amount=1.0, zone="hue"),)), "no zone 'hue'"),
        (Styling(shifts=(Shift(direction=_rows(LATENT), amount=1.0, space="latent",
                               zone="form"),)), "moves the latent"),
        (Styling(shifts=(Shift(direction=_rows(DIM), amount=1.0, space="latent"),)),
         "has 16 numbers, this model's latent has 12"),
        (Styling(shifts=(Shift(direction=_rows(DIM), amount=0.1),) * 65), "up to 64"),
        (Styling(styles=_rows(DIM)), r"of 16 numbers.*takes 64 \(4 layers of 16\)"),
        (Styling(styles=_rows(LAYERS * DIM, np.nan)), "styles given holds values"),
    ],
)  # fmt: skip
def test_a_styling_that_cannot_be_done_is_refused_with_what_can(
    model: Model, styling: Styling, fault: str
) -> None:
    with pytest.raises(RequestInvalid, match=fault):
        check_request(model, [_recipe(1), _recipe(1, styling=styling)], 16)


@pytest.mark.parametrize(
    ("styling", "fault"),
    [
        (Styling(mixed=(Mixed(zone="form", latent=_rows(4)),)), "'tiny' has no zones"),
        (Styling(shifts=(Shift(direction=_rows(4), amount=1.0),)), "'tiny' has no styles"),
        (Styling(styles=_rows(4)), "'tiny' has no styles"),
    ],
)
def test_one_graph_has_no_zones_and_says_so(plain: Model, styling: Styling, fault: str) -> None:
    with pytest.raises(RequestInvalid, match=fault):
        check_request(plain, [Recipe(model="tiny", seed=1, styling=styling)], 1)


def test_the_golden_sample_goes_through_both_graphs(tmp_path: Path) -> None:
    model = write_styled_model(tmp_path / "styled")
    cache = SessionCache(choose_device("cpu"), threads=1)
    report = replay_golden(model, cache, CancelToken())
    assert (report.identical, report.ok) == (True, True)
    other = write_styled_model(tmp_path / "other", seed=1)
    model.file(SYNTHESIS_FILE).write_bytes(other.file(SYNTHESIS_FILE).read_bytes())
    graphs = {**model.manifest.graphs, "synthesis": other.manifest.graphs["synthesis"]}
    manifest = msgspec.structs.replace(model.manifest, graphs=graphs)
    model.file(MANIFEST_NAME).write_bytes(encode_manifest(manifest))
    report = replay_golden(read_model(model.folder), cache, CancelToken())
    assert not report.ok
    assert "differs" in report.fault


def test_a_mapping_with_an_input_that_nothing_feeds_is_refused(model: Model) -> None:
    mapping = model.manifest.graphs["mapping"]
    strange = msgspec.structs.replace(mapping.inputs[0], name="strange", role="other")
    mapping = msgspec.structs.replace(mapping, inputs=(*mapping.inputs, strange))
    graphs = {**model.manifest.graphs, "mapping": mapping}
    manifest = msgspec.structs.replace(model.manifest, graphs=graphs)
    with pytest.raises(GraphInvalid, match=r"mapping.onnx.*nothing feeds its input 'strange'"):
        _generator(msgspec.structs.replace(model, manifest=manifest))
