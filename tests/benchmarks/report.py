"""How the benchmarks sum up: medians with intervals, and ratios of interleaved pairs.

A machine drifts, so A and B are measured in turn and compared pair by pair; the interval is the
one of the median by the binomial distribution (95 %), which assumes nothing of the noise.
"""

import math
from collections.abc import Callable, Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of the sorted values lie; nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))]


def median_interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Median and its distribution-free 95 % interval (low, median, high).

    Ranks from the normal approximation of Binomial(n, 1/2): n/2 -+ 0.98 sqrt(n).
    """
    ordered = sorted(values)
    count = len(ordered)
    half = 0.98 * math.sqrt(count)
    low = max(0, math.floor(count / 2 - half))
    high = min(count - 1, math.ceil(count / 2 + half) - 1)
    middle = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    return ordered[low], middle, ordered[max(high, low)]


def line(name: str, values: Sequence[float], unit: str) -> str:
    """One figure as a line: median, interval, 95th and 99th percentile, count."""
    low, middle, high = median_interval(values)
    return (
        f"{name:44} median {middle:9.3f} {unit} [{low:.3f}, {high:.3f}]  "
        f"p95 {percentile(values, 0.95):.3f}  p99 {percentile(values, 0.99):.3f}  n={len(values)}"
    )


def interleave(
    first: Callable[[], float], second: Callable[[], float], pairs: int, warm_up: int = 1
) -> tuple[list[float], list[float]]:
    """Measure A B, B A, A B, ...: each callable returns its own figure; warm-ups are dropped."""
    a: list[float] = []
    b: list[float] = []
    for index in range(warm_up + pairs):
        if index % 2:
            second_value = second()
            first_value = first()
        else:
            first_value = first()
            second_value = second()
        if index >= warm_up:
            a.append(first_value)
            b.append(second_value)
    return a, b


def ratio(name: str, a: Sequence[float], b: Sequence[float]) -> str:
    """The ratio A/B pair by pair as a line."""
    low, middle, high = median_interval([x / y for x, y in zip(a, b, strict=True)])
    return f"{name:44} median {middle:9.3f} x  [{low:.3f}, {high:.3f}]  n={len(a)}"
