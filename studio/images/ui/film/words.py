"""What the film's steps and choices are called."""

from PySide6.QtCore import QCoreApplication

from studio.images.timeline import Film, Key
from studio.images.ui.film.ruler import clock_text


def film_texts() -> dict[str, str]:
    """The steps of the history, for "Undo ..."."""
    translate = QCoreApplication.translate
    return {
        "film.new": translate("FilmSteps", "Begin a film"),
        "film.add": translate("FilmSteps", "Add to the film"),
        "film.take_out": translate("FilmSteps", "Take out of the film"),
        "film.move": translate("FilmSteps", "Move in time"),
        "film.hold": translate("FilmSteps", "Stay"),
        "film.easing": translate("FilmSteps", "Pace"),
        "film.replace": translate("FilmSteps", "Replace a key"),
        "film.length": translate("FilmSteps", "Length of the film"),
        "film.rate": translate("FilmSteps", "Pictures a second"),
        "film.way": translate("FilmSteps", "Way through the model"),
        "film.course": translate("FilmSteps", "Straight or curved"),
        "film.lead": translate("FilmSteps", "How far the zones are apart"),
        "film.noise": translate("FilmSteps", "Fine detail"),
        "film.loop": translate("FilmSteps", "Loop"),
        "film.tempo": translate("FilmSteps", "Tempo"),
        "film.snap": translate("FilmSteps", "Keys on the beat"),
        "film.space": translate("FilmSteps", "Space the keys evenly"),
        "film.cut": translate("FilmSteps", "Cut to the beat"),
        "film.rename": translate("FilmSteps", "Rename the film"),
        "film.delete": translate("FilmSteps", "Delete the film"),
        "film.open": translate("FilmSteps", "Open a film"),
    }


def easing_words() -> dict[str, str]:
    """How the time between two keys passes."""
    translate = QCoreApplication.translate
    return {
        "smooth": translate("FilmWords", "Gentle"),
        "linear": translate("FilmWords", "Even"),
        "start": translate("FilmWords", "Slow start"),
        "end": translate("FilmWords", "Slow end"),
        "cut": translate("FilmWords", "Cut"),
    }


def way_words() -> dict[str, str]:
    """What is travelled."""
    translate = QCoreApplication.translate
    return {
        "position": translate("FilmWords", "Position"),
        "style": translate("FilmWords", "Style"),
        "zones": translate("FilmWords", "Zone by zone"),
    }


def course_words() -> dict[str, str]:
    """Straight from key to key, or on one curve."""
    translate = QCoreApplication.translate
    return {
        "straight": translate("FilmWords", "Straight"),
        "curve": translate("FilmWords", "One curve"),
    }


def noise_words() -> dict[str, str]:
    """What the fine detail does."""
    translate = QCoreApplication.translate
    return {"still": translate("FilmWords", "Still"), "living": translate("FilmWords", "Alive")}


def film_name(film: Film, number: int | None = None) -> str:
    """What a film is called: its title, or that it has none yet."""
    if film.title:
        return film.title
    untitled = QCoreApplication.translate("FilmWords", "Untitled film")
    return untitled if number is None else f"{untitled} {number}"


def key_words(key: Key, name: str) -> str:
    """What a reader says of a key."""
    text = QCoreApplication.translate("FilmWords", "{name}, at {time}").format(
        name=name, time=clock_text(key.time)
    )
    if key.hold > 0:
        stays = QCoreApplication.translate("FilmWords", "stays {seconds} s")
        text += ", " + stays.format(seconds=f"{key.hold:.1f}")
    return f"{text}, {easing_words()[key.easing]}"
