"""The doctor names what is wrong, says what to do, and never falls ill itself."""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections import namedtuple
from pathlib import Path
from typing import NoReturn

import pytest

from studio.commands import checks, codes, doctor
from studio.commands.lines import CheckLine
from studio.commands.output import Output
from studio.contract.errors import HostUnavailable, StorageDenied, StorageFull
from studio.host.messages import DeviceReport, ProbeReport, ProviderProbe
from studio.project.paths import places

DEVICE = DeviceReport(
    provider="CPUExecutionProvider", device="Processor", threads=2, wanted="auto",
    reason="cuda needs a driver", onnxruntime="1.31.1", cpu_flags="avx2",
)  # fmt: skip


def test_one_onnxruntime_is_right_none_and_two_are_faults() -> None:
    assert checks.onnxruntime_check(["onnxruntime-gpu 1.31.1"]).state == "ok"
    assert checks.onnxruntime_check([]).state == "fault"
    both = checks.onnxruntime_check(["onnxruntime 1.31.1", "onnxruntime-gpu 1.31.1"])
    assert both.state == "fault"
    assert "onnxruntime 1.31.1 and onnxruntime-gpu 1.31.1" in both.value
    assert "pip uninstall -y onnxruntime onnxruntime-gpu" in both.advice


def test_the_installed_distribution_is_found_by_what_it_brings() -> None:
    (found,) = checks.distributions_of("onnxruntime")
    assert found.startswith("onnxruntime")
    assert checks.distributions_of("no_such_package") == []
    assert checks.installed_version("no-such-package") == ""


def test_a_package_that_is_missing_or_known_to_abort_is_a_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert checks.package_check("numpy", "2.4").state == "ok"
    assert checks.package_check("numpy", "").advice == "Install it: pip install numpy"
    assert checks.package_check("PySide6-Essentials", "6.11.3").state == "ok"
    version = namedtuple("version", "major minor micro")
    monkeypatch.setattr(sys, "version_info", version(3, 11, 7))
    assert checks.package_check("PySide6-Essentials", "6.12.0").state == "fault"
    monkeypatch.setattr(sys, "version_info", version(3, 12, 1))
    assert checks.package_check("PySide6-Essentials", "6.12.0").state == "ok"
    monkeypatch.setattr(sys, "version_info", version(3, 10, 1))
    assert "fault" in [line.state for line in checks.version_checks() if line.name == "python"]


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (
            "raise ImportError('libEGL.so.1: cannot open shared object file: No such')",
            "libEGL.so.1",
        ),
        ("import os; os.abort()", "it ended with -6"),
        ("raise ModuleNotFoundError(\"No module named 'PySide6'\", name='PySide6')", "PySide6"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="libraries have other names there")
def test_a_qt_that_does_not_load_is_survived_and_explained(code: str, advice: str) -> None:
    line = checks.qt_check(display=True, code=code)
    assert line.state == "fault"
    assert advice in line.advice
    assert checks.qt_check(display=False, code=code).state == "note"


def test_a_qt_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "QT_SECONDS", 0.2)
    line = checks.qt_check(display=True, code="while True: pass")
    assert (line.state, line.advice) == ("fault", "It did not answer within 0.2 s.")


def test_without_a_display_the_window_is_noted_and_nothing_is_a_fault() -> None:
    lines = {line.name: line for line in checks.window_checks({})}
    if sys.platform.startswith("linux"):
        assert lines["display"].state == "note"
    assert "fault" not in {line.state for line in lines.values()}


def test_a_missing_x_library_is_a_fault_only_where_x_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("X libraries are asked for on Linux alone")
    monkeypatch.setattr(checks, "missing_libraries", lambda _: ["libxcb-cursor.so.0"])
    for environ, state in (({"DISPLAY": ":0"}, "fault"), ({"WAYLAND_DISPLAY": "w"}, "note")):
        (line,) = [line for line in checks.window_checks(environ) if line.name == "x libraries"]
        assert line.state == state
        assert "libxcb-cursor0" in line.advice


