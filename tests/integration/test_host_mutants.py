"""Whatever stands in a model's folder: one sentence that names it, and the host goes on."""

import random
from collections import Counter
from pathlib import Path

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
from tests.models import GRAPH_FILE, replace_golden, replace_graph, write_tiny_generator
from tests.proof.mutants import of_bytes
from tests.sync_host import SyncHost

GOLDEN_FILE = "golden.npz"
LONGEST_RUN = 20.0
"""Seconds after which a mutant that does not end is cancelled."""


def try_mutant(host: SyncHost, folder: Path, chance: random.Random) -> str:
    """Make pictures with one mutant; the name of what came of it."""
    write_tiny_generator(folder)
    wanted = request(folder)
    place = chance.choice((GRAPH_FILE, GRAPH_FILE, GRAPH_FILE, MANIFEST_NAME, GOLDEN_FILE))
    mutant = of_bytes(chance, (folder / place).read_bytes(), most=4)
    if place == GOLDEN_FILE:
        replace_golden(folder, mutant)
        result = replayed(host, folder)
    else:
        if place == GRAPH_FILE:
            replace_graph(folder, mutant)
        else:
            (folder / MANIFEST_NAME).write_bytes(mutant)
        result = outcome(host, wanted, patience=LONGEST_RUN)
    if isinstance(result, ModelError | MemoryExhausted):
        assert str(folder) in result.message
        assert "\n" not in result.message
    elif isinstance(result, AtelierError) and not isinstance(result, HostCrashed | Cancelled):
        assert result.message
        assert type(result) is not AtelierError, result.detail
    return type(result).__name__


def replayed(host: SyncHost, folder: Path) -> object:
    """The report of the golden sample, or the one error that there is none."""
    try:
        return host.replay_golden(folder)
    except AtelierError as error:
        return error


def test_a_hundred_mutants_of_a_model(tmp_path: Path) -> None:
    outcomes: Counter[str] = Counter()
    before = children()
    sound = write_tiny_generator(tmp_path / "sound")
    with SyncHost(HostSettings(provider="cpu", memory_limit=2**30)) as host:
        expected = host.generate(request(sound))
        for seed in range(100):
            outcomes[try_mutant(host, tmp_path / str(seed), random.Random(seed))] += 1
            if seed % 10 == 9:
                assert host.generate(request(sound)) == expected
    assert children() == before
    assert outcomes["GraphInvalid"] > 10
    assert outcomes[ManifestInvalid.__name__] > 5
    assert outcomes.total() == 100
