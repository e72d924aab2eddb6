"""What a loaded text model takes of memory, with each way of loading in a process of its own.

Owed: resident at most 1.3 times the file, plus the cache of keys and values, plus the process
without a model. The way is a list of entries of onnxruntime's session options. MODEL is a folder
or an ONNX graph; the file is what it was made from, or else all of its graph and weights::

    python -m tests.benchmarks.text_memory [--file FILE.gguf] [--tokens 1000] [--threads 2] MODEL
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import numpy as np

WAYS: Final[dict[str, dict[str, str]]] = {
    "as the studio loads": {},
    "initialisers outside of the arena": {"session.use_device_allocator_for_initializers": "1"},
    "without repacked weights": {"session.disable_prepacking": "1"},
    "both": {
        "session.use_device_allocator_for_initializers": "1",
        "session.disable_prepacking": "1",
    },
}


def resident() -> dict[str, float]:
    """Megabytes of this process by kind, as Linux tells them."""
    found = {}
    for entry in Path("/proc/self/status").read_text("ascii").splitlines():
        name, _, value = entry.partition(":")
        if name in ("VmRSS", "VmHWM", "RssAnon", "RssFile"):
            found[name] = int(value.split()[0]) * 1024 / 1e6
    return found


def prose(model: Path, tokens: int) -> list[int]:
    """So many tokens of prose: which rows of the embedding are looked up decides what is mapped."""
    from studio.recognise.text import recognise_text
    from studio.writing.engine.forms import SAMPLE
    from studio.writing.engine.tokens import TextTokenizer

    found = recognise_text(model)
    assert found.tokenizer is not None, "a GGUF file is converted first"
    ids = TextTokenizer.from_file(found.tokenizer).encode(SAMPLE.read_text("utf-8"))
    return (ids * (tokens // len(ids) + 1))[:tokens]


def measure(model: Path, text: list[int], threads: int, way: dict[str, str]) -> dict[str, object]:
    """Load ``model``, read and write a little; what it took at each stage."""
    from studio.recognise.text import recognise_text
    from studio.runtime.cancel import CancelToken
    from studio.runtime.devices import choose_device, trial_fault
    from studio.runtime.text import open_text
    from studio.writing.engine.decoder import Decoder

    device, token = choose_device("cpu"), CancelToken()
    trial_fault(device)  # what a process takes once onnxruntime has run at all
    stages = {"empty": resident()}
    found = recognise_text(model)
    assert found.graphs is not None, "a GGUF file is converted first"
    started = time.perf_counter()
    session = open_text(found.graphs, device=device, threads=threads, token=token, settings=way)
    seconds = time.perf_counter() - started
    stages["loaded"] = resident()
    caches = {"empty": 0.0, "loaded": 0.0}
    decoder = Decoder(session, context=found.context)
    started = time.perf_counter()
    decoder.feed(text, token)
    first = time.perf_counter() - started
    stages["read"] = resident()
    caches["read"] = session.kept_bytes / 1e6
    times = []
    for number in text[:32]:
        started = time.perf_counter()
        decoder.extend([number], token)
        times.append(time.perf_counter() - started)
    stages["written"] = resident()
    caches["written"] = session.kept_bytes / 1e6
    return {
        "stages": stages, "caches": caches, "load": seconds, "first": first,
        "speed": 1 / float(np.median(times)),
    }  # fmt: skip


def main() -> None:
    """Measure one model in each way."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", type=Path)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--tokens", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--way", choices=WAYS)
    chosen = parser.parse_args()
    if chosen.model is None:
        print("no model was named: python -m tests.benchmarks.text_memory MODEL")
        return
    if chosen.way is not None:
        text = json.loads(sys.stdin.read())
        figures = measure(chosen.model, text, chosen.threads, WAYS[chosen.way])
        print(json.dumps(figures))
        return
    ids = json.dumps(prose(chosen.model, chosen.tokens))
    files = [chosen.file] if chosen.file else [*chosen.model.glob("*.onnx*")]
    size = sum(file.stat().st_size for file in files) / 1e6
    print(f"the file: {size:.1f} MB; owed: at most {1.3 * size:.1f} MB besides cache and process")
    for name in WAYS:
        arguments = [
            sys.executable, "-m", "tests.benchmarks.text_memory", str(chosen.model),
            "--threads", str(chosen.threads), "--way", name,
        ]  # fmt: skip
        answer = subprocess.run(arguments, input=ids, stdout=subprocess.PIPE, text=True, check=True)
        figures = json.loads(answer.stdout)
        empty = figures["stages"]["empty"]["VmRSS"]
        print(
            f"{name}: loaded in {figures['load']:.2f} s, first token {figures['first']:.2f} s, "
            f"{figures['speed']:.1f} tokens/s"
        )
        for stage, kinds in figures["stages"].items():
            own = kinds["VmRSS"] - empty - figures["caches"][stage]
            print(
                f"  {stage:8} resident {kinds['VmRSS']:7.1f} MB (own {kinds['RssAnon']:.1f}, "
                f"mapped {kinds['RssFile']:.1f}, at most {kinds['VmHWM']:.1f}); the model's "
                f"{own:7.1f} MB = {own / size:.2f} of the file"
            )


if __name__ == "__main__":
    main()
