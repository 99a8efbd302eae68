"""PDFs: pages stay readable; what tells of a camera, a place or a writer goes, wherever it was put."""

import io
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from residents import files, pdf
from tests.residents.test_files import MAKER, bytes_of, photo, refusal, upload

N = NameObject
CANARY = TextStringObject("canary of the writer")


def pairs(**values: PdfObject) -> DictionaryObject:
    """Return a dictionary of a PDF."""
    return DictionaryObject({N(f"/{key}"): value for key, value in values.items()})


def stream(data: bytes, **values: PdfObject) -> StreamObject:
    """Return a stream with these bytes, as they are."""
    made = StreamObject()
    made._data = data
    made.update(pairs(**values))
    return made


def picture(
    data: bytes, size: tuple[int, int] = (60, 40), space: str = "/DeviceRGB", **values: PdfObject
) -> StreamObject:
    """Return a picture of a PDF."""
    width, height = NumberObject(size[0]), NumberObject(size[1])
    about = {"Type": N("/XObject"), "Subtype": N("/Image"), "Width": width, "Height": height, "ColorSpace": N(space)}
    return stream(data, **{**about, "BitsPerComponent": NumberObject(8), **values})


def names(*filters: str) -> ArrayObject:
    """Return a list of filters."""
    return ArrayObject(N(name) for name in filters)


