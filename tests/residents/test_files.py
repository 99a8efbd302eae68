"""Files: known by content, rebuilt without metadata, refused with a sentence when they are not what they may be."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageOps
from pypdf import PdfReader, PdfWriter
from pypdf.actions import JavaScript
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from placement.database.constraints import Refused
from residents import files

GPS_TAG, MAKER = 0x8825, "CanaryCamera"


def upload(content: bytes, name: str = "file.pdf", kind: str = "application/pdf") -> SimpleUploadedFile:
    """Return an upload whose name and type may lie."""
    return SimpleUploadedFile(name, content, content_type=kind)


def photo(form: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    """Return a picture with a maker, a place and a comment in its metadata, lying on its side."""
    picture = Image.new("RGB", size, "#3355aa")
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = MAKER, 6
    exif.get_ifd(GPS_TAG).update({1: "N", 2: (34.0, 3.0, 8.0), 3: "W", 4: (118.0, 14.0, 37.0)})
    out = io.BytesIO()
    picture.save(out, form, exif=exif, comment=b"canary comment") if form == "JPEG" else picture.save(
        out, form, exif=exif
    )
    return out.getvalue()


def pdf() -> PdfWriter:
    """Return a PDF with an author, a script, an attached file and a link that starts a program."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": "Canary Author", "/Title": "Canary Title"})
    writer.add_open_action(JavaScript("app.alert('canary script')"))
    writer.add_attachment("canary.txt", b"canary attachment")
    launch = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("canary.exe")}
    )
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): launch})
    page[NameObject("/Annots")] = writer._add_object(
        ArrayObject(
            [
                DictionaryObject(
                    {
                        NameObject("/Type"): NameObject("/Annot"),
                        NameObject("/Subtype"): NameObject("/Link"),
                        NameObject("/A"): launch,
                    }
                )
            ]
        )
    )
    return writer


def bytes_of(writer: PdfWriter) -> bytes:
    """Return the file that ``writer`` makes."""
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def refusal(content: bytes, **names: Any) -> str:
    """Return the sentence with which ``content`` is refused; it stands at the file field."""
    with pytest.raises(Refused) as caught:
        files.clean(upload(content, **names))
    assert caught.value.field == "upload"
    return caught.value.sentence


