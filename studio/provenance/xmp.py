"""XMP: what a picture says of its origin to every other program, and the recipe once more.

JPEG and WebP have no text chunks, so there the recipe lives in XMP alone; in PNG it makes the
origin readable for tools that know IPTC but not us. Reading is meant for foreign bytes: no
document type, so no entities to expand, and bounded sizes and depths.

Sources: XMP Specification part 1 (ISO 16684-1), IPTC Photo Metadata Standard "Digital Source
Type", https://cv.iptc.org/newscodes/digitalsourcetype/.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

TRAINED_ALGORITHMIC_MEDIA = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
"""IPTC's name for a picture that a trained model made."""

RECIPE_NAMESPACE = "urn:atelier-studio:recipe/1.0/"
RECIPE = "recipe"
FILM = "film"
FILE_PIXELS = "filePixels"
"""The properties of our own: a file holds the recipe of a picture or that of a film."""

RDF_NAMESPACE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

MAXIMUM_XMP_BYTES = 4_000_000
MAXIMUM_DEPTH = 64

_FORBIDDEN_CHARACTERS = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class XmpFault(ValueError):
    """The packet cannot be read; the message says why, without naming a file.

    Internal to this package: whoever knows the file turns it into a `PictureError`.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What the packet says besides the recipe."""

    creator_tool: str
    """Program and version, e.g. "Atelier 0.1.0"."""
    model: str
    """Id of the model, for IPTC's "AI System Used"."""
    description: str = ""
    credit: str = ""
    """Whom to credit."""
    rights: str = ""
    """The licence in a sentence."""
    file_pixels: str = ""
    """SHA-256 in hex of the pixels that this very file decodes to, where its format is lossy."""


def write_xmp(recipe_json: str, origin: Origin, *, name: str = RECIPE) -> bytes:
    """The packet of a picture that a model made, UTF-8; ``recipe_json`` stands in it as text.

    ``name`` is the property that holds it: `RECIPE`, or `FILM`.
    """
    attributes = {
        "xmp:CreatorTool": origin.creator_tool,
        "Iptc4xmpExt:DigitalSourceType": TRAINED_ALGORITHMIC_MEDIA,
        "Iptc4xmpExt:AISystemUsed": origin.model,
    }
    if origin.credit:
        attributes["photoshop:Credit"] = origin.credit
    if origin.file_pixels:
        attributes[f"atelier:{FILE_PIXELS}"] = origin.file_pixels
    body = [
        f'  <dc:{name}><rdf:Alt><rdf:li xml:lang="x-default">{_escaped(text)}'
        f"</rdf:li></rdf:Alt></dc:{name}>"
        for name, text in (("description", origin.description), ("rights", origin.rights))
        if text
    ]
    lines = [
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
        f' <rdf:RDF xmlns:rdf="{RDF_NAMESPACE}">',
        '  <rdf:Description rdf:about=""',
        '    xmlns:dc="http://purl.org/dc/elements/1.1/"',
        '    xmlns:xmp="http://ns.adobe.com/xap/1.0/"',
        '    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"',
        '    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
        f'    xmlns:atelier="{RECIPE_NAMESPACE}"',
        *(f"    {name}={_quoted(text)}" for name, text in attributes.items()),
        "  >",
        *body,
        f"  <atelier:{name}>{_escaped(recipe_json)}</atelier:{name}>",
        "  </rdf:Description>",
        " </rdf:RDF>",
        "</x:xmpmeta>",
        '<?xpacket end="r"?>',
    ]
    return "\n".join(lines).encode()


def read_xmp(packet: bytes) -> dict[str, str]:
    """The properties of our own in a packet that may be foreign, by name; empty if there are none.

    They are found as elements and as attributes of a description, because other tools turn one
    into the other. Raises `XmpFault`.
    """
    if len(packet) > MAXIMUM_XMP_BYTES:
        raise XmpFault("its XMP is larger than any that is read")
    reader = _PropertyReader()
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.refuse_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(packet.strip(b"\0"), True)
    except expat.ExpatError as error:
        raise XmpFault(f"its XMP is damaged ({error})") from error
    return reader.found


class _PropertyReader:
    """Listens to the parser for the properties of our namespace."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._depth = 0
        self._inside = False
        self._pieces: list[str] = []

    def refuse_doctype(self, *_: object) -> None:
        raise XmpFault("its XMP declares a document type, which no picture needs")

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > MAXIMUM_DEPTH:
            raise XmpFault("its XMP is nested too deeply")
        if _own(name):
            self._inside = True
            self._pieces = []
        if name == f"{RDF_NAMESPACE} Description":
            for attribute, value in attributes.items():
                self._add(attribute, value)

    def end(self, name: str) -> None:
        self._depth -= 1
        if self._inside and _own(name):
            self._inside = False
            self._add(name, "".join(self._pieces))

    def text(self, data: str) -> None:
        if self._inside:
            self._pieces.append(data)

    def _add(self, name: str, value: str) -> None:
        own, value = _own(name), value.strip()
        if own and self.found.setdefault(own, value) != value:
            raise XmpFault(f"its XMP holds more than one {own}")


def _own(name: str) -> str:
    """The local name of what is in our namespace, as the parser joins them; else empty."""
    namespace, _, local = name.partition(" ")
    return local if namespace == RECIPE_NAMESPACE else ""


def _escaped(text: str) -> str:
    """As character data; `xml.sax.saxutils` would do it, and load all of `urllib` and `ssl`."""
    return _legal(text).replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")


def _quoted(text: str) -> str:
    """As the value of an attribute, in quotes; its white space survives being read."""
    found = _escaped(text).translate({10: "&#10;", 13: "&#13;", 9: "&#9;", 34: "&quot;"})
    return f'"{found}"'


def _legal(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold."""
    return _FORBIDDEN_CHARACTERS.sub("", text)
