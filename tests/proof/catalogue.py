"""Every proof, in the order of the table."""

from tests.proof import (
    foreign,
    fuzzing,
    kills,
    long_tests,
    offline,
    storage,
    text_models,
    text_tools,
    tools,
)
from tests.proof.trials import Proof

PROOFS: tuple[Proof, ...] = (
    *fuzzing.PROOFS,
    *text_models.PROOFS,
    *text_tools.PROOFS,
    *tools.PROOFS,
    *foreign.PROOFS,
    *kills.PROOFS,
    *storage.PROOFS,
    *offline.PROOFS,
    *long_tests.PROOFS,
)