def one_page(
    *pictures: StreamObject, draw: bytes = b"", change: Callable[[PdfWriter, Any], None] | None = None
) -> bytes:
    """Return a PDF of one page that shows the pictures."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    shown = {N(f"/Im{number}"): writer._add_object(one) for number, one in enumerate(pictures)}
    page[N("/Resources")] = pairs(XObject=DictionaryObject(shown))
    commands = DecodedStreamObject()
    commands.set_data(draw or b" ".join(f"q 100 0 0 100 0 0 cm /Im{n} Do Q".encode() for n in range(len(pictures))))
    page[N("/Contents")] = writer._add_object(commands)
    if change:
        change(writer, page)
    return bytes_of(writer)


def cleaned(content: bytes) -> PdfReader:
    """Return the PDF that is kept, in which no canary is left, in the open or compressed."""
    kept = files.clean(upload(content)).content
    reader = PdfReader(io.BytesIO(kept))
    for number in range(1, len(reader.xref[0]) + 1):
        found = reader.get_object(number)
        text = repr(found) + (
            repr(pdf.Pictures(files.refused).decoded(found)) if isinstance(found, StreamObject) else ""
        )
        assert MAKER not in text and "canary" not in text.lower(), found
    return reader


def seen(reader: PdfReader) -> Image.Image:
    """Return the picture on the first page."""
    return reader.pages[0].images[0].image


@pytest.mark.parametrize(
    ("filters", "wrap"),
    [
        (N("/DCTDecode"), bytes),
        (names("/DCTDecode"), bytes),
        (names("/FlateDecode", "/DCTDecode"), zlib.compress),
        (
            names("/ASCIIHexDecode", "/FlateDecode", "/DCTDecode"),
            lambda data: zlib.compress(data).hex().encode() + b">",
        ),
        (names("/FlateDecode", "/DCTDecode"), lambda data: zlib.compress(data + b"canary behind the end")),
    ],
)
def test_a_photograph_loses_its_place_whatever_it_is_wrapped_in(filters: Any, wrap: Callable[[bytes], bytes]) -> None:
    original = one_page(picture(wrap(photo()), Filter=filters))
    assert seen(PdfReader(io.BytesIO(original))).size == (60, 40)
    found = seen(cleaned(original))
    assert found.size == (60, 40)
    assert abs(found.getpixel((30, 20))[2] - 0xAA) < 6


def test_references_hide_no_photograph() -> None:
    photograph = picture(zlib.compress(photo()))

    def change(writer: PdfWriter, page: Any) -> None:
        photograph[N("/Subtype")] = writer._add_object(N("/Image"))
        photograph[N("/Filter")] = writer._add_object(names("/FlateDecode", "/DCTDecode"))

    found = cleaned(one_page(photograph, change=change)).pages[0]["/Resources"]["/XObject"]["/Im0"]
    assert Image.open(io.BytesIO(found._data)).size == (60, 40)


def test_a_photograph_that_does_not_say_that_it_is_one_is_drawn_again_too() -> None:
    thing = stream(photo(), Type=N("/XObject"), Subtype=N("/PS"), Filter=N("/DCTDecode"))
    cleaned(one_page(thing))


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_colours_stay(mode: str) -> None:
    out = io.BytesIO()
    Image.linear_gradient("L").convert(mode).save(out, "JPEG", comment=b"canary", quality=95)
    space = {"L": "/DeviceGray", "CMYK": "/DeviceCMYK"}[mode]
    original = one_page(picture(out.getvalue(), (256, 256), space, Filter=N("/DCTDecode")))
    before, after = seen(PdfReader(io.BytesIO(original))).convert("RGB"), seen(cleaned(original)).convert("RGB")
    for at in ((128, 10), (128, 128), (128, 250)):
        assert all(abs(a - b) < 8 for a, b in zip(before.getpixel(at), after.getpixel(at), strict=True))


def test_a_jpeg_2000_is_drawn_again_as_a_jpeg() -> None:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "#3355aa").save(out, "JPEG2000", comment="canary")
    wrapped = picture(out.getvalue(), Filter=N("/JPXDecode"))
    del wrapped["/ColorSpace"]
    assert seen(cleaned(one_page(wrapped))).getpixel((30, 20))[2] > 0xA0


@pytest.mark.parametrize("black_is_1", [True, False])
def test_a_fax_stays_readable(black_is_1: bool) -> None:
    page = Image.new("1", (64, 32), 0)
    ImageDraw.Draw(page).rectangle((8, 8, 20, 20), fill=1)  # a fax's black, because this TIFF counts black as 0
    out = io.BytesIO()
    page.save(out, "TIFF", compression="group4")
    tiff = Image.open(io.BytesIO(out.getvalue()))
    assert tiff.tag_v2[262] == 1
    start, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    parms = pairs(
        K=NumberObject(-1), Columns=NumberObject(64), Rows=NumberObject(32), BlackIs1=BooleanObject(black_is_1)
    )
    fax = picture(
        out.getvalue()[start : start + length],
        (64, 32),
        "/DeviceGray",
        Filter=names("/CCITTFaxDecode"),
        DecodeParms=ArrayObject([parms]),
        BitsPerComponent=NumberObject(1),
    )
    found = seen(cleaned(one_page(fax))).convert("L")
    assert (found.getpixel((12, 12)) == 0) is not black_is_1
    assert (found.getpixel((40, 25)) == 255) is not black_is_1


def test_bare_samples_keep_their_pixels_and_nothing_behind_them() -> None:
    samples = bytes(range(240)) * 30
    found = cleaned(one_page(picture(zlib.compress(samples + b"canary"), Filter=N("/FlateDecode"))))
    assert seen(found).tobytes() == samples


def test_samples_with_a_predictor_keep_their_pixels() -> None:
    rows = b"".join(b"\x01" + bytes([9] * 3) + bytes(57 * 3) + bytes(6) for _ in range(40))
    parms = pairs(Predictor=NumberObject(15), Colors=NumberObject(3), Columns=NumberObject(60), Private=CANARY)
    original = one_page(picture(zlib.compress(rows + b"canary"), Filter=N("/FlateDecode"), DecodeParms=parms))
    assert seen(cleaned(original)).getpixel((59, 39)) == (9, 9, 9)


def test_a_page_keeps_what_draws_it_only() -> None:
    def change(writer: PdfWriter, page: Any) -> None:
        page[N("/Thumb")] = writer._add_object(picture(photo(), Filter=N("/DCTDecode")))
        page[N("/PieceInfo")] = pairs(Canary=pairs(Private=CANARY))
        page[N("/Private")] = page[N("/LastModified")] = page[N("/CanaryKey")] = CANARY
        page["/Resources"][N("/Properties")] = pairs(MC0=pairs(Note=CANARY))
        form = stream(b"0 0 10 10 re f", Type=N("/XObject"), Subtype=N("/Form"), CanaryKey=CANARY, PieceInfo=CANARY)
        form[N("/BBox")] = ArrayObject(NumberObject(n) for n in (0, 0, 10, 10))
        page["/Resources"]["/XObject"][N("/Fm")] = writer._add_object(form)

    page = cleaned(one_page(draw=b"BT (Visible) Tj ET /Fm Do", change=change)).pages[0]
    assert set(page) <= {"/Type", "/Parent", "/Resources", "/MediaBox", "/Contents"}
    assert b"(Visible) Tj" in page["/Contents"].get_data()
    assert b"10 10 re f" in page["/Resources"]["/XObject"]["/Fm"].get_data()


def test_a_mark_keeps_its_words_and_loses_writer_date_and_action() -> None:
    def change(writer: PdfWriter, page: Any) -> None:
        rect = ArrayObject(NumberObject(n) for n in (1, 1, 9, 9))
        go = pairs(S=N("/URI"), URI=TextStringObject("https://canary.example/"))
        note = pairs(Type=N("/Annot"), Subtype=N("/Text"), Rect=rect, Contents=TextStringObject("Read this."))
        note.update(pairs(T=CANARY, M=CANARY, CreationDate=CANARY, Subj=CANARY, NM=CANARY, RC=CANARY, Private=CANARY))
        link = pairs(Type=N("/Annot"), Subtype=N("/Link"), Rect=rect, A=go, PA=go, Dest=CANARY)
        hidden = pairs(Type=N("/Annot"), Subtype=N("/CanaryMark"), Rect=rect)
        popup = pairs(Type=N("/Annot"), Subtype=writer._add_object(N("/Popup")), Rect=rect, T=CANARY)
        marks = [NullObject(), note, writer._add_object(link), hidden, writer._add_object(popup)]
        page[N("/Annots")] = writer._add_object(ArrayObject(marks))

    note, link = (mark.get_object() for mark in cleaned(one_page(draw=b"q Q", change=change)).pages[0]["/Annots"])
    assert note["/Contents"] == "Read this."
    assert set(link) == {"/Type", "/Subtype", "/Rect"}


@pytest.mark.parametrize(
    "bad",
    [
        picture(b"\x97JB2 canary", Filter=N("/JBIG2Decode"), space="/DeviceGray"),
        picture(photo()[:60], Filter=N("/DCTDecode")),
        picture(b"no jpeg at all, canary", Filter=N("/DCTDecode")),
        picture(zlib.compress(b"canary"), Filter=N("/FlateDecode"), space="/CanarySpace"),
        picture(zlib.compress(b"canary"), (0, 40), Filter=N("/FlateDecode")),
        picture(b"canary", Filter=N("/CanaryDecode")),
    ],
    ids="jbig2 half no-jpeg colours no-size filter".split(),  # noqa: SIM905
)
def test_a_picture_that_cannot_be_drawn_again_is_refused(bad: StreamObject) -> None:
    assert refusal(one_page(bad)) == pdf.UNREADABLE


@pytest.mark.parametrize("name", [b"/DCT", b"/DCTDecode", b"/D#43T"])
def test_a_photograph_between_the_commands_of_a_page_is_refused(name: bytes) -> None:
    draw = b"q BI /W 60 /H 40 /BPC 8 /CS /RGB /F " + name + b" ID " + photo() + b" EI Q"
    assert refusal(one_page(draw=draw)) == pdf.UNREADABLE


def test_pictures_that_unfold_are_refused_unopened() -> None:
    large = io.BytesIO()
    Image.new("L", (8000, 8000)).save(large, "JPEG")
    assert refusal(one_page(picture(large.getvalue(), Filter=N("/DCTDecode")))) == pdf.TOO_LARGE
    half = io.BytesIO()
    Image.new("L", (7000, 7000)).save(half, "JPEG")
    many = [picture(half.getvalue() + bytes([n]), Filter=N("/DCTDecode")) for n in range(6)]
    assert refusal(one_page(*many)) == pdf.TOO_LARGE


def test_a_drawing_that_unfolds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_BYTES_TOGETHER", 3_000_000)
    drawings = [
        stream(zlib.compress(bytes(1_000_000) + bytes([n])), Subtype=N("/Form"), Filter=N("/FlateDecode"))
        for n in range(3)
    ]
    assert refusal(one_page(*drawings)) == pdf.TOO_LARGE
    assert len(cleaned(one_page(*drawings[:2])).pages) == 1
