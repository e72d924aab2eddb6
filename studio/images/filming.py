"""What the films of a project are kept as, and the edits that change them."""

from typing import Final, Literal

from studio.images.timeline import Film
from studio.project.edits import Edit, change, put, remove
from studio.project.nodes import NodeCodecs, NodeType

SCOPE: Final = "images.film"
"""The history that undo follows while a film is in front."""

FILM: NodeType[Film] = NodeType(name="film", struct=Film)

Label = Literal[
    "film.new",
    "film.add",
    "film.take_out",
    "film.move",
    "film.hold",
    "film.easing",
    "film.replace",
    "film.length",
    "film.rate",
    "film.way",
    "film.course",
    "film.lead",
    "film.noise",
    "film.loop",
    "film.tempo",
    "film.snap",
    "film.space",
    "film.cut",
    "film.rename",
    "film.delete",
    "film.open",
]
"""Names of the steps, for the translation of "Undo ..."."""

MERGED: Final[tuple[Label, ...]] = ("film.move", "film.hold", "film.length", "film.lead")
"""Steps that a drag makes many of."""


def register(codecs: NodeCodecs) -> None:
    """Add the node type of films."""
    codecs.register(FILM)


def new_film(film: Film, *, label: Label = "film.new") -> Edit:
    """Put a film into the project."""
    return Edit(scope=SCOPE, label=label, patches=(put(FILM, film),))


def change_film(before: Film, after: Film, label: Label, *, merge_key: str | None = None) -> Edit:
    """Make of one film another: only what differs is set, whatever the rest has become.

    Steps of a drag merge while they follow each other, each ``merge_key`` with its own.
    """
    values = {
        name: getattr(after, name)
        for name in Film.__struct_fields__
        if name != "id" and getattr(after, name) != getattr(before, name)
    }
    return Edit(
        scope=SCOPE,
        label=label,
        patches=(change(FILM, before.id, **values),),
        merge_key=merge_key,
    )


def delete_film(film: Film) -> Edit:
    """Put a film into the bin."""
    return Edit(scope=SCOPE, label="film.delete", patches=(remove(FILM, film.id),))
