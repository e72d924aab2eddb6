"""The one error tree: what can go wrong, said once, in words for the person at the window.

::

    AtelierError
    ├── ModelError                 a model folder cannot be used
    │   ├── ModelMissing             no such folder, or a file of it is gone
    │   ├── ManifestInvalid          manifest.json is damaged, hostile or inconsistent
    │   ├── ManifestTooNew           written by a later version than this one reads
    │   ├── GraphInvalid             the graph does not load, or is not what the manifest says
    │   ├── GraphFailed              the graph loads and fails while it runs
    │   ├── TextModelInvalid         a text model's file or folder is damaged, or lies about itself
    │   ├── TextModelUnsupported     a sound text model of a kind that is not run here
    │   └── ModelSetAside            crashed the host twice; waits until the user asks for it
    ├── RequestInvalid             a class that does not exist, a latent of the wrong length, ...
    ├── PictureError               a picture file cannot be read or written
    │   ├── PictureUnreadable        not a picture, truncated, too large
    │   ├── RecipeMissing            a sound picture that was not made here
    │   └── RecipeInvalid            there is a recipe and it is damaged or too new
    ├── HostError                  the child process that runs models
    │   ├── HostCrashed              it ended by itself; it is restarted
    │   ├── HostUnavailable          it cannot be started, or gave up after repeated crashes
    │   ├── HostProtocol             frames that make no sense, or of another protocol version
    │   └── MemoryExhausted          the work does not fit into the memory allowed
    ├── ProjectError               the folder that keeps the user's works
    │   ├── ProjectLocked            another window holds it
    │   ├── ProjectTooNew            written by a later version than this one reads
    │   ├── ProjectDamaged           a part cannot be read; what could be saved was saved
    │   └── ProjectReadOnly          opened to look, asked to change
    ├── StorageFull                no space left; nothing that was kept is touched
    ├── StorageDenied              no permission to read or write a place
    ├── SetupFault                 this installation cannot work as it is
    └── Cancelled                  asked for by the user; never shown as a failure

Raise at the edge that knows, with ``raise ... from``. Each class carries a sentence with named
fields, so that an error crosses a process boundary as ``code`` and ``fields`` and is translated
where it is shown; ``detail`` is for the log and the "copy details" button only.
"""

from string import Formatter
from typing import ClassVar, Final

import msgspec

LONGEST_FIELD: Final = 300
"""Characters of a field that is no path: a sentence must not quote a whole hostile file."""
_CONTROLS: Final = dict.fromkeys(
    (
        *range(0x20),
        *range(0x7F, 0xA0),
        0x2028,
        0x2029,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ),
    "�",
)
"""Letters that would break a line or turn it round, out of files from anywhere."""
PATH_FIELDS: Final = frozenset(("file", "folder"))


class ErrorWire(msgspec.Struct, frozen=True, kw_only=True):
    """The form in which an error crosses the process boundary."""

    code: str
    fields: dict[str, str] = {}
    detail: str = ""


class AtelierError(Exception):
    """Why: one root that every layer may raise and every edge may catch.

    ``fields`` must hold at least every name in the class's ``sentence``.
    """

    sentence: ClassVar[str] = "Something went wrong: {fault}."

    def __init__(self, /, *, detail: str = "", **fields: object) -> None:
        self.fields: dict[str, str] = {
            name: str(value) if name in PATH_FIELDS else _shortened(str(value))
            for name, value in fields.items()
        }
        self.detail = detail
        missing = self.field_names() - self.fields.keys()
        if missing:
            raise TypeError(f"{type(self).__name__} needs the fields {sorted(missing)}")
        super().__init__(self.sentence.format(**self.fields))

    @property
    def message(self) -> str:
        """The English sentence: what happened and what to do."""
        return self.sentence.format(**self.fields)

    @property
    def code(self) -> str:
        """The stable name of this kind of error."""
        return type(self).__name__

    @classmethod
    def field_names(cls) -> set[str]:
        """Names of the fields that the sentence needs."""
        return {name for _, name, _, _ in Formatter().parse(cls.sentence) if name}

    def to_wire(self) -> ErrorWire:
        return ErrorWire(code=self.code, fields=self.fields, detail=self.detail)


class ModelError(AtelierError):
    sentence = "The model in {file} cannot be used: {fault}."


class ModelMissing(ModelError):
    sentence = "{file} is not there. Put the model's folder back, or choose another model."


class ManifestInvalid(ModelError):
    sentence = "{file} does not describe a model: {fault}."


class ManifestTooNew(ModelError):
    sentence = (
        "{file} was written for a later Atelier (format {found}; this one reads up to "
        "{supported}). Update Atelier to open it."
    )


