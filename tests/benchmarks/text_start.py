"""From the start of a process to the first token of a 20-token prompt, its graph being cached.

Two ways in turn: `studio write` as a writer runs it, which starts the model process and waits for
the first word to be shown, and the engine alone in a process of its own, up to the first token.
Owed: 0.8 s on two cores. A cache that holds the file's graph already is used where it is named::

    python -m tests.benchmarks.text_start [--pairs 15] [--form fast] [--cache FOLDER] FILE.gguf
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.benchmarks.report import interleave, line

PROMPT: Final = (
    "It is a truth universally acknowledged, that a single man in possession of a good fortune"
)
"""Twenty tokens, or nearly, whatever the tokenizer."""


def first_token(file: Path, form: str, cache: Path) -> None:
    """The engine alone: open, read the prompt, and say what is likeliest then."""
    from studio.contract.texts import TextSettings
    from studio.runtime.cancel import CancelToken
    from studio.runtime.devices import choose_device
    from studio.writing.engine.model import TextEngine

    token, threads = CancelToken(), len(os.sched_getaffinity(0))
    engine = TextEngine.open(
        file, form, device=choose_device("cpu"), threads=threads, cache_folder=cache, token=token,
        advance=lambda stage, done, total: None,
    )  # fmt: skip
    prompt = engine.prompt(TextSettings(prompt=PROMPT))
    print(int(engine.decoder.feed(prompt.ids, token)[-1].argmax()), flush=True)
    os._exit(0)  # what a process does to end is not owed


def seconds_to_output(command: list[str], environment: dict[str, str]) -> float:
    """Until the first bytes that the command prints."""
    began = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        shown = os.read(process.stdout.fileno(), 1)
        taken = time.perf_counter() - began
        process.stdout.read()
    if process.returncode or not shown:
        raise RuntimeError(f"{command[:4]} ended with {process.returncode}")
    return taken


def main() -> None:
    """Measure both ways in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--form", default="exact")
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--alone", action="store_true", help="the engine, once, in this process")
    chosen = parser.parse_args()
    if chosen.file is None:
        print("no model was named: python -m tests.benchmarks.text_start FILE.gguf")
        return
    if chosen.alone:
        first_token(chosen.file, chosen.form, chosen.cache)
    with tempfile.TemporaryDirectory() as scratch:
        cache = (chosen.cache or Path(scratch)).resolve()
        alone = [
            sys.executable, "-m", "tests.benchmarks.text_start", str(chosen.file), "--alone",
            "--form", chosen.form, "--cache", str(cache / "engine"),
        ]  # fmt: skip
        command = [
            sys.executable, "-m", "studio", "--basedir", str(cache), "write",
            str(chosen.file), "--prompt", PROMPT, "--form", chosen.form,
            "--max-tokens", "1", "--sampler", "greedy", "--provider", "cpu",
        ]  # fmt: skip
        environment = {**os.environ, "ORT_DISABLE_TELEMETRY": "1"}
        whole, engine = interleave(
            lambda: seconds_to_output(command, environment),
            lambda: seconds_to_output(alone, environment),
            chosen.pairs,
        )
        print(line(f"studio write, {chosen.form}: start to first word", whole, "s"))
        print(line(f"the engine alone, {chosen.form}: start to first token", engine, "s"))


if __name__ == "__main__":
    main()
