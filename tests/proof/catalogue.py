"""Every proof, in the order of the table."""

from tests.proof import fuzzing, kills
from tests.proof.trials import Proof

PROOFS: tuple[Proof, ...] = (*fuzzing.PROOFS, *kills.PROOFS)
