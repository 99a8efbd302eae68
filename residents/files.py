"""Uploaded files: known by their content, rebuilt without metadata and scripts, kept outside the web root.

What comes out of ``clean`` was written by us: pictures are drawn again, PDFs are put together again page by
page, text is encoded again. Everything else is refused with a sentence.
"""

import hashlib
import io
import math
import re
import uuid
import warnings
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps, UnidentifiedImageError

from placement.database.constraints import Refused
from residents.pdf import clean_pdf

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 25_000_000  # a telephone's photo has up to 24.5 million
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/jpeg"}
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "text/plain": "txt"}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
TOO_LARGE = f"This picture is too large to open: the limit is {MAX_PIXELS // 1_000_000} megapixels. Save it smaller and try again."
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
        megabytes = math.ceil(size * 10 / 1024 / 1024) / 10  # rounded up, so that it never reads like the limit
        raise refused(f"This file has {megabytes:.1f} MB; the limit is {MAX_BYTES // 1024 // 1024} MB.")
    content = upload.read(MAX_BYTES + 1)
    if not content:
        raise refused("This file is empty.")
    if content.startswith(b"%PDF-"):
        return CleanFile(clean_pdf(refuse_two_faces(content), refused), "application/pdf")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=list(PICTURES))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise refused(TOO_LARGE) from None
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
        raise refused(TOO_LARGE)
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
        plain.save(out, "PNG", compress_level=1)
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


def keep(file: CleanFile) -> uuid.UUID:
    """Write the file once under a random name outside the web root, and return the name."""
    name = uuid.uuid4()
    default_storage.save(name.hex, ContentFile(file.content))
    return name


def forget(name: uuid.UUID) -> None:
    """Remove a file whose record was refused."""
    default_storage.delete(name.hex)


def forget_if_there(name: uuid.UUID) -> bool:
    """Remove the file of a record that is gone; return whether there was one."""
    found: bool = default_storage.exists(name.hex)
    if found:
        default_storage.delete(name.hex)
    return found


def read(name: uuid.UUID, sha256: str) -> bytes:
    """Return the bytes kept under ``name``. Raises ``ValueError`` when they are no longer the ones that were filed."""
    with default_storage.open(name.hex) as stream:
        content = stream.read()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"document file {name} was changed outside the application")
    return content
