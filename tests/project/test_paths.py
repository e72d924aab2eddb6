"""Folders are found without being made, and faults in making them are sentences."""

import errno
from pathlib import Path

import pytest

from studio.contract.errors import StorageDenied, StorageFull
from studio.project import paths
from studio.project.paths import Places, ensure_folder, model_roots, places


def folders(where: Places) -> tuple[Path, ...]:
    return where.data, where.cache, where.logs, where.config, where.default_project, where.models


def test_every_folder_moves_with_the_basedir(tmp_path: Path) -> None:
    base = tmp_path / "elsewhere"
    for folder in folders(places(base)):
        assert folder.is_relative_to(base)


def test_the_home_folder_has_its_short_name_and_a_strangers_is_a_name(tmp_path: Path) -> None:
    home = Path("~").expanduser()
    assert places(Path("~/base")).data == home / "base" / "data"
    assert places(tmp_path / "~nobody-of-that-name").data.parent.parent == tmp_path
    assert places(Path("~nobody-of-that-name/x")).data.is_absolute()


def test_looking_creates_nothing(tmp_path: Path) -> None:
    places(tmp_path / "base")
    model_roots(tmp_path / "base")
    assert list(tmp_path.iterdir()) == []


def test_a_relative_basedir_does_not_follow_a_later_change_of_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    where = places(Path("here"))
    monkeypatch.chdir("/")
    assert where.data == tmp_path / "here" / "data"


def test_the_usual_folders_are_absolute_and_carry_the_name() -> None:
    for folder in folders(places()):
        assert folder.is_absolute()
        assert paths.APPLICATION in folder.parts


def test_the_users_models_come_before_the_shipped_ones(tmp_path: Path) -> None:
    own, shipped = model_roots(tmp_path)
    assert own == tmp_path / "data" / "models"
    assert shipped.name == "exported_models"


def test_a_wheels_own_models_are_preferred_to_a_folder_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site" / "studio"
    package.mkdir(parents=True)
    monkeypatch.setattr(paths, "PACKAGE", package)
    assert model_roots(tmp_path)[-1] == tmp_path / "site" / "exported_models"
    (package / "exported_models").mkdir()
    assert model_roots(tmp_path)[-1] == package / "exported_models"


def test_a_folder_is_made_with_its_parents_and_only_once(tmp_path: Path) -> None:
    wanted = tmp_path / "a" / "b"
    assert ensure_folder(wanted) == wanted
    assert ensure_folder(wanted).is_dir()


def test_a_file_in_the_way_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(StorageDenied, match="a file stands where a folder is needed"):
        ensure_folder(tmp_path / "a")
    with pytest.raises(StorageDenied, match="a file stands where a folder is needed"):
        ensure_folder(tmp_path / "a" / "b")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.EACCES, StorageDenied),
        (errno.EROFS, StorageDenied),
        (errno.ENOSPC, StorageFull),
        (errno.ENAMETOOLONG, StorageDenied),
    ],
)
def test_what_the_system_refuses_is_a_sentence_that_names_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(kind, match=str(tmp_path / "new")):
        ensure_folder(tmp_path / "new")
