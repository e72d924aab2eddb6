"""What the steps of breeding are called, and what is said of pictures that cannot be parents."""

from PySide6.QtCore import QCoreApplication

from studio.images.ui.breed.desk import WhyNot


def breed_texts() -> dict[str, str]:
    """What each step of the history did, in words, by its label."""
    return {
        "breed.start": QCoreApplication.translate("Breed", "start breeding"),
        "breed.parents": QCoreApplication.translate("Breed", "other parents"),
        "breed.next": QCoreApplication.translate("Breed", "next generation"),
        "breed.others": QCoreApplication.translate("Breed", "other children"),
        "breed.more": QCoreApplication.translate("Breed", "more children"),
        "breed.mutation": QCoreApplication.translate("Breed", "how different"),
        "breed.source": QCoreApplication.translate("Breed", "shape, texture or colour from whom"),
        "breed.kind": QCoreApplication.translate("Breed", "kind"),
        "breed.favourite": QCoreApplication.translate("Breed", "mark a favourite"),
        "images.keep": QCoreApplication.translate("Edits", "keep a picture"),
    }


def why_no_parent_text(why: WhyNot) -> str:
    """Why a picture cannot be a parent, as a sentence; "": it can."""
    return {
        "": "",
        "model": QCoreApplication.translate(
            "Breed", "The model that made this picture is not here."
        ),
        "styles": QCoreApplication.translate(
            "Breed",
            "This picture lies between two others and has no position of its own to breed from. "
            "Breed from the two instead.",
        ),
        "other": QCoreApplication.translate(
            "Breed", "Another model made it; only pictures of one model can have children."
        ),
        "full": QCoreApplication.translate("Breed", "Eight parents are the most."),
    }[why]
