"""Brings the translation files up to date: ``python -m tests.translations``.

Interface texts are collected from the sources by lupdate, sentences of errors from the error
tree, the reasons in them by `tests.faults`; what is translated already stays. Then all are
compiled into the ``.qm`` that ships. What is left untranslated is listed, and makes the exit
code 1.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from studio.contract.errors import AtelierError
from studio.shell import faults
from tests.faults import fault_templates

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "studio" / "resources" / "translations"
SOURCES = ("studio/shell", "studio/images/ui")
CONTEXT = "Errors"
CHINESE = FOLDER / "atelier_zh_CN.ts"
ENGLISH = FOLDER / "atelier_en.ts"
ERRORS = FOLDER / "errors_zh_CN.ts"
PLURAL_MARK = "%n"
FAULTS = FOLDER / faults.FILE_NAME


def error_sentences() -> list[str]:
    """The sentence of every kind of error, each once, in the order of the tree."""

    def tree(kind: type[AtelierError]) -> Iterator[type[AtelierError]]:
        yield kind
        for child in kind.__subclasses__():
            yield from tree(child)

    return list(dict.fromkeys(kind.sentence for kind in tree(AtelierError)))


def read_errors() -> dict[str, str]:
    """The translated sentences and reasons by their English."""
    if not ERRORS.exists():
        return {}
    messages = ElementTree.parse(ERRORS).getroot().iter("message")
    return {m.findtext("source") or "": m.findtext("translation") or "" for m in messages}


def write_errors(known: dict[str, str]) -> None:
    """Write sentences and reasons with the translations that are ``known``."""
    templates = fault_templates()
    root = ElementTree.Element("TS", version="2.1", language="zh_CN", sourcelanguage="en")
    for name, sources in ((CONTEXT, error_sentences()), (faults.CONTEXT, templates)):
        context = ElementTree.SubElement(root, "context")
        ElementTree.SubElement(context, "name").text = name
        for source in sources:
            message = ElementTree.SubElement(context, "message")
            ElementTree.SubElement(message, "source").text = source
            translation = ElementTree.SubElement(message, "translation")
            translation.text = known.get(source, "")
            if not translation.text:
                translation.set("type", "unfinished")
    _write(ERRORS, root)
    FAULTS.write_text("".join(f"{template}\n" for template in templates), encoding="utf-8")


def source_files() -> list[Path]:
    """The modules with texts of the interface."""
    return [path for folder in SOURCES for path in sorted((ROOT / folder).rglob("*.py"))]


def collect(target: Path, *options: str) -> None:
    """Have lupdate collect the interface's texts into ``target``."""
    sources = [str(path.relative_to(ROOT)) for path in source_files()]
    command = ["-locations", "none", "-no-obsolete", "-source-language", "en", *options]
    _tool("lupdate", *command, *sources, "-ts", str(target))


def known_texts(file: Path) -> dict[str, tuple[str, ...]]:
    """What is translated in ``file``, by its source alone: one text, or one for each plural."""
    known = {}
    for message in ElementTree.parse(file).getroot().iter("message"):
        translation = message.find("translation")
        if translation is not None and translation.get("type") != "unfinished":
            forms = [form.text or "" for form in translation.iter("numerusform")]
            texts = tuple(forms or [translation.text or ""])
            if all(texts):
                known[message.findtext("source") or ""] = texts
    return known


def fill(file: Path, known: dict[str, tuple[str, ...]], plurals: int) -> None:
    """Give texts the translation that they had, also where they have moved to another class.

    A text with ``%n`` gets as many forms as the language has ``plurals``: lupdate sees that it
    counts something in ``self.tr``, and does not in ``QCoreApplication.translate``.
    """
    root = ElementTree.parse(file).getroot()
    for message in root.iter("message"):
        source = message.findtext("source") or ""
        translation = message.find("translation")
        assert translation is not None
        counts = PLURAL_MARK in source
        if translation.get("type") != "unfinished" and counts == (message.get("numerus") == "yes"):
            continue
        texts = known.get(source, ())
        wanted = plurals if counts else 1
        if len(texts) != wanted:
            texts = ("",) * wanted
        translation.clear()
        if not all(texts):
            translation.set("type", "unfinished")
        if not counts:
            translation.text = texts[0]
            continue
        message.set("numerus", "yes")
        for text in texts:
            ElementTree.SubElement(translation, "numerusform").text = text
    _write(file, root)


def keep_plurals_alone(file: Path) -> None:
    """Take out of ``file`` what counts nothing: it is English already."""
    root = ElementTree.parse(file).getroot()
    for context in root.findall("context"):
        for message in context.findall("message"):
            if PLURAL_MARK not in (message.findtext("source") or ""):
                context.remove(message)
        if context.find("message") is None:
            root.remove(context)
    _write(file, root)


def compile_all(folder: Path) -> None:
    """Compile the translations into ``folder``.

    Each comes under its name when it is whole: Qt maps these files, and a window that runs would
    end with a bus error if one were written anew where it stands.
    """
    for sources, name in (((CHINESE, ERRORS), "atelier_zh_CN.qm"), ((ENGLISH,), "atelier_en.qm")):
        part = folder / f"{name}.part"
        _tool("lrelease", *map(str, sources), "-qm", str(part))
        part.replace(folder / name)


def untranslated(file: Path) -> list[str]:
    """The sources that ``file`` has no finished translation for."""
    missing = []
    for message in ElementTree.parse(file).getroot().iter("message"):
        translation = message.find("translation")
        assert translation is not None
        forms = [form.text or "" for form in translation.iter("numerusform")]
        texts = forms or [translation.text or ""]
        if translation.get("type") == "unfinished" or not all(texts):
            missing.append(message.findtext("source") or "")
    return missing


def _write(file: Path, root: ElementTree.Element) -> None:
    ElementTree.indent(root, "    ")
    text = ElementTree.tostring(root, encoding="unicode")
    head = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'
    file.write_text(f"{head}{text}\n", encoding="utf-8")


def _tool(name: str, *arguments: str) -> None:
    tool = Path(sys.executable).parent / f"pyside6-{name}"
    done = subprocess.run(
        [str(tool), *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{name} failed: {done.stderr}{done.stdout}")


def main() -> int:
    """Collect, compile, and say what is missing."""
    for file, language, plurals in ((CHINESE, "zh_CN", 1), (ENGLISH, "en", 2)):
        known = known_texts(file)
        collect(file, "-target-language", language)
        fill(file, known, plurals)
    keep_plurals_alone(ENGLISH)
    write_errors(read_errors())
    compile_all(FOLDER)
    missing = [text for file in (CHINESE, ENGLISH, ERRORS) for text in untranslated(file)]
    for text in missing:
        print(text)
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