@pytest.mark.parametrize(
    ("said", "state"), [("Noto Sans CJK SC,思源\nWenQuanYi\n", "ok"), ("\n", "note")]
)
def test_a_missing_chinese_font_is_noted(
    monkeypatch: pytest.MonkeyPatch, said: str, state: str
) -> None:
    def answer(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 0, said, "")

    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/fc-list")
    monkeypatch.setattr(subprocess, "run", answer)
    line = checks.font_check()
    assert line.state == state
    assert ("fonts-noto-cjk" in line.advice) is (state == "note")


def test_fonts_are_not_asked_for_where_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert checks.font_check().state == "ok"


@pytest.mark.parametrize(
    ("environ", "state"),
    [({}, "ok"), ({"QT_IM_MODULE": "ibus"}, "ok"), ({"QT_IM_MODULE": "fcitx5"}, "note"),
     ({"XMODIFIERS": "@im=fcitx"}, "note")],
)  # fmt: skip
def test_an_input_method_that_the_wheels_lack_is_noted(environ: dict[str, str], state: str) -> None:
    assert checks.input_method_check(environ).state == state


def test_telemetry_that_is_on_is_a_fault() -> None:
    assert checks.telemetry_check({"ORT_DISABLE_TELEMETRY": "1"}).state == "ok"
    assert checks.telemetry_check({}).state == "fault"


def test_folders_are_tried_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = places(tmp_path / "base")
    lines = list(checks.folder_checks(where))
    assert {line.state for line in lines} <= {"ok", "note"}
    assert "made when it is needed" in lines[0].value
    assert not (tmp_path / "base").exists()

    def denied(**_: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", denied)
    line = checks.folder_check("data folder", tmp_path)
    assert line.state == "fault"
    assert "Permission denied" in line.advice


@pytest.mark.parametrize(("free", "state"), [(10**10, "ok"), (10**8, "note"), (10**6, "fault")])
def test_little_space_is_noted_and_none_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(0, 0, free))
    assert list(checks.folder_checks(places(tmp_path)))[-1].state == state


def test_a_folder_whose_name_is_too_long_is_a_fault_and_not_the_end(tmp_path: Path) -> None:
    line = checks.folder_check("data folder", tmp_path / ("a" * 300))
    assert (line.state, line.value) == ("ok", f"{tmp_path / ('a' * 300)} (made when it is needed)")


def test_broken_models_are_named(tmp_path: Path) -> None:
    torn = tmp_path / "data" / "models" / "torn"
    torn.mkdir(parents=True)
    (torn / "manifest.json").write_text("{", "utf-8")
    lines = list(checks.model_checks(tmp_path, places(tmp_path)))
    assert any(line.value == str(torn) and "torn" in line.advice for line in lines)


def test_the_probe_tells_what_is_used_and_why_not_the_better() -> None:
    report = ProbeReport(
        device=DEVICE,
        providers=(
            ProviderProbe(provider="cpu", usable=True, device="Processor", milliseconds=1.234),
            ProviderProbe(provider="cuda", usable=False, fault="no driver"),
        ),
        distributions=("onnxruntime 1.31.1",),
        memory_limit=3 * 10**9,
    )
    lines = {line.name: line for line in doctor.lines_of_probe(report)}
    assert "cuda needs a driver" in lines["device"].advice
    assert lines["probe cpu"].value == "Processor, 1.23 ms a run"
    assert (lines["probe cuda"].state, lines["probe cuda"].advice) == ("note", "no driver")
    unusable = ProviderProbe(provider="cpu", usable=False, fault="illegal instruction")
    report = ProbeReport(device=DEVICE, providers=(unusable,), distributions=())
    assert "fault" in [line.state for line in doctor.lines_of_probe(report)]


