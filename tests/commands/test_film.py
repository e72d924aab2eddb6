"""``film`` without a window: composed, shown, rendered, steered, refused."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from studio.commands import cli, codes
from studio.film.tags import read_film
from studio.images.timeline import decode_film
from tests.models import write_tiny_generator


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A base folder with a tiny model and three pictures of it."""
    folder = tmp_path / "base"
    write_tiny_generator(folder / "data" / "models" / "tiny", size=16)
    assert _run(folder, "generate", "tiny", "--count", "3", "--out", str(tmp_path / "p")) == 0
    return folder


def _run(base: Path, *words: str) -> int:
    return cli.main([*words, "--basedir", str(base)])


def _pictures(base: Path) -> list[str]:
    return sorted(str(path) for path in (base.parent / "p").glob("*.png"))


def _compose(base: Path, *words: str) -> Path:
    path = base.parent / "film.json"
    assert _run(base, "film", "compose", *_pictures(base), "--out", str(path), *words) == 0
    return path


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_film_is_composed_shown_and_rendered(
    base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = _compose(base, "--seconds", "3", "--fps", "8", "--title", "Walk", "--hold", "0.25")
    capsys.readouterr()
    out = base.parent / "walk.gif"
    assert _run(base, "film", "show", str(film), "--out", str(out), "--json") == 0
    (plan, done) = _lines(capsys)
    assert plan["event"] == "film_plan"
    assert plan["keys"] == [0.0, 1.0, 2.0]
    assert (plan["frames"], plan["width"], plan["format"]) == (24, 256, "gif")
    assert done["event"] == "done"
    assert _run(base, "film", "render", str(film), "--out", str(out), "--json") == 0
    lines = _lines(capsys)
    assert [line["event"] for line in lines[-2:]] == ["film", "done"]
    assert {line["event"] for line in lines[:-2]} == {"film_progress"}
    assert lines[-2]["path"] == str(out)
    assert decode_film(read_film(out)).title == "Walk"


def test_a_film_file_is_a_film_to_render_again(base: Path) -> None:
    film = _compose(base, "--seconds", "1", "--fps", "8", "--once")
    first, second = base.parent / "a.mp4", base.parent / "b"
    assert _run(base, "film", "render", str(film), "--out", str(first), "--crisp") == 0
    assert _run(base, "film", "render", str(first), "--out", str(second)) == 0
    assert len(list(second.glob("frame-*.png"))) == 8
    assert decode_film(read_film(second)) == decode_film(read_film(first))


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("--seconds", "0"), "no length"),
        (("--seconds", "nan"), "no length"),
        (("--seconds", "1e12"), "3,600 seconds are possible"),
        (("--fps", "1000"), "1 to 120"),
    ],
)
def test_a_film_that_cannot_be_is_refused_when_it_is_composed(
    base: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], fault: str
) -> None:
    path = base.parent / "film.json"
    code = _run(base, "film", "compose", *_pictures(base), "--out", str(path), *words)
    assert code == codes.USAGE
    assert fault in capsys.readouterr().err
    assert not path.exists()


def test_what_is_asked_for_wrongly_is_said(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    film = _compose(base)
    for words, fault in (
        ((str(film), "--out", str(base.parent / "a.avi")), "films end in .mp4"),
        ((str(film), "--out", str(base.parent / "a.mp4"), "--enlarge", "0"), "at least once"),
        ((str(base), "--out", str(base.parent / "a.mp4")), "no recipe"),
        ((_pictures(base)[0], "--out", str(base.parent / "a.mp4")), "no recipe"),
        ((str(film), "--out", str(base.parent / "none" / "a.mp4")), "folder is not there"),
    ):
        assert _run(base, "film", "render", *words) in (codes.USAGE, codes.FAILED)
        assert fault in capsys.readouterr().err
    again = ("film", "compose", *_pictures(base), "--out", str(film))
    assert _run(base, *again) == codes.FAILED
    assert "there already" in capsys.readouterr().err


def _start(base: Path, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "studio", "film", "render", *words, "--json"]
    return subprocess.Popen(
        [*command, "--steered", "--background", "--basedir", str(base)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def test_a_film_is_steered_through_its_input(base: Path) -> None:
    film = _compose(base, "--seconds", "60", "--fps", "30")
    out = base.parent / "a.apng"
    with _start(base, str(film), "--out", str(out), "--enlarge", "1") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        seen = []
        for text in process.stdout:
            line = json.loads(text)
            seen.append(line)
            if line["event"] != "film_progress":
                continue
            if line["paused"]:
                process.stdin.write("resume\n")
            elif line["stage"] == "making" and not any(old.get("paused") for old in seen):
                process.stdin.write("pause\n")
            process.stdin.flush()
        assert process.wait() == codes.DONE
    assert any(line.get("paused") for line in seen)
    assert seen[-2]["event"] == "film"
    assert out.exists()


def test_when_whoever_steers_is_gone_the_work_ends_and_can_go_on(base: Path) -> None:
    film = _compose(base, "--seconds", "120", "--fps", "30")
    out = base.parent / "a.apng"
    words = (str(film), "--out", str(out), "--enlarge", "1")
    with _start(base, *words) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for text in process.stdout:
            line = json.loads(text)
            if line.get("stage") == "making" and line["done"] > 200:
                process.stdin.close()
                break
        process.stdout.read()
        assert process.wait() == codes.INTERRUPTED
    assert not out.exists()
    with _start(base, *words) as process:
        assert process.stdout is not None
        last = [json.loads(text) for text in process.stdout][-2]
    assert last["found"] >= 192
    assert last["made"] == 3600 - last["found"]


def test_a_film_that_was_killed_goes_on(base: Path) -> None:
    film = _compose(base, "--seconds", "120", "--fps", "30")
    out = base.parent / "a.apng"
    words = (str(film), "--out", str(out), "--enlarge", "1")
    with _start(base, *words) as process:
        assert process.stdout is not None
        for text in process.stdout:
            line = json.loads(text)
            if line.get("stage") == "making" and line["done"] > 200:
                process.kill()
                break
        process.stdout.read()
        process.wait()
    assert not out.exists()
    assert _run(base, "film", "render", *words) == 0
    assert out.exists()
    assert not list(base.parent.glob(".atelier-*"))
