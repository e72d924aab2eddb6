"""Random numbers that stand at a place: the seed and the position alone decide them.

A generator with a state would have to be wound forward to go on in the middle of a text, and would
be out of step after a branch, a phrase taken back or a guess that was right. Here nothing is wound:
the number of a position is computed from the position. numpy's streams may change between releases,
these may not, so they are computed with Python's own whole numbers.
"""

from typing import Final

from studio.contract.errors import RequestInvalid

GREATEST_SEED: Final = 2**64 - 1

TOKEN: Final = 0
"""The stream that draws tokens."""
EXCLUSION: Final = 1
"""The stream by which XTC decides whether to work."""

_MASK: Final = 2**64 - 1
_MULTIPLIERS: Final = (0xD2E7470EE14C6C93, 0xCA5A826395121157)
_WEYL: Final = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)
_ROUNDS: Final = 10


def uniform(seed: int, position: int, stream: int = TOKEN, attempt: int = 0) -> float:
    """A number in [0, 1), evenly distributed, of 53 bits.

    ``position`` is the index that the drawn token will have in the whole text, prompt included;
    ``attempt`` how often a token was taken back there, so that a new draw owes nothing to the one
    that was refused. Raises `RequestInvalid` for a seed that cannot be one.
    """
    check_seed(seed)
    word = philox((position & _MASK, attempt & _MASK, stream & _MASK, 0), (seed, 0))[0]
    return (word >> 11) * 2.0**-53


def check_seed(seed: int) -> None:
    """Refuse a seed that cannot be one; raises `RequestInvalid`."""
    if not 0 <= seed <= GREATEST_SEED:
        raise RequestInvalid(fault=f"the seed cannot be {seed}; 0 to {GREATEST_SEED} is possible")


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Philox4x64-10: four words of 64 bits that look random, for every counter and key others.

    Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3.
    """
    first, second, third, fourth = counter
    low_key, high_key = key
    for _ in range(_ROUNDS):
        left = first * _MULTIPLIERS[0]
        right = third * _MULTIPLIERS[1]
        first, second, third, fourth = (
            (right >> 64) ^ second ^ low_key,
            right & _MASK,
            (left >> 64) ^ fourth ^ high_key,
            left & _MASK,
        )
        low_key = (low_key + _WEYL[0]) & _MASK
        high_key = (high_key + _WEYL[1]) & _MASK
    return first, second, third, fourth
