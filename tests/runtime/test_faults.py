"""What went wrong is told from the words, and this computer's name is not among those kept."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.errors import GraphFailed, MemoryExhausted
from studio.runtime.faults import FaultKind, fault_kind, fault_words, first_line, run_error
from tests.runtime.simulated_card import CAPTURE_BROKEN, CAPTURE_REFUSED, LOST, MEMORY, NO_KERNEL


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (MEMORY, FaultKind.MEMORY),
        ("CUDA failure 2: out of memory ; GPU=0 ; hostname=h ; expr=cudaMalloc", FaultKind.MEMORY),
        ("CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0", FaultKind.MEMORY),
        (LOST, FaultKind.LOST),
        ("CUDA failure 700: an illegal memory access was encountered", FaultKind.LOST),
        ("CUDNN failure 5003: CUDNN_STATUS_EXECUTION_FAILED ; GPU=0", FaultKind.LOST),
        ("CUDA failure 100: no CUDA-capable device is detected", FaultKind.LOST),
        (CAPTURE_REFUSED, FaultKind.CAPTURE),
        (CAPTURE_BROKEN, FaultKind.CAPTURE),
        (NO_KERNEL, FaultKind.OTHER),
        ("CUDNN failure 900: something", FaultKind.OTHER),
        ("Non-zero status code returned while running Gemm node.", FaultKind.OTHER),
        ("", FaultKind.OTHER),
    ],
)
def test_a_fault_is_known_by_its_words_and_by_what_it_was_raised_from(
    words: str, kind: FaultKind
) -> None:
    raised = RuntimeError(words)
    assert fault_kind(raised) is kind
    error = run_error(raised, Path("g.onnx"))
    error.__cause__ = raised
    assert fault_kind(error) is kind
    assert isinstance(error, MemoryExhausted) is (kind is FaultKind.MEMORY)


@pytest.mark.parametrize("words", [LOST, CAPTURE_BROKEN, NO_KERNEL])
def test_the_computers_name_is_kept_nowhere(words: str) -> None:
    assert "secret-host" in words
    error = run_error(RuntimeError(f"first\n{words}"), Path("g.onnx"))
    assert isinstance(error, GraphFailed)
    for text in (error.message, error.detail, fault_words(RuntimeError(words)), first_line(error)):
        assert "secret-host" not in text


def test_where_in_the_source_a_failure_of_cuda_rose_is_left_out() -> None:
    assert fault_words(RuntimeError(LOST)) == "CUDA failure 719: unspecified launch failure"


@given(st.text())
def test_any_words_at_all_give_one_short_line_and_a_kind(words: str) -> None:
    error = RuntimeError(words)
    assert len(fault_words(error)) <= 300
    assert len(fault_words(error).splitlines()) == 1
    assert fault_kind(error) in FaultKind
