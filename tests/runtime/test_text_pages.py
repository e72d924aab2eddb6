"""Pages of a graph's file are given back, and what they hold comes again."""

from pathlib import Path

import numpy as np
import pytest

from studio.graphs.decoder import write_decoder
from studio.graphs.files import DATA_NAME
from studio.graphs.forms import EXACT
from studio.graphs.gguf import read_gguf
from studio.graphs.llama import plan_decoder
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.text import TextSession, open_text
from studio.runtime.text_pages import RELEASE_EVERY
from tests.graphs.gguf_files import TinyModel, write_tiny_model

IDS = list(range(3, 3 + RELEASE_EVERY))

SIZES = Path("/proc/self/smaps")
"""Linux alone tells what is mapped; elsewhere nothing is given back, and nothing counts here."""


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    source = write_tiny_model(tmp_path / "tiny.gguf", TinyModel(width=256))
    with read_gguf(source) as gguf:
        shape, weights = plan_decoder(gguf)
        return write_decoder(shape, weights, tmp_path, EXACT)


def opened(graph: Path) -> TextSession:
    return open_text(graph, device=choose_device("cpu"), threads=1, token=CancelToken())


def resident(graph: Path) -> int:
    """Bytes of the data file that count as the process's."""
    found, inside = 0, False
    maps = SIZES.read_text("utf-8", "surrogateescape") if SIZES.exists() else ""
    for entry in maps.splitlines():
        fields = entry.split()
        if not fields[0].endswith(":"):
            inside = entry.endswith(DATA_NAME) and str(graph.parent) in entry
        elif inside and fields[0] == "Rss:":
            found += int(fields[1]) * 1024
    return found


def test_rows_that_were_looked_up_are_given_back(graph: Path) -> None:
    session, token = opened(graph), CancelToken()
    session.run(IDS, token=token)
    many = resident(graph)
    for _ in range(RELEASE_EVERY - 1):
        session.run([7], token=token)
    assert resident(graph) > many or not SIZES.exists()
    session.run([7], token=token)
    assert resident(graph) == many


def test_what_was_given_back_says_the_same(graph: Path) -> None:
    session, token = opened(graph), CancelToken()
    first = session.run(IDS, keep=len(IDS), token=token)
    session.clear()
    np.testing.assert_array_equal(session.run(IDS, keep=len(IDS), token=token), first)
