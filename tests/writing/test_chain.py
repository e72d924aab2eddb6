"""The chain: the order that was asked for, draws that replay, and mirostat wound back."""

import math

import hypothesis.strategies as st
import msgspec
import numpy as np
import pytest
from hypothesis import given, settings

from studio.contract.errors import RequestInvalid
from studio.contract.writing import (
    BANNED,
    HUGGING_FACE,
    LLAMA_CPP,
    ORDERS,
    SAMPLERS,
    SETTINGS,
    SamplerSettings,
)
from studio.writing.engine.chain import Chain, samplers_of
from studio.writing.engine.penalties import Bias, DontRepeatYourself, Penalties
from studio.writing.engine.samplers import (
    ExcludeTopChoices,
    MinP,
    Surprise,
    Temperature,
    TopK,
    TopNSigma,
    TopP,
    Typical,
)
from tests.writing.references import Mask, Row, probabilities
from tests.writing.rows import MINUS, drawn_row, kept, rows

ALL = SamplerSettings(
    temperature=0.8,
    dynamic_range=0.3,
    top_k=200,
    top_p=0.95,
    min_p=0.01,
    typical=0.95,
    top_n_sigma=3.0,
    xtc_probability=0.5,
    xtc_threshold=0.2,
    dry_multiplier=0.8,
    dry_breakers=(),
    repetition=1.2,
    presence=0.1,
    frequency=0.1,
    logit_bias={3: 2.0, 5: BANNED},
)
"""Everything at once."""

orders = st.permutations(sorted(SAMPLERS)).map(tuple)


@settings(max_examples=40)
@given(order=orders, row=rows(smallest=8), seed=st.integers(0, 2**64 - 1))
def test_the_samplers_work_in_the_order_asked_for(
    order: tuple[str, ...], row: Row, seed: int
) -> None:
    history = [1, 2, 3, 1, 2]
    row[:8] = 1.0
    chain = Chain(msgspec.structs.replace(ALL, order=order), len(row), seed=seed)
    steps = {
        "bias": Bias(ALL.logit_bias),
        "penalties": Penalties(1.2, 0.1, 0.1),
        "dry": DontRepeatYourself(0.8, 1.75, 2),
        "top_n_sigma": TopNSigma(3.0),
        "top_k": TopK(200),
        "typical": Typical(0.95),
        "top_p": TopP(0.95),
        "min_p": MinP(0.01),
        "xtc": ExcludeTopChoices(0.5, 0.2),
        "temperature": Temperature(0.8, 0.3),
    }
    processed = row
    for name in order:
        processed = steps[name].process(processed, history, seed=seed)
    if not kept(processed).any():
        with pytest.raises(RequestInvalid):
            chain.draw(row, history)
        return
    expected = probabilities(processed)
    np.testing.assert_allclose(chain.probabilities(row, history), expected, atol=1e-5)
    draw = chain.draw(row, history)
    assert draw.choices == kept(processed).sum()
    assert draw.probability == pytest.approx(expected[draw.token], abs=1e-5)


def test_the_two_orders_hold_every_sampler_once() -> None:
    for order in ORDERS.values():
        assert sorted(order) == sorted(SAMPLERS)
    assert HUGGING_FACE.index("temperature") < HUGGING_FACE.index("top_k")
    assert LLAMA_CPP[-1] == "temperature"


def test_what_does_nothing_costs_nothing() -> None:
    assert samplers_of(SamplerSettings()) == ()
    assert samplers_of(SamplerSettings(dry_base=3.0, xtc_threshold=0.5, mirostat_tau=1.0)) == ()
    assert samplers_of(SETTINGS["llama.cpp"]) == (
        TopK(40), TopP(0.95), MinP(0.05), Temperature(0.8),
    )  # fmt: skip


@settings(max_examples=40)
@given(row=rows(), seed=st.integers(0, 2**64 - 1), history=st.lists(st.integers(0, 9), max_size=9))
def test_a_draw_depends_on_its_place_and_on_nothing_drawn_before(
    row: Row, seed: int, history: list[int]
) -> None:
    settings_ = SETTINGS["llama.cpp"]
    fresh = Chain(settings_, len(row), seed=seed).draw(row, history)
    worn = Chain(settings_, len(row), seed=seed)
    for length in range(5):
        worn.accept(worn.draw(row, [0] * length))
    assert worn.draw(row, history) == fresh
    assert worn.draw(row, np.array(history, np.int64)) == fresh


def test_draws_follow_the_probabilities() -> None:
    row = np.log(np.array([0.5, 0.25, 0.125, 0.125], np.float32))
    chain = Chain(SamplerSettings(), 4, seed=11)
    drawn = [chain.draw(row, [0] * position).token for position in range(4000)]
    counts = np.bincount(drawn, minlength=4)
    expected = 4000 * np.array([0.5, 0.25, 0.125, 0.125])
    assert float(((counts - expected) ** 2 / expected).sum()) < 16.3  # 3 degrees, 1 in 1,000


def test_a_new_attempt_at_a_place_is_a_new_draw() -> None:
    row = np.zeros(1000, np.float32)
    chain = Chain(SamplerSettings(), 1000)
    assert len({chain.draw(row, [1], attempt=attempt).token for attempt in range(20)}) > 15


@settings(max_examples=30)
@given(row=rows(smallest=2), seed=st.integers(0, 99))
def test_what_has_no_probability_is_never_drawn(row: Row, seed: int) -> None:
    chain = Chain(SamplerSettings(), len(row), seed=seed)
    for position in range(10):
        draw = chain.draw(row, [0] * position)
        assert row[draw.token] > MINUS
        assert draw.probability > 0.0