def test_a_host_that_does_not_start_is_a_fault_with_exit_code_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> NoReturn:
        raise HostUnavailable(fault="it ended with 1")

    monkeypatch.setattr(doctor, "Conversation", fail)
    assert doctor.run(tmp_path, Output(as_json=True), pack=None) == codes.SETUP
    said = capsys.readouterr()
    lines = [json.loads(text) for text in said.out.splitlines()]
    assert {"event": "done", "exit_code": 3}.items() <= lines[-1].items()
    (fault,) = [line for line in lines if line.get("state") == "fault"]
    assert fault["name"] == "model process"
    assert "it ended with 1" in fault["advice"]


def packed(pack: Path) -> dict[str, str]:
    with zipfile.ZipFile(pack) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_pack_holds_report_packages_and_logs_without_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "users" / "anna"
    monkeypatch.setenv("USERPROFILE" if os.name == "nt" else "HOME", str(home))
    where = places(home / "studio")
    where.logs.mkdir(parents=True)
    faults = where.logs / "window-faults.log"
    (where.logs / "window.log").write_text(f"opened {home}/x\n" + "y" * 2_000_000, "utf-8")
    faults.write_bytes(b'  File "' + os.fsencode(home) + b'/z \xff", line 3 in run')
    (where.logs / "host-images.log").symlink_to(tmp_path / "secret")
    (where.logs / "diary.log").write_text("secret", "utf-8")
    (tmp_path / "secret").write_text("secret", "utf-8")
    lines = [
        CheckLine(name="data folder", state="ok", value=f"{home / 'data'} (made when needed)"),
        CheckLine(name="model", state="note", value=f"{home}/models/secret", advice="'secret'"),
        CheckLine(name="model", state="note", value="/mnt/data/my secret", advice=f"{home}x"),
    ]
    pack = tmp_path / "report.zip"
    doctor.write_pack(pack, lines, where, None)
    content = packed(pack)
    assert content.keys() == {
        "report.txt", "report.jsonl", "packages.txt", "logs/window.log",
        "logs/window-faults.log",
    }  # fmt: skip
    assert not [name for name, text in content.items() if "anna" in text or "secret" in text]
    said = content["report.txt"].splitlines()
    assert said[0] == "  data folder: HOME > data (made when needed)"
    assert re.fullmatch(r"\? model: HOME > <path \w+>", said[1])
    assert re.fullmatch(r"\? model: <path \w+>", said[3])
    first = json.loads(content["report.jsonl"].splitlines()[0])
    assert first["value"] == "HOME > data (made when needed)"
    assert len(content["logs/window.log"]) <= doctor.MAXIMUM_LOG_BYTES + 1
    assert content["logs/window-faults.log"].endswith(", line 3 in run\n")
    assert "numpy " in content["packages.txt"]


def test_a_pack_of_an_impossible_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "examine", lambda *_: iter(()))
    pack = tmp_path / f"{'a' * 300}.zip"
    with pytest.raises(StorageDenied, match="too long"):
        doctor.run(None, Output(as_json=False), pack=pack)


def test_somebody_without_a_home_can_pack_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2**30, raising=False)
    doctor.write_pack(tmp_path / "report.zip", [], places(tmp_path / "b"), None)
    assert "packages.txt" in packed(tmp_path / "report.zip")


@pytest.mark.parametrize(
    ("error", "kind"),
    [(OSError(28, "No space left"), StorageFull), (PermissionError(13, "No"), StorageDenied),
     (OSError(5, "Input/output error"), StorageDenied)],
)  # fmt: skip
def test_a_pack_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, kind: type[Exception]
) -> None:
    def fail(*_: object) -> NoReturn:
        raise error

    monkeypatch.setattr(zipfile.ZipFile, "writestr", fail)
    with pytest.raises(kind, match=r"report\.zip"):
        doctor.write_pack(tmp_path / "report.zip", [], places(tmp_path / "b"), None)
    assert list(tmp_path.iterdir()) == []
