"""Carries out every proof at full count and writes the table into README.

``python -m tests.proof [--quick | --table] [NAME ...]``

Each proof's result goes into ``tests/proof/results.json`` as soon as it is there, and the table in
README is made from that file, so a single proof can be carried out again by its name. ``--quick``
runs a few trials of each and writes nothing. The exit code is 1 if anything was lost.
"""

import argparse
import logging
import os
import sys
import time

import msgspec

from tests.proof import table
from tests.proof.catalogue import PROOFS
from tests.proof.trials import Proof, Result, carry_out


def main(arguments: list[str] | None = None) -> int:
    """Carry out what was named, or everything."""
    names = [proof.name for proof in PROOFS]
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names))
    parser.add_argument("--quick", action="store_true", help="a few trials of each; writes nothing")
    parser.add_argument("--table", action="store_true", help="only write README's table anew")
    chosen = parser.parse_args(arguments)
    if chosen.table:
        table.write_readme(table.table(PROOFS, table.read_results()))
        return 0
    unknown = set(chosen.names) - set(names)
    if unknown:
        parser.error(f"there is no proof named {', '.join(sorted(unknown))}")
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    logging.getLogger().addHandler(logging.NullHandler())  # what is lost is said, not logged
    lost = 0
    for proof in PROOFS:
        if chosen.names and proof.name not in chosen.names:
            continue
        result = _carry_out(proof, proof.quick if chosen.quick else proof.full)
        lost += len(result.lost)
        if not chosen.quick:
            _write_down(result)
    return int(lost > 0)


def _carry_out(proof: Proof, count: int) -> Result:
    print(f"{time.strftime('%H:%M:%S')} {proof.name}: {proof.tried} ({count})", flush=True)
    result = carry_out(proof, count, lambda text: print(text, file=sys.stderr, flush=True))
    line = f"    tried {result.tried}, survived {result.survived}, lost {len(result.lost)}"
    ending = f"; {result.not_here}" if result.not_here else ""
    print(f"{line}, {result.seconds:.0f} s{ending}", flush=True)
    return result


def _write_down(result: Result) -> None:
    results = table.read_results()
    results = msgspec.structs.replace(results, proofs={**results.proofs, result.name: result})
    table.write_results(results)
    table.write_readme(table.table(PROOFS, results))


if __name__ == "__main__":
    sys.exit(main())