def test_masks_and_bans_come_before_all_samplers() -> None:
    row = np.array([5.0, 4.0, 3.0, 2.0], np.float32)
    chain = Chain(SETTINGS["greedy"], 4)
    assert chain.draw(row, []).token == 0
    assert chain.draw(row, [], banned={0, 1}).token == 2
    assert chain.draw(row, [], allowed=np.array([False, True, True, False])).token == 1
    left = chain.probabilities(row, [], allowed=np.array([False, True, True]), banned=[1])
    assert left.tolist() == [0.0, 0.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("row", "allowed", "banned", "biases"),
    [
        (np.full(3, MINUS, np.float32), None, (), {}),
        (np.zeros(3, np.float32), np.zeros(3, np.bool_), (), {}),
        (np.zeros(3, np.float32), None, (0, 1, 2), {}),
        (np.zeros(3, np.float32), np.array([True, False, True]), (0, 2, 7), {}),
        (np.zeros(3, np.float32), None, (1,), {0: BANNED, 2: BANNED}),
    ],
)
def test_where_no_token_is_left_it_is_said(
    row: Row, allowed: Mask | None, banned: tuple[int, ...], biases: dict[int, float]
) -> None:
    chain = Chain(SamplerSettings(logit_bias=biases, top_k=2), 3)
    with pytest.raises(RequestInvalid, match=r"no token is left .* it is possible"):
        chain.draw(row, [], allowed=allowed, banned=banned)


def test_scores_that_are_no_numbers_are_refused() -> None:
    chain = Chain(SamplerSettings(), 3)
    with pytest.raises(RequestInvalid, match=r"no numbers"):
        chain.draw(np.array([0.0, math.nan, 1.0], np.float32), [])


def test_one_token_that_is_left_is_drawn_for_certain() -> None:
    row = np.full(100, MINUS, np.float32)
    row[42] = -1e30
    for settings_ in (*SETTINGS.values(), ALL, SamplerSettings(mirostat=2)):
        draw = Chain(settings_, 100).draw(row, [])
        assert (draw.token, draw.probability, draw.choices) == (42, 1.0, 1)


def test_mirostat_cuts_by_its_aim_and_corrects_it_by_what_was_drawn() -> None:
    """Algorithm 2 of the paper, step for step."""
    settings_ = SamplerSettings(mirostat=2, mirostat_tau=3.0, mirostat_eta=0.2, temperature=0.9)
    chain = Chain(settings_, 2000, seed=5)
    history: list[int] = []
    aim = 6.0
    for step in range(40):
        row = drawn_row(step, 2000)
        assert chain.aim == pytest.approx(aim)
        cut = Surprise(aim).process(Temperature(0.9).process(row))
        expected = probabilities(cut)
        np.testing.assert_allclose(chain.probabilities(row, history), expected, atol=1e-5)
        draw = chain.draw(row, history)
        chain.accept(draw)
        history.append(draw.token)
        aim -= 0.2 * (-math.log2(expected[draw.token]) - 3.0)
    assert len(chain) == 40


def test_mirostat_keeps_the_surprise_near_its_aim() -> None:
    chain = Chain(SamplerSettings(mirostat=2, mirostat_tau=4.0), 3000, seed=1)
    surprises = []
    for step in range(300):
        draw = chain.draw(drawn_row(step, 3000, spread=1.0), [0] * step)
        chain.accept(draw)
        surprises.append(-math.log2(draw.probability))
    assert np.mean(surprises[50:]) == pytest.approx(4.0, abs=0.3)


def test_mirostat_stands_in_for_all_that_cuts() -> None:
    row = drawn_row(8, 500)
    alone = Chain(SamplerSettings(mirostat=2, temperature=0.7), 500)
    among = Chain(msgspec.structs.replace(SETTINGS["llama.cpp"], mirostat=2, temperature=0.7), 500)
    assert np.array_equal(alone.probabilities(row, []), among.probabilities(row, []))


@given(
    steps=st.lists(st.one_of(st.just(-1), st.integers(0, 12)), max_size=25), seed=st.integers(0, 99)
)
def test_mirostat_is_wound_back_with_the_text(steps: list[int], seed: int) -> None:
    settings_ = SamplerSettings(mirostat=2)
    chain = Chain(settings_, 50, seed=seed)
    row = drawn_row(seed, 50)
    aims = [10.0]
    for step in steps:
        if step < 0:
            chain.accept(chain.draw(row, [0] * len(chain)))
            aims.append(chain.aim)
        else:
            chain.truncate(step)
            del aims[step + 1 :]
        assert chain.aim == aims[-1]
        assert len(chain) == len(aims) - 1
    goes_on = msgspec.structs.replace(settings_, mirostat_aim=chain.aim)
    gone_on = Chain(goes_on, 50, seed=seed)
    assert gone_on.draw(row, [1]) == chain.draw(row, [1])


def test_breakers_need_the_texts_of_tokens() -> None:
    settings_ = SamplerSettings(dry_multiplier=0.8)
    with pytest.raises(RequestInvalid, match="DRY without breakers is possible"):
        Chain(settings_, 5)
    assert Chain(settings_, 5, token_bytes=lambda token: b"x").draw(np.zeros(5), [1, 1]).token < 5


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_that_cannot_be_is_refused(seed: int) -> None:
    with pytest.raises(RequestInvalid):
        Chain(SamplerSettings(), 5, seed=seed)


def test_settings_that_cannot_be_are_refused() -> None:
    with pytest.raises(RequestInvalid, match=r"“top p” cannot be 2; 0 to 1 is possible"):
        Chain(SamplerSettings(top_p=2.0), 5)
    with pytest.raises(RequestInvalid, match=r"no token 5 .* 0 to 4"):
        Chain(SamplerSettings(logit_bias={5: 1.0}), 5)