@pytest.mark.parametrize(("form", "kind"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/jpeg")])
def test_a_picture_keeps_its_pixels_and_loses_place_maker_and_comment(form: str, kind: str) -> None:
    original = photo(form)
    assert Image.open(io.BytesIO(original)).getexif()[0x010F] == MAKER
    clean = files.clean(upload(original, "report.pdf"))
    picture = Image.open(io.BytesIO(clean.content))
    assert clean.content_type == kind
    assert picture.size == (40, 60), "the picture is turned upright"
    assert not picture.getexif() and "comment" not in picture.info
    assert MAKER.encode() not in clean.content and b"canary" not in clean.content


def test_a_pdf_keeps_its_pages_and_loses_author_script_attachment_and_launch() -> None:
    writer = pdf()
    writer.add_blank_page(300, 300)
    original = bytes_of(writer)
    assert b"canary script" in original or b"Canary Author" in original
    clean = files.clean(upload(original, "letter.txt", "text/plain"))
    reader = PdfReader(io.BytesIO(clean.content))
    assert clean.content_type == "application/pdf"
    assert len(reader.pages) == 2
    assert not reader.attachments and "/OpenAction" not in reader.trailer["/Root"]
    lower = clean.content.lower()
    for left in (b"canary", b"/launch", b"/javascript", b"/embeddedfile", b"/author"):
        assert left not in lower, left


def test_a_photograph_inside_a_pdf_loses_its_place() -> None:
    scan = photo()
    out = io.BytesIO()
    Image.open(io.BytesIO(scan)).save(out, "PDF")
    inside = out.getvalue()
    reader = PdfReader(io.BytesIO(inside))
    stream = reader.pages[0]["/Resources"]["/XObject"].get_object()
    image = next(iter(stream.values())).get_object()
    if MAKER.encode() not in image._data:
        image._data = scan
        writer = PdfWriter(clone_from=reader)
        target = next(iter(writer.pages[0]["/Resources"]["/XObject"].get_object().values())).get_object()
        target._data = scan
        inside = bytes_of(writer)
    assert MAKER.encode() in inside
    clean = files.clean(upload(inside))
    assert MAKER.encode() not in clean.content
    found = PdfReader(io.BytesIO(clean.content)).pages[0].images[0].image
    assert found.size == (60, 40)


def test_text_is_kept_as_utf_8_whatever_its_name_says() -> None:
    clean = files.clean(upload("\ufeffNota: está bien 🌱\r\n".encode(), "photo.jpg", "image/jpeg"))
    assert (clean.content.decode(), clean.content_type) == ("Nota: está bien 🌱\r\n", "text/plain")


def zipped() -> bytes:
    """Return a ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.class", "x" * 50)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200), "can't be kept"),
        (b"\x7fELF\x02\x01\x01" + bytes(60), "can't be kept"),
        (b"#!/bin/sh\nrm -r /\n", "can't be kept"),
        ("text".encode("utf-16"), "UTF-16"),
        ("n\u00e4chster".encode("latin-1"), "can't be kept"),
        (zipped(), "can't be kept"),
        (photo() + zipped(), "two kinds"),
        (photo()[:20] + b"%PDF-1.7 " + photo()[20:], "two kinds"),
        (b"%PDF-1.4\n<script>alert(1)</script>", "two kinds"),
        (b"%PDF-1.7\nnot a pdf at all", "damaged"),
        (photo(size=(600, 400))[:2000], "damaged"),
        (b"GIF89a" + bytes(40), "can't be kept"),
    ],
    ids="empty exe elf script utf16 latin1 zip jpeg+zip jpeg+pdf pdf+script pdf half gif".split(),  # noqa: SIM905
)
def test_what_is_no_document_is_refused_with_a_sentence(content: bytes, words: str) -> None:
    assert words in refusal(content, name="letter.pdf")


def test_twenty_megabytes_are_refused_before_they_are_read() -> None:
    assert refusal(b"%PDF-1.7\n" + bytes(20 * 1024 * 1024)) == "This file has 20.1 MB; the limit is 10 MB."


def test_a_little_too_much_never_reads_like_the_limit() -> None:
    assert refusal(b"%PDF-1.7\n" + bytes(10 * 1024 * 1024)) == "This file has 10.1 MB; the limit is 10 MB."


def test_a_locked_pdf_is_refused() -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    assert "locked" in refusal(bytes_of(writer))


def test_a_picture_too_large_to_open_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_PIXELS", 1000)
    assert "too large" in refusal(photo())


@pytest.mark.parametrize(("size", "kept"), [((5712, 4284), True), ((7000, 7000), False)])
def test_a_photo_of_a_telephone_passes_and_a_small_file_that_unfolds_is_refused_unopened(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], kept: bool
) -> None:
    out = io.BytesIO()
    Image.new("1", size).save(out, "PNG")
    opened: list[bool] = []
    monkeypatch.setattr(files, "ImageOps", Watched(opened))
    if kept:
        assert files.clean(upload(out.getvalue())).content_type == "image/png"
    else:
        assert "the limit is 25 megapixels" in refusal(out.getvalue())
    assert opened == [True] * kept


class Watched:
    """Stands where pictures are opened, and notes each one."""

    def __init__(self, opened: list[bool]) -> None:
        self.opened = opened

    def exif_transpose(self, picture: Image.Image) -> Image.Image:
        """Note it and do as ``ImageOps``."""
        self.opened.append(True)
        return ImageOps.exif_transpose(picture)


def test_a_changed_file_is_not_served(documents_folder: None) -> None:
    clean = files.clean(upload(b"hello", "a.txt"))
    name = files.keep(clean)
    assert files.read(name, clean.sha256) == b"hello"
    files.forget(name)
    other = files.keep(files.CleanFile(b"other", "text/plain"))
    with pytest.raises(ValueError, match="changed outside"):
        files.read(other, clean.sha256)
