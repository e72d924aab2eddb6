"""The reasons inside errors, collected from the sources: what `studio.shell.faults` translates.

An error's sentence names a fault, and faults are written where they arise, in modules that know
no Qt: ``GraphInvalid(file=path, fault=f"it has no {side} {name!r}")``. This module reads the
sources and turns every such text into a template, ``it has no {0} {1}``.
"""

import ast
import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from studio.shell.faults import PAIR

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = (
    "contract", "film", "graphs", "host", "images", "project", "provenance", "recognise", "runtime",
    "shell", "writing",
)  # fmt: skip
"""Of studio; commands speak English."""
_NAMES: Final = re.compile(r"(^|_)(faults?|reason|wrong|unsound|damaged|end_of)($|_)", re.I)
_LOCAL_NAMES: Final = re.compile(rf"{_NAMES.pattern}|^(words|advice|there)$", re.I)
_NO_FAULT: Final = re.compile(r"^[\w.-]+\.\w+$|^(model|making)$")
"""Names of files, and keys that other modules read."""
_LETTERS: Final = re.compile(r"[A-Za-z]{2}")
SYSTEM_ERRORS: Final = (
    errno.EPERM, errno.ENOENT, errno.EIO, errno.EBADF, errno.EAGAIN, errno.ENOMEM, errno.EACCES,
    errno.EBUSY, errno.EEXIST, errno.EXDEV, errno.ENODEV, errno.ENOTDIR, errno.EISDIR,
    errno.EINVAL, errno.ENFILE, errno.EMFILE, errno.EFBIG, errno.ENOSPC, errno.EROFS,
    errno.EMLINK, errno.EPIPE, errno.ENAMETOOLONG, errno.ENOTEMPTY, errno.ELOOP, errno.EDQUOT,
    errno.ESTALE, errno.ETIMEDOUT, errno.ENOSYS, errno.ENOTSUP,
)  # fmt: skip


PARSER_ERRORS: Final = (
    "“{0}” is wrong ({1})",
    "Expected {0}, got {1}",
    "Expected {0}",
    "Object missing required field {0}",
    "Object contains unknown field {0}",
    "Invalid enum value {0}",
    "Invalid value {0}",
    "it is not JSON: {0} (byte {1})",
    "Invalid UTF-8 encoding",
)
"""What msgspec says, as `studio.contract.errors.parser_fault` passes it on."""

PARTS: Final = (
    "an encoder and a decoder",
    "eyes beside the text",
    "ears beside the text",
    "embeddings in a graph of their own",
)
"""What a model is made of several graphs for: `studio.recognise.text`."""

CONSTRAINTS: Final = ("regular expression", "grammar")
"""What cannot be followed: `studio.writing.engine.constraints`."""

HOLDERS: Final = ("{0}, process {1} on {2}, since {3}", "unknown")
"""Who has a project open: `studio.project.lock.Holder.text`."""


def fault_templates() -> list[str]:
    """Every template once, in the order of modules and lines; then what others say."""
    found = [
        template
        for package in PACKAGES
        for path in sorted((ROOT / "studio" / package).rglob("*.py"))
        for template in _Reader(path).templates()
    ]
    found += (PAIR, *PARTS, *CONSTRAINTS, *HOLDERS, *PARSER_ERRORS)
    found += [os.strerror(code).lower() for code in SYSTEM_ERRORS]
    return list(dict.fromkeys(found))


class _Reader:
    """Finds the faults in one module."""

    def __init__(self, path: Path) -> None:
        self._tree = ast.parse(path.read_text(encoding="utf-8"))
        self._constants = {
            node.target.id: node.value
            for node in self._tree.body
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value
        }

    def templates(self) -> Iterator[str]:
        for node in ast.walk(self._tree):
            for value in _values(node):
                named = self._constants.get(value.id) if isinstance(value, ast.Name) else None
                for template in _texts(named or value):
                    letters = _LETTERS.search(re.sub(r"\{\d+\}", "", template))
                    if letters and not _NO_FAULT.match(template):
                        yield template


def _values(node: ast.AST) -> Iterator[ast.expr]:
    """Expressions of ``node`` that become a fault."""
    if isinstance(node, ast.Call):
        yield from (k.value for k in node.keywords if k.arg and _NAMES.search(k.arg))
        if isinstance(node.func, ast.Name) and _NAMES.search(node.func.id):
            yield from node.args
    elif isinstance(node, ast.Assign):
        if any(isinstance(t, ast.Name) and _LOCAL_NAMES.search(t.id) for t in node.targets):
            yield node.value
    elif isinstance(node, ast.AnnAssign):
        if isinstance(node.target, ast.Name) and _NAMES.search(node.target.id) and node.value:
            yield node.value
    elif isinstance(node, ast.FunctionDef):
        if _NAMES.search(node.name):
            yield from (
                inner.value
                for inner in ast.walk(node)
                if isinstance(inner, ast.Return | ast.Yield) and inner.value is not None
            )
    elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        yield from node.exc.args


def _texts(value: ast.expr) -> Iterator[str]:
    """Templates that ``value`` may have."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value.rstrip(".")
    elif isinstance(value, ast.JoinedStr):
        parts, count = [], 0
        for part in value.values:
            if isinstance(part, ast.Constant):
                parts.append(str(part.value))
            else:
                parts.append(f"{{{count}}}")
                count += 1
        yield "".join(parts).rstrip(".")
    elif isinstance(value, ast.IfExp):
        yield from _texts(value.body)
        yield from _texts(value.orelse)
    elif isinstance(value, ast.BoolOp):
        for part in value.values:
            yield from _texts(part)
    elif isinstance(value, ast.Tuple):
        for part in value.elts:
            yield from _texts(part)
    elif (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in ("lower", "rstrip", "strip")
    ):
        yield from _texts(value.func.value)
