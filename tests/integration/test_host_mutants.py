"""Whatever stands in a model's folder: one sentence that names it, and the host goes on."""

import random
from pathlib import Path

import pytest

from studio.contract.errors import (
    AtelierError,
    Cancelled,
    HostCrashed,
    ManifestInvalid,
    MemoryExhausted,
    ModelError,
)
from studio.contract.manifest import MANIFEST_NAME
from studio.host.client import HostSettings
from tests.integration.hosts import children, outcome, request
from tests.models import GRAPH_FILE, replace_graph, write_tiny_generator
from tests.sync_host import SyncHost

SEED = 977
LONGEST_RUN = 20.0
"""Seconds after which a mutant that does not end is cancelled."""


def _mutate(data: bytes, chance: random.Random) -> bytes:
    """One to four changes: a byte, a bit, a cut, a piece doubled, a piece of another place."""
    mutant = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(mutant))
        length = chance.randint(1, 40)
        match chance.randrange(6):
            case 0:
                mutant[place] = chance.randrange(256)
            case 1:
                mutant[place] ^= 1 << chance.randrange(8)
            case 2:
                del mutant[place : place + length]
            case 3:
                mutant[place:place] = mutant[place : place + length]
            case 4:
                other = chance.randrange(len(mutant))
                mutant[place : place + length] = mutant[other : other + length]
            case _:
                del mutant[chance.randrange(len(mutant) // 2, len(mutant)) :]
    return bytes(mutant)


def _try_mutants(scratch: Path, count: int) -> dict[str, int]:
    """Make pictures with each mutant; how often each outcome came."""
    chance = random.Random(SEED)
    before = children()
    sound = write_tiny_generator(scratch / "sound")
    outcomes: dict[str, int] = {}
    with SyncHost(HostSettings(provider="cpu", memory_limit=2**30)) as host:
        expected = host.generate(request(sound))
        for index in range(count):
            folder = write_tiny_generator(scratch / f"mutant-{index}")
            wanted = request(folder)
            if chance.randrange(4):
                replace_graph(folder, _mutate((folder / GRAPH_FILE).read_bytes(), chance))
            else:
                manifest = folder / MANIFEST_NAME
                manifest.write_bytes(_mutate(manifest.read_bytes(), chance))
            result = outcome(host, wanted, patience=LONGEST_RUN)
            name = type(result).__name__
            outcomes[name] = outcomes.get(name, 0) + 1
            if isinstance(result, ModelError | MemoryExhausted):
                assert str(folder) in result.message
                assert "\n" not in result.message
            elif isinstance(result, AtelierError) and not isinstance(
                result, HostCrashed | Cancelled
            ):
                assert result.message
                assert type(result) is not AtelierError, result.detail
            if index % 10 == 9:
                assert host.generate(request(sound)) == expected
        assert host.generate(request(sound)) == expected
    assert children() == before
    return outcomes


def test_a_hundred_mutants_of_a_model(tmp_path: Path) -> None:
    outcomes = _try_mutants(tmp_path, 100)
    assert outcomes["GraphInvalid"] > 10
    assert outcomes[ManifestInvalid.__name__] > 5
    assert sum(outcomes.values()) == 100


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_thousand_mutants_of_a_model(tmp_path: Path) -> None:
    assert sum(_try_mutants(tmp_path, 1000).values()) == 1000
