"""The proofs count what they tried, name what was lost, and write it down as it was."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proof import table
from tests.proof.__main__ import main
from tests.proof.catalogue import PROOFS
from tests.proof.storage import earlier_samples, killed_while_old, moments_of_opening
from tests.proof.trials import Loss, NotHere, Proof, Result, Results, Trial, carry_out

DAILY = ("manifests", "frames", "pictures", "recipes", "idx", "training-pictures",
         "picture-caches", "rulers", "settings", "known-projects", "window-states",
         "holder-notes", "noise", "films", "networks", "sources", "gguf",
         "tokenizers", "chat-templates", "text-models")  # fmt: skip
"""What is quick; the kills, the models, the databases and the network have tests of their own."""
WHOLE_WINDOWS = {"disk-full": 1, "read-only": 3, "two-windows": 1, "clock-jumps": 1,
                 "old-schemas": 3}  # fmt: skip


def fail() -> None:
    raise AssertionError("it broke\nand more")


def proof_of(*runs: object, before: str = "") -> Proof:
    def trials(folder: Path, count: int) -> Iterator[Trial]:
        assert folder.is_dir()
        if before:
            raise NotHere(before)
        for number, run in enumerate(runs[:count]):
            yield Trial(name=f"trial {number}", run=run)  # type: ignore[arg-type]  # any callable

    return Proof(name="p", tried="what is done", holds="what holds", trials=trials, full=9, quick=1)


def test_what_is_lost_is_counted_and_named_and_the_rest_goes_on() -> None:
    said: list[str] = []
    result = carry_out(proof_of(int, fail, int), 3, said.append)
    assert (result.tried, result.survived) == (3, 2)
    assert result.lost == (Loss(trial="trial 1", fault="AssertionError: it broke"),)
    (text,) = said
    assert "trial 1" in text
    assert "Traceback" in text


def test_a_proof_that_cannot_be_carried_out_here_says_why() -> None:
    result = carry_out(proof_of(before="no disk can be mounted"), 3, print)
    assert (result.tried, result.not_here) == (0, "no disk can be mounted")


def test_what_fails_outside_of_a_trial_is_lost_too() -> None:
    def trials(folder: Path, count: int) -> Iterator[Trial]:
        yield Trial(name="one", run=lambda: None)
        raise ValueError("something was left")

    proof = Proof(name="p", tried="t", holds="h", trials=trials, full=1, quick=1)
    result = carry_out(proof, 1, lambda _: None)
    assert (result.tried, result.survived, len(result.lost)) == (2, 1, 1)


def test_the_table_has_a_row_for_each_result_a_sum_and_every_loss() -> None:
    first, second = proof_of(), proof_of()
    results = Results(
        proofs={
            "p": Result(name="p", tried=1200, survived=1199, lost=(Loss(trial="t", fault="F: x"),))
        }
    )
    rows = table.table((first,), results).splitlines()
    assert rows[2] == "| what is done | what holds | 1,200 | 1,199 | 1 |"
    assert rows[3] == "| **all** | | **1,200** | **1,199** | **1** |"
    assert rows[-1] == "- Lost, what is done: t: F: x"
    assert table.table((second,), Results()).splitlines()[2:] == []


def test_readme_keeps_everything_but_the_table() -> None:
    text = f"before\n{table.BEGIN}\nold\n{table.END}\nafter"
    assert table.in_readme(text, "new") == f"before\n{table.BEGIN}\nnew\n{table.END}\nafter"
    with pytest.raises(ValueError, match="mark"):
        table.in_readme("no marks", "new")


def test_readme_says_what_was_found() -> None:
    text = table.README.read_text("utf-8")
    assert table.in_readme(text, table.table(PROOFS, table.read_results())) == text


def test_each_proof_has_a_name_of_its_own() -> None:
    assert len({proof.name for proof in PROOFS}) == len(PROOFS)


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["unheard-of"])
    assert "no proof named unheard-of" in capsys.readouterr().err


@pytest.mark.parametrize("name", DAILY)
def test_a_few_trials_of_each_fuzzing_are_survived(name: str) -> None:
    (proof,) = (proof for proof in PROOFS if proof.name == name)
    result = carry_out(proof, proof.quick, print)
    assert result.lost == ()
    assert result.survived == proof.quick


@pytest.mark.skipif(os.name == "nt", reason="disks are mounted as Linux has them")
@pytest.mark.parametrize(("name", "count"), WHOLE_WINDOWS.items())
def test_a_few_trials_with_whole_windows_are_survived(name: str, count: int) -> None:
    (proof,) = (proof for proof in PROOFS if proof.name == name)
    result = carry_out(proof, count, print)
    if result.not_here:
        pytest.skip(result.not_here)
    assert result.lost == ()
    assert result.survived == count


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_project_is_killed_at_the_last_time_of_a_moment_and_a_kill_that_never_comes_is_a_loss(
    tmp_path: Path,
) -> None:
    sample = earlier_samples()[-1]
    point, last = max(moments_of_opening(sample), key=lambda moment: moment[1])
    killed_while_old(tmp_path / "last", sample, point, last, seed=1)
    for never, times in ((point, last + 1), ("before rename", 1)):
        with pytest.raises(AssertionError, match=r"^0: "):
            killed_while_old(tmp_path / never, sample, never, times, seed=1)


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_every_moment_of_bringing_a_project_forward_is_in_the_full_proof(tmp_path: Path) -> None:
    (proof,) = (proof for proof in PROOFS if proof.name == "old-schemas")
    named = [trial.name for trial in proof.trials(tmp_path, proof.full)]
    for sample in earlier_samples():
        for point, times in moments_of_opening(sample):
            start = f"{sample.stem}, killed {point}, time {times}, seed "
            assert any(name.startswith(start) for name in named)
    assert {name.split(",")[0] for name in named} == {each.stem for each in earlier_samples()}
