"""What a proof is, how it is carried out, and what is written down of it.

A proof is a list of trials. A trial does one bad thing to the studio (kills it, hands it damaged
bytes, fills its disk) and then looks whether everything holds that was promised. It survives if
it returns, and is lost if it raises: the exception says what did not hold. Trials of one proof
follow on each other in one folder, and a lost one does not stop the rest.
"""

import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec


class NotHere(Exception):
    """This system does not allow what a proof needs; the message says why."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One bad thing, and a look at what became of it."""

    name: str
    """Enough to do the same again: seed, moment, place."""
    run: Callable[[], None]


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A promise, and the trials that it has to survive."""

    name: str
    tried: str
    """What is done, for the table: "the window killed at random moments"."""
    holds: str
    """What must hold after each trial."""
    trials: Callable[[Path, int], Iterator[Trial]]
    """Yields so many trials that are to be run in a folder; closed in any case."""
    full: int
    quick: int


class Loss(msgspec.Struct, frozen=True, kw_only=True):
    """A trial that was not survived."""

    trial: str
    fault: str


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What one carrying out of a proof came to."""

    name: str
    tried: int
    survived: int
    lost: tuple[Loss, ...] = ()
    seconds: float = 0.0
    not_here: str = ""
    """Why nothing, or not all, could be tried on this system."""


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """All results that are in hand, by the name of the proof."""

    proofs: dict[str, Result] = {}


def carry_out(proof: Proof, count: int, say: Callable[[str], None]) -> Result:
    """Run ``count`` trials in a new folder, which is deleted; what is lost is said at once."""
    folder = Path(tempfile.mkdtemp(prefix="proof-"))
    begun = time.monotonic()
    survived, lost, not_here = 0, list[Loss](), ""
    trials = proof.trials(folder, count)
    try:
        for trial in trials:
            try:
                trial.run()
            except NotHere:
                raise
            except Exception as error:
                lost.append(Loss(trial=trial.name, fault=_fault(error)))
                say(f"lost: {trial.name}\n{_trace()}")
            else:
                survived += 1
    except NotHere as error:
        not_here = str(error)
    except Exception as error:  # what stood ready for all trials, or was looked at after them
        lost.append(Loss(trial="before or after all", fault=_fault(error)))
        say(f"lost: before or after all\n{_trace()}")
    finally:
        close = getattr(trials, "close", None)
        if close is not None:
            close()
        shutil.rmtree(folder, ignore_errors=True)
    return Result(
        name=proof.name,
        tried=survived + len(lost),
        survived=survived,
        lost=tuple(lost),
        seconds=round(time.monotonic() - begun, 1),
        not_here=not_here,
    )


def _trace() -> str:
    """The exception at hand for whoever mends it; a hostile input may stand in it whole."""
    return "".join(f"{line[:300]}\n" for line in traceback.format_exc().splitlines())


def _fault(error: Exception) -> str:
    """One line without the folders of this machine."""
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:200]}" if text else type(error).__name__
