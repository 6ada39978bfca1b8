"""Keep an index in a file, and read it back without computing anything anew.

The file is numpy's npz archive, whose members carry checksums: the arrays of each piece as they are, the words, ids and
texts as blocks of bytes, and a small table in JSON.
"""

import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.entry import Entry, Signature, SignatureKind
from knowledge.errors import IndexUnusable
from knowledge.matching.background import Background
from knowledge.matching.patterns import PatternSet
from knowledge.matching.pieces import Piece
from knowledge.matching.segment import Segment
from knowledge.matching.texts import Texts
from knowledge.matching.topics import Topics
from knowledge.matching.vocabulary import Vocabulary

VERSION = 8
"""Raised whenever words, masks, roles or arrays change their meaning, so that no older index is misread."""


@dataclass(frozen=True)
class Stored:
    """What a file holds: the words and ids by number, and the pieces."""

    vocabulary: Vocabulary
    ids: list[str]
    pieces: tuple[Piece, ...]


def save(path: Path, stored: Stored, *, contents: str) -> None:
    """Write an index; `contents` names what it was made from. The file is replaced at once or not at all.

    Raises OSError, which leaves nothing half-written behind.
    """
    arrays: dict[str, NDArray[Any]] = {}
    _put_texts(arrays, "words", Texts.of(stored.vocabulary.numbers))
    _put_texts(arrays, "ids", Texts.of(stored.ids))
    for number, piece in enumerate(stored.pieces):
        _put_fields(arrays, f"{number}.clues", piece.clues)
        _put_fields(arrays, f"{number}.topics", piece.topics)
        _put_texts(arrays, f"{number}.texts", piece.texts)
    table = {
        "version": VERSION,
        "contents": contents,
        "patterns": [
            [
                (clue, signature.text, signature.kind.value)
                for clue, signature in zip(piece.clue_of_pattern, piece.patterns.signatures, strict=True)
            ]
            for piece in stored.pieces
        ],
    }
    arrays["table"] = np.frombuffer(json.dumps(table).encode(), dtype=np.uint8)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def load(path: Path, *, contents: str | None, background: Background) -> Stored:
    """Read an index back; raises IndexUnusable when it is damaged, of another version or of other `contents`."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
            table = json.loads(arrays["table"].tobytes())
            _check(path, table, contents)
            vocabulary = Vocabulary(background)
            for word in _texts(arrays, "words"):
                vocabulary.number(word)
            pieces = tuple(
                _piece(arrays, number, table["patterns"][number]) for number in range(len(table["patterns"]))
            )
            return Stored(vocabulary, list(_texts(arrays, "ids")), pieces)
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise IndexUnusable(f"{path}: cannot be read as an index ({error}); build it anew from the entries") from error


def contents_of(entries: Iterable[Entry]) -> str:
    """Return a name for what some entries say, which changes when any of them does."""
    told = sorted(
        repr((entry.id, entry.general, entry.signatures, entry.tags, entry.counterexamples, _said(entry)))
        for entry in entries
    )
    return hashlib.sha256("\n".join(told).encode("utf-8", "replace")).hexdigest()


def _said(entry: Entry) -> Sequence[Any]:
    return [
        (language, variant.title, variant.phrases, variant.tells, sorted(variant.sections.items()))
        for language, variant in sorted(entry.variants.items())
    ]


def _check(path: Path, table: Mapping[str, Any], contents: str | None) -> None:
    if table.get("version") != VERSION:
        raise IndexUnusable(
            f"{path}: is of version {table.get('version')}, this program reads {VERSION}; build it anew"
        )
    if contents is not None and table.get("contents") != contents:
        raise IndexUnusable(f"{path}: was made from other entries; build it anew from the entries")


def _put_texts(arrays: dict[str, NDArray[Any]], name: str, texts: Texts) -> None:
    arrays[f"{name}.block"], arrays[f"{name}.ends"] = texts.block, texts.ends


def _texts(arrays: Mapping[str, NDArray[Any]], name: str) -> Texts:
    return Texts(arrays[f"{name}.block"], arrays[f"{name}.ends"])


def _put_fields(arrays: dict[str, NDArray[Any]], name: str, part: Segment | Topics) -> None:
    for field in fields(part):
        arrays[f"{name}.{field.name}"] = getattr(part, field.name)


def _fields(arrays: Mapping[str, NDArray[Any]], name: str, kind: type[Segment | Topics]) -> dict[str, NDArray[Any]]:
    return {field.name: arrays[f"{name}.{field.name}"] for field in fields(kind)}


def _piece(arrays: Mapping[str, NDArray[Any]], number: int, patterns: Sequence[tuple[int, str, str]]) -> Piece:
    return Piece(
        clues=Segment(**_fields(arrays, f"{number}.clues", Segment)),
        topics=Topics(**_fields(arrays, f"{number}.topics", Topics)),
        texts=_texts(arrays, f"{number}.texts"),
        patterns=PatternSet([Signature(text, SignatureKind(kind)) for _, text, kind in patterns]),
        clue_of_pattern=[clue for clue, _, _ in patterns],
    )
