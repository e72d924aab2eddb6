"""What the film's steps and choices are called."""

from PySide6.QtCore import QCoreApplication

from studio.images.timeline import Film, Key
from studio.images.ui.film.ruler import clock_text


def film_texts() -> dict[str, str]:
    """The steps of the history, for "Undo ..."."""
    tr = QCoreApplication.translate
    return {
        "film.new": tr("FilmSteps", "Begin a film"),
        "film.add": tr("FilmSteps", "Add to the film"),
        "film.take_out": tr("FilmSteps", "Take out of the film"),
        "film.move": tr("FilmSteps", "Move in time"),
        "film.hold": tr("FilmSteps", "Stay"),
        "film.easing": tr("FilmSteps", "Pace"),
        "film.replace": tr("FilmSteps", "Replace a key"),
        "film.length": tr("FilmSteps", "Length of the film"),
        "film.rate": tr("FilmSteps", "Pictures a second"),
        "film.way": tr("FilmSteps", "Way through the model"),
        "film.course": tr("FilmSteps", "Straight or curved"),
        "film.lead": tr("FilmSteps", "How far the zones are apart"),
        "film.noise": tr("FilmSteps", "Fine detail"),
        "film.loop": tr("FilmSteps", "Loop"),
        "film.tempo": tr("FilmSteps", "Tempo"),
        "film.snap": tr("FilmSteps", "Keys on the beat"),
        "film.space": tr("FilmSteps", "Space the keys evenly"),
        "film.cut": tr("FilmSteps", "Cut to the beat"),
        "film.rename": tr("FilmSteps", "Rename the film"),
        "film.delete": tr("FilmSteps", "Delete the film"),
        "film.open": tr("FilmSteps", "Open a film"),
    }


def easing_words() -> dict[str, str]:
    """How the time between two keys passes."""
    tr = QCoreApplication.translate
    return {
        "smooth": tr("FilmWords", "Gentle"),
        "linear": tr("FilmWords", "Even"),
        "start": tr("FilmWords", "Slow start"),
        "end": tr("FilmWords", "Slow end"),
        "cut": tr("FilmWords", "Cut"),
    }


def way_words() -> dict[str, str]:
    """What is travelled."""
    tr = QCoreApplication.translate
    return {
        "position": tr("FilmWords", "Position"),
        "style": tr("FilmWords", "Style"),
        "zones": tr("FilmWords", "Zone by zone"),
    }


def course_words() -> dict[str, str]:
    """Straight from key to key, or on one curve."""
    tr = QCoreApplication.translate
    return {"straight": tr("FilmWords", "Straight"), "curve": tr("FilmWords", "One curve")}


def noise_words() -> dict[str, str]:
    """What the fine detail does."""
    tr = QCoreApplication.translate
    return {"still": tr("FilmWords", "Still"), "living": tr("FilmWords", "Alive")}


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
