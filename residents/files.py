"""Uploaded files: known by their content, rebuilt without metadata and scripts, kept outside the web root.

What comes out of ``clean`` was written by us: pictures are drawn again, PDFs are put together again page by
page, text is encoded again. Everything else is refused with a sentence.
"""

import hashlib
import io
import re
import uuid
import warnings
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from placement.database.constraints import Refused

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_PAGES = 500
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/jpeg"}
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "text/plain": "txt"}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
ACTIVE = {"/AA", "/OpenAction", "/JavaScript", "/JS", "/EmbeddedFiles", "/EF", "/AF", "/Metadata", "/PieceInfo", "/XFA"}
ACTIVE_MARKS = {"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}
KIND_HINT = "Use a PDF, a JPEG, PNG or WebP picture, or a plain text file."


@dataclass(frozen=True)
class CleanFile:
    """The bytes that may be kept, and what they are."""

    content: bytes
    content_type: str

    @property
    def sha256(self) -> str:
        """Return the fingerprint of the content."""
        return hashlib.sha256(self.content).hexdigest()


def clean(upload: UploadedFile) -> CleanFile:
    """Return ``upload`` rebuilt without metadata, scripts and hidden parts.

    The name and the type that the browser gives are not believed. Raises ``Refused`` (field ``upload``) for more
    than 10 MB, an empty, unreadable, locked or doubtful file, and for every other type.
    """
    size = upload.size or 0
    if size > MAX_BYTES:
        raise refused(f"This file has {size / 1024 / 1024:.0f} MB; the limit is {MAX_BYTES // 1024 // 1024} MB.")
    content = upload.read(MAX_BYTES + 1)
    if not content:
        raise refused("This file is empty.")
    if content.startswith(b"%PDF-"):
        return CleanFile(clean_pdf(refuse_two_faces(content)), "application/pdf")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=list(PICTURES))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise refused("This picture is too large to open. Save it smaller and try again.") from None
    except (UnidentifiedImageError, OSError, ValueError):
        return CleanFile(clean_text(content), "text/plain")
    return clean_picture(picture, refuse_two_faces(content))


def refused(sentence: str) -> Refused:
    """Return the refusal that stands next to the file field."""
    return Refused(sentence, field="upload")


def refuse_two_faces(content: bytes) -> bytes:
    """Raise when the bytes are also a second kind of file: a PDF in a picture, a ZIP or a web page in either."""
    head = content[:1024].lower()
    also_pdf = b"%pdf-" in head[1:]
    also_page = any(mark in head for mark in (b"<script", b"<html", b"<?php", b"<svg"))
    also_zip = b"PK\x05\x06" in content[-65_557:]
    if also_pdf or also_page or also_zip:
        raise refused(f"This file is two kinds of file at once, so it was not kept. {KIND_HINT}")
    return content


def clean_picture(picture: Image.Image, content: bytes) -> CleanFile:
    """Draw the picture again, upright, with nothing but its pixels."""
    kind = PICTURES[picture.format or ""]
    if picture.width * picture.height > MAX_PIXELS:
        raise refused("This picture is too large to open. Save it smaller and try again.")
    try:
        upright = ImageOps.exif_transpose(picture)
        upright.load()
    except (OSError, ValueError, SyntaxError):
        raise refused("This picture is damaged and can't be opened.") from None
    see_through = kind == "image/png" and ("A" in upright.getbands() or "transparency" in upright.info)
    mode = "RGBA" if see_through else "RGB"
    plain = Image.new(mode, upright.size)
    plain.paste(upright.convert(mode))
    out = io.BytesIO()
    if kind == "image/png":
        plain.save(out, "PNG", optimize=False)
    else:
        plain.save(out, "JPEG", quality=88)
    return CleanFile(out.getvalue(), kind)


def clean_text(content: bytes) -> bytes:
    """Return the text as UTF-8; anything that is not text is refused here, because nothing else knew it either."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise refused("This text file is in UTF-16. Save it as UTF-8 and try again.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused(f"This kind of file can't be kept, whatever its name says. {KIND_HINT}") from None
    if CONTROL.search(text) or content.startswith((b"MZ", b"#!")):
        raise refused(f"This kind of file can't be kept, whatever its name says. {KIND_HINT}")
    return text.encode()


def clean_pdf(content: bytes) -> bytes:
    """Put the pages together again in a new file without metadata, actions, scripts, and attached files."""
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise refused("This PDF is locked with a password. Save it without one and try again.")
        if len(reader.pages) > MAX_PAGES:
            raise refused(f"This PDF has {len(reader.pages):,} pages; the limit is {MAX_PAGES}.")
        writer = PdfWriter()
        for page in reader.pages:
            writer.add_page(page)
        for item in list(writer._objects):
            make_passive(item)
        for page in writer.pages:
            quiet_marks(page)
        writer.metadata = None
        writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
        out = io.BytesIO()
        writer.write(out)
    except (PyPdfError, KeyError, ValueError, TypeError, AttributeError, RecursionError, OSError):
        raise refused("This PDF is damaged and can't be opened.") from None
    return out.getvalue()


def make_passive(item: Any) -> None:
    """Take what acts or tells out of one PDF object, and what is below it."""
    if isinstance(item, ArrayObject):
        for part in item:
            make_passive(part)
    if not isinstance(item, DictionaryObject):
        return
    for key in ACTIVE.intersection(item):
        del item[key]
    if isinstance(item, StreamObject) and item.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
        item._data = bare_jpeg(item._data)
    for part in list(item.values()):
        if not isinstance(part, IndirectObject):
            make_passive(part)


def quiet_marks(page: DictionaryObject) -> None:
    """Remove marks on the page that carry files or media, and what a click on the others would do."""
    if "/Annots" not in page:
        return
    marks: Any = page["/Annots"].get_object()
    kept = [mark for mark in marks if mark.get_object().get("/Subtype") not in ACTIVE_MARKS]
    for mark in kept:
        mark.get_object().pop("/A", None)
    page[NameObject("/Annots")] = ArrayObject(kept)


def bare_jpeg(data: bytes) -> bytes:
    """Return a JPEG inside a PDF without camera data (APP1 to APP13, APP15) and comments; unreadable ones unchanged."""
    out, at = bytearray(data[:2]), 2
    while data[at : at + 1] == b"\xff" and data[at + 1] != 0xDA and at + 4 <= len(data):
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if not (0xE1 <= data[at + 1] <= 0xED or data[at + 1] in (0xEF, 0xFE)):
            out += data[at : at + 2 + length]
        at += 2 + length
    return bytes(out) + data[at:]


def keep(file: CleanFile) -> uuid.UUID:
    """Write the file once under a random name outside the web root, and return the name."""
    name = uuid.uuid4()
    default_storage.save(name.hex, ContentFile(file.content))
    return name


def forget(name: uuid.UUID) -> None:
    """Remove a file whose record was refused."""
    default_storage.delete(name.hex)


def read(name: uuid.UUID, sha256: str) -> bytes:
    """Return the bytes kept under ``name``. Raises ``ValueError`` when they are no longer the ones that were filed."""
    with default_storage.open(name.hex) as stream:
        content = stream.read()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"document file {name} was changed outside the application")
    return content
