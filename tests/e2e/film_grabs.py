"""The film's screens: without pictures, with a film, playing, its sheet, while it is made."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.e2e.grabs import Photographer


def take_film(photographer: "Photographer") -> None:
    """Begin a film with what was kept, look at it, export it."""
    from studio.images.ui.film.mode import FilmMode
    from studio.images.ui.film.sheet import FilmSheet

    room, run = photographer.room, photographer.furniture.registry.action
    run("images.mode_film").trigger()
    mode = room.modes.front
    assert isinstance(mode, FilmMode)
    photographer.take("film-0-empty")
    mode.page.empty_button.click()
    photographer.wait_until(lambda: mode.page.hero.image is not None)
    desk, player = mode.desk, mode.player
    film = desk.film
    assert film is not None
    photographer.wait_until(
        lambda: all(
            (recipe := mode._recipe_at(time)) is not None and mode._small.image(recipe) is not None
            for time in mode.page.timeline.strip_times
        )
    )
    player.seek(film.seconds * 0.4)
    photographer.take("film-1-film")
    desk.choose(film.keys[1].id)
    desk.set_key("film.hold", hold=0.8)
    desk.set_key("film.easing", easing="cut")
    mode.controls.tempo_row.switch.click()
    photographer.take("film-2-tempo")
    player.play()
    photographer.settle()
    photographer.take("film-3-playing")
    player.pause()
    run("film.export").trigger()
    sheet = next(iter(room.window().findChildren(FilmSheet)))
    photographer.settle()
    photographer.save(sheet, "film-4-sheet")
    sheet.reject()
