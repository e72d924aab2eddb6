"""Both languages are complete, agree with the sources, and are what ships."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from studio.contract.errors import StorageFull
from studio.shell.faults import CONTEXT as FAULTS
from studio.shell.language import Translations, resolve_language
from studio.shell.notices import error_text
from tests.faults import fault_templates
from tests.translations import (
    CHINESE,
    CONTEXT,
    ENGLISH,
    ERRORS,
    FOLDER,
    collect,
    compile_all,
    error_sentences,
    source_files,
    untranslated,
)

Messages = dict[tuple[str, str], str]


def messages(file: Path) -> Messages:
    """The translations of a file by context and source; plural forms joined."""
    found: Messages = {}
    for context in ElementTree.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            text = "".join(translation.itertext())
            found[context.findtext("name") or "", message.findtext("source") or ""] = text
    return found


def placeholders(text: str) -> set[str]:
    """Names of the fields in a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("file", [CHINESE, ENGLISH, ERRORS], ids=lambda file: file.stem)
def test_nothing_is_left_untranslated(file: Path) -> None:
    assert untranslated(file) == []


def test_every_text_of_the_interface_is_in_the_chinese_file(tmp_path: Path) -> None:
    collect(tmp_path / "now.ts")
    assert set(messages(tmp_path / "now.ts")) == set(messages(CHINESE))


def texts_in_sources() -> Iterator[tuple[str, ast.expr]]:
    """What the sources hand to a translation, and where: without lupdate, which misses some."""
    for path in source_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if isinstance(node.func, ast.Name):
                name = node.func.id
            place = {"tr": 0, "translate": 1, "QT_TRANSLATE_NOOP": 1}.get(name)
            if place is not None and len(node.args) > place:
                yield f"{path.name}:{node.lineno}", node.args[place]


def test_no_text_in_the_sources_escapes_the_translators() -> None:
    """lupdate passes over an f-string, and over a count that is more than a plain name."""
    known = {source for _context, source in messages(CHINESE)}
    escaped = [
        f"{place}: {ast.unparse(text)}"
        for place, text in texts_in_sources()
        if isinstance(text, ast.JoinedStr)
        or (isinstance(text, ast.Constant) and text.value not in known)
    ]
    assert escaped == []


def test_every_sentence_and_reason_of_an_error_is_in_the_chinese_file() -> None:
    found = messages(ERRORS)
    assert [source for context, source in found if context == CONTEXT] == error_sentences()
    assert [source for context, source in found if context == FAULTS] == fault_templates()


@pytest.mark.parametrize("file", [CHINESE, ERRORS], ids=lambda file: file.stem)
def test_a_translation_fills_in_what_its_source_does(file: Path) -> None:
    for (_, source), text in messages(file).items():
        assert placeholders(text) == placeholders(source), source
        assert ("%n" in text) == ("%n" in source), source


@pytest.mark.parametrize("file", [CHINESE, ENGLISH], ids=lambda file: file.stem)
def test_no_translation_counts_in_brackets(file: Path) -> None:
    """As in "3 picture(s)", which is for the sources alone."""
    assert [text for text in messages(file).values() if "(s)" in text] == []


def test_what_ships_is_compiled_from_what_is_written(tmp_path: Path) -> None:
    compile_all(tmp_path)
    for name in ("atelier_zh_CN.qm", "atelier_en.qm"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_a_change_of_language_changes_sentences_and_plurals(qapp: QApplication) -> None:
    translations = Translations(qapp)
    error = StorageFull(file="a.png")
    translations.install("zh_CN")
    assert error_text(error).startswith("没有空间存放 a.png")
    assert QCoreApplication.translate("StatusLine", "Cancel") == "取消"
    translations.install("en")
    assert error_text(error) == error.message
    threads = [
        QCoreApplication.translate("StatusLine", "CPU, %n thread(s)", "", count) for count in (1, 2)
    ]
    assert threads == ["CPU, 1 thread", "CPU, 2 threads"]


def test_a_chosen_language_is_taken_as_chosen() -> None:
    assert resolve_language("zh_CN") == "zh_CN"
    assert resolve_language("en") == "en"
    assert resolve_language("system") in ("en", "zh_CN")
