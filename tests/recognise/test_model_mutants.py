"""Whatever a sound GGUF file says of its model: a graph, or one sentence."""

import random
import shutil
from collections import Counter
from pathlib import Path

from tests.recognise.model_mutants import mutant, try_model


def test_models_that_make_no_sense_come_to_a_graph_or_a_sentence(tmp_path: Path) -> None:
    ends: Counter[str] = Counter()
    for seed in range(150):
        chance = random.Random(seed)
        folder = tmp_path / str(seed)
        folder.mkdir()
        ends[try_model(folder, mutant(chance), chance)] += 1
        shutil.rmtree(folder)
    assert ends["TextModelInvalid"] > 50
    assert ends["TextModelUnsupported"] > 0
    assert ends["converted"] > 20
