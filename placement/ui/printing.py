"""Texts as PDFs after PDF/UA-1: accessible and tagged, the same bytes whenever they are made. Nothing of a text is markup."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

STANDARD = "ua-1"
USUAL = {chr(number) for number in range(32, 127)} | {"\n"}
NO_SIGN = "\N{WHITE SQUARE}"  # for a sign that no font of the PDF has
TRIED = 200  # so many signs are tried one by one, the others together


def compiled(template: bytes, data: Any, at: datetime, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Return the PDF that ``template`` makes of ``data``, which it reads as JSON from ``sys.inputs.data``. Nothing is fetched.

    at: when it was made, as the PDF says. pictures: name → the bytes of a picture that the template shows.
    """
    compile_: Any = typst.compile  # its types ask for a folder of the same type as the template, which is bytes here
    with TemporaryDirectory() as only:  # files are only read below this folder
        for name, content in (pictures or {}).items():
            (Path(only) / name).write_bytes(content)
        made: bytes = compile_(
            template,
            root=only,
            package_path=only,
            package_cache_path=only,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data)},
            pdf_standards=STANDARD,
            timestamp=int(at.timestamp()),
        )
    return made


def printable(data: Any) -> Any:
    """Return ``data`` with a square for each sign that the PDF has no font for."""
    odd = sorted(signs_of(data) - USUAL)
    if odd and not can_print("".join(odd)):
        tried, rest = odd[:TRIED], odd[TRIED:]
        missing = [sign for sign in tried if not can_print(sign)]
        missing += [] if can_print("".join(rest)) else rest
        return with_signs(data, dict.fromkeys(map(ord, missing), NO_SIGN))
    return data


def signs_of(data: Any) -> set[str]:
    """Return every sign in the texts of ``data``, which is made of lists and dictionaries."""
    if isinstance(data, str):
        return set(data)
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return set[str]().union(*(signs_of(part) for part in parts))


def with_signs(data: Any, instead: dict[int, str]) -> Any:
    """Return ``data`` with signs of its texts replaced."""
    if isinstance(data, str):
        return data.translate(instead)
    if isinstance(data, dict):
        return {name: with_signs(part, instead) for name, part in data.items()}
    return [with_signs(part, instead) for part in data] if isinstance(data, list) else data


def can_print(signs: str) -> bool:
    """Return whether the fonts that typst brings along have all of ``signs``."""
    try:
        compiled(b'#set document(title: "t")\n#json(bytes(sys.inputs.data))', signs, datetime(2000, 1, 1, tzinfo=UTC))
    except typst.TypstError:
        return False
    return True
