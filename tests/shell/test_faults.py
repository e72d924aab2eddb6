"""Reasons inside errors are said in the interface's language, with their names and numbers."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from studio.contract.errors import (
    AtelierError,
    GraphInvalid,
    PictureUnreadable,
    ProjectLocked,
    RequestInvalid,
)
from studio.contract.manifest import decode_manifest
from studio.project.lock import Holder
from studio.shell.faults import PAIR, fault_text
from studio.shell.language import Translations
from studio.shell.notices import error_text
from tests.faults import fault_templates
from tests.translations import FAULTS

CHINESE = re.compile("[\u4e00-\u9fff]")
HOLE = re.compile(r"\{\d+\}")


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    translations = Translations(qapp)
    translations.install("zh_CN")
    yield
    translations.clear()


def test_the_list_of_reasons_agrees_with_the_sources() -> None:
    assert FAULTS.read_text(encoding="utf-8").splitlines() == fault_templates()


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("template", [t for t in fault_templates() if t != PAIR])
def test_every_reason_that_the_studio_gives_is_said_in_chinese(template: str) -> None:
    count = len(HOLE.findall(template))
    fault = template.format(*(f"'{place}7.q'" for place in range(count)))
    text = fault_text(fault)
    assert CHINESE.search(text), text
    for place in range(count):
        assert f"'{place}7.q'" in text


@pytest.mark.usefixtures("chinese")
def test_an_error_is_said_in_chinese_to_its_end() -> None:
    error = PictureUnreadable(file="a.png", fault="its part 'IDAT' is damaged (wrong checksum)")
    assert error_text(error) == "a.png 无法作为图片打开：'IDAT' 部分已损坏（校验和不符）。"
    assert error.message.endswith("(wrong checksum).")


@pytest.mark.usefixtures("chinese")
def test_a_reason_within_a_reason_is_said_in_chinese_too() -> None:
    fault = "its file 'weights.bin' cannot be read: permission denied"
    assert fault_text(fault) == "无法读取它的文件 'weights.bin'：没有权限"
    assert fault_text("/data: Permission denied") == "/data：没有权限"


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (
            "its template for conversations does not end: it was stopped after 5 seconds",
            "它的对话模板不会结束：5 秒后已被停止",
        ),
        (
            "its tensor “blk.0” cannot be used: it holds weights that are not finite numbers",
            "它的张量 “blk.0” 无法使用：其中有不是有限数的权重",
        ),
        (
            "it is made of several graphs, for eyes beside the text",
            "它由多个计算图组成，包含处理图像的部分",
        ),
        (
            "the regular expression cannot be followed: no text has this form",
            "无法遵循所给的正则表达式：没有文字符合这种格式",
        ),
        (
            "key 3 cannot be made: a film of no pictures cannot be made",
            "无法生成关键帧 3：无法制作没有画面的影片",
        ),
    ],
)
def test_what_is_wrong_with_texts_and_films_is_said_in_chinese_to_its_end(
    fault: str, text: str
) -> None:
    assert fault_text(fault) == text


@pytest.mark.usefixtures("chinese")
def test_what_a_parser_says_of_a_manifest_is_said_in_chinese() -> None:
    for data in (b"", b"{", b'{"schema": "1"}', b'{"schema": 1, "strange": 1}', b"\xff"):
        with pytest.raises(AtelierError) as raised:
            decode_manifest(data, "manifest.json")
        text = error_text(raised.value)
        assert not re.search(r"[A-Za-z]{3,} [A-Za-z]{2,} [A-Za-z]{2,}", text), text
        assert "is wrong" not in text


@pytest.mark.usefixtures("chinese")
def test_who_holds_a_project_is_said_in_chinese() -> None:
    assert "（未知）" in error_text(ProjectLocked(file="mine", holder="unknown"))
    holder = Holder(name="Atelier", process=7, host="desk", since=0.0)
    assert "desk 上的进程 7" in error_text(ProjectLocked(file="mine", holder=holder.text()))


@pytest.mark.usefixtures("chinese")
def test_names_of_files_are_never_taken_for_reasons() -> None:
    assert error_text(GraphInvalid(file="damaged", fault="damaged")).startswith("damaged ")


def test_in_english_a_reason_stays_as_it_is(qapp: QApplication) -> None:
    translations = Translations(qapp)
    translations.install("en")
    assert fault_text("permission denied") == "permission denied"
    translations.clear()


@pytest.mark.usefixtures("chinese")
@given(fault=st.one_of(st.text(max_size=3_000), st.sampled_from(fault_templates())))
def test_no_reason_is_ever_an_error_itself(fault: str) -> None:
    assert isinstance(fault_text(fault), str)
    assert isinstance(error_text(RequestInvalid(fault=fault)), str)


@pytest.mark.usefixtures("chinese")
def test_what_a_library_says_stays_as_it_is() -> None:
    words = "Node (Conv_0) Op (Conv) [ShapeInferenceError] wrong size"
    assert fault_text(words) == words
