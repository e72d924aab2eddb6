"""Errors cross the process boundary whole, and never raise while they report."""

import errno

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studio.contract.errors import (
    LONGEST_FIELD,
    AtelierError,
    ErrorWire,
    ManifestInvalid,
    ManifestTooNew,
    StorageDenied,
    StorageFull,
    from_wire,
    storage_error,
)
from studio.contract.manifest import decode_manifest


def _all_errors() -> list[type[AtelierError]]:
    found = [AtelierError]
    for kind in found:
        found.extend(kind.__subclasses__())
    return found


@pytest.mark.parametrize("kind", _all_errors())
def test_every_error_survives_the_process_boundary(kind: type[AtelierError]) -> None:
    error = kind(detail="traceback", **{name: f"<{name}>" for name in kind.field_names()})
    back = from_wire(error.to_wire())
    assert type(back) is kind
    assert back.message == error.message
    assert back.detail == "traceback"


@pytest.mark.parametrize("kind", _all_errors())
def test_every_error_names_what_it_was_told(kind: type[AtelierError]) -> None:
    error = kind(**{name: f"<{name}>" for name in kind.field_names()})
    assert all(f"<{name}>" in error.message for name in kind.field_names())
    assert error.message.rstrip("”\n").endswith((".", ")"))


@given(
    code=st.text(max_size=30) | st.sampled_from([kind.__name__ for kind in _all_errors()]),
    fields=st.dictionaries(
        st.text(max_size=8) | st.sampled_from(["self", "fault", "file"]),
        st.text(max_size=8),
        max_size=4,
    ),
    detail=st.text(max_size=20),
)
@example(code="AtelierError", fields={"self": "x", "fault": "y"}, detail="")
def test_a_foreign_error_never_raises(code: str, fields: dict[str, str], detail: str) -> None:
    error = from_wire(ErrorWire(code=code, fields=fields, detail=detail))
    assert isinstance(error, AtelierError)
    assert error.detail == detail


def test_an_error_without_its_fields_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(TypeError, match="supported"):
        ManifestTooNew(file="a", found=2)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.EACCES, StorageDenied),
        (errno.EROFS, StorageDenied),
        (errno.EIO, type(None)),
    ],
)
def test_storage_faults_have_their_sentence(number: int, kind: type[object]) -> None:
    assert isinstance(storage_error(OSError(number, "said so"), "a.png"), kind)


def test_a_sentence_does_not_quote_a_whole_hostile_file() -> None:
    error = ManifestTooNew(file="/" + "deep/" * 500, found="9" * 4000, supported=1)
    assert "deep/" * 500 in error.message
    assert "9" * LONGEST_FIELD not in error.message
    assert "99…" in error.message
    assert from_wire(error.to_wire()).message == error.message


def test_a_sentence_is_one_line_whatever_it_quotes() -> None:
    error = ManifestInvalid(file="a", fault="“a\nb\x00\u202e\u2028” is new to 中文　é\xa0")
    assert error.message.endswith("“a�b���” is new to 中文　é\xa0.")
    assert from_wire(error.to_wire()).message == error.message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is empty or ends in the middle"),
        (b'{"schema": 1', "it is empty or ends in the middle"),
        (b"<html>", "it is not JSON: invalid character (byte 0)"),
        (b'{"schema": "x"}', "“schema” is wrong (Expected int, got str)"),
        (b"[]", "Expected object, got array"),
    ],
)
def test_what_a_parser_found_is_said_in_words(data: bytes, words: str) -> None:
    with pytest.raises(ManifestInvalid) as caught:
        decode_manifest(data, "manifest.json")
    assert caught.value.message == f"manifest.json does not describe a model: {words}."
