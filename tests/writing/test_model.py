"""Opening a text model, where the disk has something against it."""

from pathlib import Path

import pytest

from studio.contract.errors import AtelierError
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.writing.engine.model import TextEngine
from tests.graphs.gguf_files import write_tiny_model
from tests.recognise.text_graphs import write_text_model, write_tokenizer


@pytest.mark.parametrize("kind", ["gguf", "onnx"])
def test_a_cache_that_cannot_be_written_is_one_sentence_that_names_it(
    tmp_path: Path, kind: str
) -> None:
    if kind == "gguf":
        model = write_tiny_model(tmp_path / "tiny.gguf")
    else:
        model = write_text_model(tmp_path / "tiny", "gqa").parent
        write_tokenizer(model)
    cache = tmp_path / "cache"
    cache.write_bytes(b"a file, where a folder should be")
    with pytest.raises(AtelierError) as caught:
        TextEngine.open(
            model,
            device=choose_device("cpu"),
            threads=1,
            cache_folder=cache,
            token=CancelToken(),
            advance=lambda stage, done, total: None,
        )
    assert str(cache) in caught.value.message
