"""The table of what was tried, as it stands in README between two marks."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.proof.trials import Proof, Result, Results

FOLDER = Path(__file__).parent
README = FOLDER.parents[1] / "README.md"
RESULTS = FOLDER / "results.json"
BEGIN = "<!-- proof -->"
END = "<!-- /proof -->"
HEAD = "| what was done | what has to hold | tried | survived | lost |"


def read_results() -> Results:
    """What was found so far; nothing where there is no file."""
    if not RESULTS.exists():
        return Results()
    return msgspec.json.decode(RESULTS.read_bytes(), type=Results)


def write_results(results: Results) -> None:
    """Replace the file."""
    RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n")


def table(proofs: Sequence[Proof], results: Results) -> str:
    """One row a proof that was carried out, and a sum; then every loss by name."""
    rows = [
        "| what was done | what has to hold | tried | survived | lost |",
        "|---|---|---|---|---|",
    ]
    found = [
        (proof, results.proofs[proof.name]) for proof in proofs if proof.name in results.proofs
    ]
    for proof, result in found:
        tried = f"{result.tried:,}"
        if result.not_here:
            tried += f" (not here: {result.not_here})"
        counts = f"{tried} | {result.survived:,} | {len(result.lost):,}"
        rows.append(f"| {proof.tried} | {proof.holds} | {counts} |")
    total = [sum(part) for part in zip(*(_counts(result) for _, result in found), strict=True)]
    if total:
        rows.append("| **all** | | " + " | ".join(f"**{count:,}**" for count in total) + " |")
    losses = [
        f"- Lost, {proof.tried}: {loss.trial}: {loss.fault}"
        for proof, result in found
        for loss in result.lost
    ]
    return "\n".join([*rows, "", *losses] if losses else rows)


def _counts(result: Result) -> tuple[int, int, int]:
    return result.tried, result.survived, len(result.lost)


def in_readme(text: str, body: str) -> str:
    """README with the table between its marks replaced; `ValueError` where a mark is missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README lacks the mark {BEGIN} or {END}")
    return f"{before}{BEGIN}\n{body}\n{END}{after}"


def write_readme(body: str) -> None:
    """Put the table into README."""
    README.write_text(in_readme(README.read_text("utf-8"), body), "utf-8")
