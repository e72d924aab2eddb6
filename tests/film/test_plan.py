"""The way from key to key: without a jump, without a seam, through the keys themselves."""

import itertools

import msgspec
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from studio.contract.arrays import latent_from_bytes, latent_to_bytes
from studio.contract.errors import RequestInvalid
from studio.contract.manifest import Model
from studio.contract.recipe import Mixed, Recipe, Shift, Styling, identity
from studio.film.plan import FilmPlan
from studio.film.ways import Curve, along_line, along_sphere
from studio.images.document import wish
from studio.images.engine.requests import check_request
from studio.images.timeline import Film, changed, with_key
from tests.film.films import film_of
from tests.models import write_tiny_generator
from tests.styled import LATENT, write_styled_model


@pytest.fixture(scope="module")
def styled(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return write_styled_model(tmp_path_factory.mktemp("styled"))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Model:
    from studio.contract.manifest import read_model

    folder = write_tiny_generator(tmp_path_factory.mktemp("plain") / "tiny")
    return read_model(folder)


def _styles(film: Film, model: Model) -> dict[str, bytes]:
    space = model.manifest.styles
    assert space is not None
    random = np.random.default_rng(5)
    shape = len(space.layers), space.dimension
    return {key.id: random.standard_normal(shape).astype("<f4").tobytes() for key in film.keys}


def _latent(recipe: Recipe) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    assert recipe.latent is not None
    return latent_from_bytes(recipe.latent, len(recipe.latent) // 4)


def _same_picture(one: Recipe, other: Recipe) -> bool:
    return identity(msgspec.structs.replace(one, noise_seed=None)) == identity(
        msgspec.structs.replace(other, noise_seed=None)
    )


@pytest.mark.parametrize("course", ["straight", "curve"])
@pytest.mark.parametrize("way", ["position", "style", "zones"])
def test_the_film_comes_through_its_keys_themselves(styled: Model, way: str, course: str) -> None:
    film = film_of(styled, way=way, course=course)
    plan = FilmPlan(film, styled.manifest, _styles(film, styled))
    for index, key in enumerate(film.keys):
        assert _same_picture(plan.recipe(index * 10), wish(key.recipe))
    check_request(styled, [plan.recipe(frame) for frame in range(len(plan))], 16)


@pytest.mark.parametrize("course", ["straight", "curve"])
def test_positions_pass_without_a_jump_and_without_a_seam(styled: Model, course: str) -> None:
    film = film_of(styled, course=course, fps=60)
    plan = FilmPlan(film, styled.manifest)
    latents = [_latent(plan.recipe(frame)) for frame in range(len(plan))]
    steps = [np.linalg.norm(b - a) for a, b in itertools.pairwise(latents)]
    seam = np.linalg.norm(latents[0] - latents[-1])
    assert max(steps) < 0.6
    assert seam <= max(steps) + 1e-5
    lengths = [np.linalg.norm(key) for key in (_latent(key.recipe) for key in film.keys)]
    shown = [np.linalg.norm(latent) for latent in latents]
    assert min(lengths) * 0.7 <= min(shown)
    assert max(shown) <= max(lengths) * 1.3


def test_styles_pass_without_a_jump_and_without_a_seam(styled: Model) -> None:
    for course in ("straight", "curve"):
        for way in ("style", "zones"):
            film = film_of(styled, way=way, course=course, fps=60, lead=0.8)
            styles = _styles(film, styled)
            plan = FilmPlan(film, styled.manifest, styles)
            rows = []
            for frame in range(len(plan)):
                styling = plan.recipe(frame).styling
                at_key = not isinstance(styling, Styling) or styling.styles is None
                data = styles[film.keys[frame // 60].id] if at_key else styling.styles  # type: ignore[union-attr]  # checked
                rows.append(np.frombuffer(data or b"", "<f4"))
            rows.append(rows[0])
            steps = [np.abs(b - a).max() for a, b in itertools.pairwise(rows)]
            assert max(steps) < 1.0


def test_evenly_timed_a_curve_keeps_its_speed_at_a_key(styled: Model) -> None:
    film = film_of(styled, (0.0, 0.7, 2.0), course="curve", fps=120)
    film = changed(
        film, keys=tuple(msgspec.structs.replace(key, easing="linear") for key in film.keys)
    )
    plan = FilmPlan(film, styled.manifest)
    before, at, after = (_latent(plan.recipe_at(0.7 + step)) for step in (-1e-3, 0.0, 1e-3))
    assert np.linalg.norm((after - at) - (at - before)) < 0.02 * np.linalg.norm(after - before)


def test_zones_arrive_one_after_the_other(styled: Model) -> None:
    film = film_of(styled, way="zones", lead=1.0)
    styles = _styles(film, styled)
    plan = FilmPlan(film, styled.manifest, styles)
    styling = plan.recipe_at(0.5).styling
    assert isinstance(styling, Styling)
    space = styled.manifest.styles
    assert space is not None
    shape = len(space.layers), space.dimension
    row = np.frombuffer(styling.styles or b"", "<f4").reshape(shape)
    first, second = (np.frombuffer(styles[name], "<f4").reshape(shape) for name in ("k0", "k1"))
    np.testing.assert_allclose(row[0], second[0], atol=1e-5)
    np.testing.assert_allclose(row[-1], first[-1], atol=1e-5)


def test_kinds_are_blended_and_numbers_pass_over(styled: Model) -> None:
    film = film_of(styled)
    kind = styled.manifest.control("class")
    psi = styled.manifest.control("truncation")
    assert kind is not None
    assert psi is not None
    film = with_key(film, "k1", recipe=msgspec.structs.replace(
        film.keys[1].recipe, controls={**film.keys[1].recipe.controls, psi.name: 0.5}))  # fmt: skip
    recipe = FilmPlan(film, styled.manifest).recipe_at(0.5)
    assert isinstance(recipe.styling, Styling)
    names = [str(film.keys[at].recipe.controls[kind.name]) for at in (0, 1)]
    assert recipe.styling.kinds == pytest.approx(dict.fromkeys(names, 0.5))
    start = float(film.keys[0].recipe.controls.get(psi.name, psi.default))
    assert recipe.controls[psi.name] == pytest.approx((start + 0.5) / 2)
    assert recipe.schema == 3
    assert recipe.parents == (identity(film.keys[0].recipe), identity(film.keys[1].recipe))


def test_between_two_of_one_kind_nothing_is_done_to_a_position(plain: Model) -> None:
    film = film_of(plain, (0.0, 1.0))
    kind = plain.manifest.control("class")
    recipes = [key.recipe for key in film.keys]
    if kind is not None:
        recipes = [
            msgspec.structs.replace(
                recipe, controls={**recipe.controls, kind.name: plain.manifest.classes()[0].value}
            )
            for recipe in recipes
        ]
    for index, recipe in enumerate(recipes):
        film = with_key(film, f"k{index}", recipe=recipe)
    made = FilmPlan(film, plain.manifest).recipe_at(0.4)
    assert made.styling is msgspec.UNSET
    assert made.schema == 1


def test_traits_and_zones_from_others_fade_in_and_out(styled: Model) -> None:
    direction = np.ones(16, "<f4").tobytes()
    other = latent_to_bytes(np.ones(LATENT, np.float32))
    dressed = Styling(
        mixed=(Mixed(zone="colour", latent=other, share=0.8),),
        shifts=(Shift(direction=direction, amount=2.0, name="glasses"),),
    )
    film = film_of(styled)
    recipe = msgspec.structs.replace(film.keys[1].recipe, styling=dressed, schema=3)
    film = with_key(film, "k1", recipe=recipe)
    amounts = []
    for time in (0.25, 0.5, 0.75):
        made = FilmPlan(film, styled.manifest).recipe_at(time)
        assert isinstance(made.styling, Styling)
        (shift,), (mixed,) = made.styling.shifts, made.styling.mixed
        amounts.append(shift.amount)
        assert mixed.share == pytest.approx(0.4 * shift.amount)
        assert shift.name == "glasses"
    assert amounts == sorted(amounts)
    assert amounts[1] == pytest.approx(1.0)


def test_the_noise_stays_or_lives(styled: Model) -> None:
    film = film_of(styled)
    still = {FilmPlan(film, styled.manifest).recipe(frame).noise_seed for frame in range(30)}
    assert still == {film.keys[0].recipe.seed}
    living = FilmPlan(changed(film, noise="living"), styled.manifest)
    assert len({living.recipe(frame).noise_seed for frame in range(30)}) == 30


def test_a_cut_shows_the_key_until_the_next(styled: Model) -> None:
    film = with_key(film_of(styled), "k0", easing="cut")
    plan = FilmPlan(film, styled.manifest)
    assert all(_same_picture(plan.recipe(frame), wish(film.keys[0].recipe)) for frame in range(10))
    assert _same_picture(plan.recipe(10), wish(film.keys[1].recipe))


def test_a_model_without_styles_says_so(plain: Model, styled: Model) -> None:
    with pytest.raises(RequestInvalid, match="travel by position instead"):
        FilmPlan(film_of(plain, way="style"), plain.manifest)
    with pytest.raises(RequestInvalid, match="this is"):
        FilmPlan(film_of(plain), styled.manifest)
    with pytest.raises(RequestInvalid, match="not known"):
        FilmPlan(film_of(styled, way="style"), styled.manifest, {})


numbers = st.lists(st.floats(-2, 2, width=32), min_size=6, max_size=6).map(
    lambda values: np.array(values, np.float32) + np.float32(0.01)
)


@given(
    st.lists(numbers, min_size=4, max_size=4), st.lists(st.floats(0.1, 5), min_size=3, max_size=3)
)
def test_a_curve_begins_and_ends_at_its_keys(
    points: list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]], gaps: list[float]
) -> None:
    for on_sphere in (False, True):
        curve = Curve(points, gaps, on_sphere=on_sphere)
        np.testing.assert_allclose(curve.at(0.0), points[1], atol=1e-3)
        np.testing.assert_allclose(curve.at(1.0), points[2], atol=1e-3)
        assert np.isfinite(curve.at(0.37)).all()


@given(
    st.lists(numbers, min_size=4, max_size=4),
    st.lists(st.floats(0.1, 5), min_size=3, max_size=3),
    st.floats(0, 1),
)
def test_a_curve_of_styles_is_the_spline_of_catmull_and_rom(
    points: list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]],
    gaps: list[float],
    share: float,
) -> None:
    """By the pyramid as Barry and Goldman write it, on the points themselves."""
    before, first, second, after = (point.astype(np.float64) for point in points)
    knots = [0.0, *np.cumsum(gaps)]
    time = knots[1] + share * gaps[1]

    def led(
        a: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
        b: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
        start: int,
        end: int,
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        part = (time - knots[start]) / (knots[end] - knots[start])
        assume(abs(part - 0.5) < 1.9)  # farther out no way is followed
        between: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = a + part * (b - a)
        return between

    low, middle, high = led(before, first, 0, 1), led(first, second, 1, 2), led(second, after, 2, 3)
    expected = led(led(low, middle, 0, 2), led(middle, high, 1, 3), 1, 2)
    made = Curve(points, gaps, on_sphere=False).at(share)
    np.testing.assert_allclose(made, expected, rtol=1e-5, atol=1e-4)


def test_a_curve_on_the_sphere_stays_on_it_and_bends_with_its_neighbours() -> None:
    angles = (0.0, 0.5, 1.0, 1.5)
    circle = [np.array([np.cos(a), np.sin(a), 0.0], np.float32) for a in angles]
    even = Curve(circle, [1.0, 1.0, 1.0], on_sphere=True)
    for share in (0.0, 0.25, 0.5, 0.9, 1.0):
        angle = 0.5 + 0.5 * share
        np.testing.assert_allclose(even.at(share), [np.cos(angle), np.sin(angle), 0], atol=1e-6)
    bent = Curve([*circle[:3], np.array([0, 0, 1], np.float32)], [1.0, 1.0, 1.0], on_sphere=True)
    made = bent.at(0.5)
    assert np.linalg.norm(made) == pytest.approx(1.0, abs=1e-6)
    assert abs(float(made[2])) > 0.01


def test_the_line_and_the_sphere_go_on_beyond_their_ends() -> None:
    one, other = np.array([1, 0], np.float32), np.array([0, 1], np.float32)
    np.testing.assert_allclose(along_line(one, other, 2.0), [-1, 2])
    beyond = along_sphere(one, other, 2.0)
    np.testing.assert_allclose(beyond, [-1, 0], atol=1e-6)