class GraphInvalid(ModelError):
    sentence = "{file} cannot be loaded as a model graph: {fault}."


class GraphFailed(ModelError):
    sentence = "{file} failed while it ran: {fault}."


class TextModelInvalid(ModelError):
    sentence = "{file} cannot be opened as a text model: {fault}."


class TextModelUnsupported(ModelError):
    sentence = "{file} is of a kind that Atelier cannot run: {fault}."


class ModelSetAside(ModelError):
    sentence = (
        "{file} stopped the model process twice and was set aside. "
        "Choose it again if you want to give it another try."
    )


class RequestInvalid(AtelierError):
    sentence = "This cannot be made: {fault}."


class PictureError(AtelierError):
    sentence = "{file}: {fault}."


class PictureUnreadable(PictureError):
    sentence = "{file} cannot be opened as a picture: {fault}."


class RecipeMissing(PictureError):
    sentence = "{file} holds no recipe of Atelier's, so it cannot be remade."


class RecipeInvalid(PictureError):
    sentence = "The recipe in {file} cannot be read: {fault}."


class HostError(AtelierError):
    sentence = "The model process has a fault: {fault}."


class HostCrashed(HostError):
    sentence = "The model process ended unexpectedly ({fault}). It is being started again."


class HostUnavailable(HostError):
    sentence = "The model process cannot be started: {fault}. Run “doctor” to see why."


class HostProtocol(HostError):
    sentence = "The model process said something that makes no sense ({fault}). It is restarted."


class MemoryExhausted(HostError):
    sentence = "This needs more memory than there is: {fault}. Try a smaller size or fewer at once."


class ProjectError(AtelierError):
    sentence = "The project {file} has a fault: {fault}."


class ProjectLocked(ProjectError):
    sentence = "{file} is open in another window ({holder}). You can open it here to look only."


class ProjectTooNew(ProjectError):
    sentence = (
        "{file} was written by a later Atelier (format {found}; this one reads up to "
        "{supported}). Update Atelier to open it."
    )


class ProjectDamaged(ProjectError):
    sentence = "Part of {file} cannot be read: {fault}."


class ProjectReadOnly(ProjectError):
    sentence = (
        "{file} is open to look only. Open it again when no other window holds it and its disk "
        "can be written."
    )


class StorageFull(AtelierError):
    sentence = "There is no space left for {file}. Free some space; nothing you kept was lost."


class StorageDenied(AtelierError):
    sentence = "There is no permission to use {file}: {fault}. Choose another folder."


class SetupFault(AtelierError):
    sentence = "This installation cannot work as it is: {fault}."


class Cancelled(AtelierError):
    sentence = "Cancelled."


def _tree(root: type[AtelierError]) -> dict[str, type[AtelierError]]:
    known = {root.__name__: root}
    for child in root.__subclasses__():
        known.update(_tree(child))
    return known


def from_wire(wire: ErrorWire) -> AtelierError:
    """Build the error again on the other side of a process boundary.

    An unknown code, or one whose fields are missing, becomes the root with what is known of it:
    an error that reports an error must never raise.
    """
    kind = _tree(AtelierError).get(wire.code)
    fields = {name: value for name, value in wire.fields.items() if name != "detail"}
    if kind is None or kind.field_names() - fields.keys():
        fault = ", ".join(fields.values()) or wire.code
        return AtelierError(detail=wire.detail, fault=fault)
    return kind(detail=wire.detail, **fields)


def _shortened(text: str) -> str:
    text = text if len(text) <= LONGEST_FIELD else text[: LONGEST_FIELD - 1] + "…"
    return text.translate(_CONTROLS)


def parser_fault(error: BaseException) -> str:
    """What a parser of JSON found wrong with a file, as the end of a sentence about the file."""
    text = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".").replace("`", "")
    if text == "Input data was truncated":
        return "it is empty or ends in the middle"
    text = text.replace("JSON is malformed: ", "it is not JSON: ")
    what, at, place = text.rpartition(" - at ")
    if at:
        text = f"“{place.removeprefix('$').removeprefix('.')}” is wrong ({_shortened(what)})"
    return _shortened(text)


def storage_error(error: OSError, file: object) -> AtelierError | None:
    """The sentence for an ``OSError`` of writing or reading a file, or None if it is another."""
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull(file=file, detail=str(error))
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        fault = error.strerror or "not allowed"
        return StorageDenied(file=file, fault=fault.lower(), detail=str(error))
    return None


def file_error(error: OSError, file: object) -> AtelierError:
    """The sentence for any ``OSError`` of writing or reading a file."""
    fault = f"{file}: {error.strerror or type(error).__name__}"
    return storage_error(error, file) or AtelierError(fault=fault, detail=repr(error))
