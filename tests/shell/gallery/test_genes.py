"""What chosen works have in common is asked for from the gallery."""

from tests.shell.gallery.conftest import Opener, made


def test_what_chosen_works_have_in_common_is_asked_of_their_room(open_gallery: Opener) -> None:
    stage = open_gallery([made(0), made(1), made(2)])
    stage.press("gene")
    assert stage.doors.searched == []
    assert "Choose a picture first." in stage.texts()
    stage.choose("w0", "w2")
    stage.press("gene")
    stage.wait(lambda: len(stage.doors.searched) == 1)
    assert {row.id for row in stage.doors.searched[0]} == {"w0", "w2"}
