"""The screens of breeding, for `tests.e2e.grabs`: nobody yet, children, the tree, a search."""

from collections.abc import Callable
from typing import Protocol

from studio.images.ui.breed.mode import BreedMode
from studio.images.ui.room import ImagesRoom
from studio.shell.actions import ActionRegistry


class Camera(Protocol):
    """What the photographer lends."""

    def take(self, name: str) -> None:
        """Let everything come to rest and grab the window."""

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Let the app run until ``condition`` holds."""


def take_breeding(room: ImagesRoom, actions: ActionRegistry, camera: Camera) -> None:
    """Four generations from two pictures that chance gives."""
    run = actions.action
    run("images.mode_breed").trigger()
    mode = room.modes.front
    assert isinstance(mode, BreedMode)
    desk, children = mode.desk, mode.children_page

    def are_made() -> bool:
        seen = children.view.seen
        places = range(seen.first, seen.last)
        return bool(places) and all(desk.child(place) is not None for place in places)

    camera.take("40-breed-nobody")
    mode.begin_by_chance()
    camera.wait_until(are_made)
    for place in (3, 8):
        children.view.choose(place)
        run("breed.favourite").trigger()
    camera.take("41-breed-children")
    for first in (2, 5, 9):
        run("breed.next").trigger()
        camera.wait_until(are_made)
        for place in (first, first + 3, first + 7):
            children.view.choose(place)
            run("breed.favourite").trigger()
    children.view.choose(4)
    run("breed.parent").trigger()
    camera.wait_until(are_made)
    mode.page.parents.buttons[1].click()
    camera.take("42-breed-parent")
    run("breed.tree").trigger()
    tree = mode.tree
    camera.wait_until(lambda: all(mode.pictures.get(name) for name in tree.view.seen()))
    camera.take("43-breed-tree")
    tree.favourites.click()
    tree.go_on(1)
    camera.take("44-breed-search")
    tree.favourites.click()
    founder = mode.family.lineage.founders[0]
    mode.family.fold(founder)
    tree.look_at(founder)
    run("breed.smaller").trigger()
    camera.take("45-breed-folded")
    mode.family.fold(founder)
    run("breed.tree").trigger()
    run("images.mode_wall").trigger()
