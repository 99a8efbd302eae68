"""PDFs put together again page by page: only what draws a page is kept, and every picture in it is drawn again."""

import io
import re
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.filters import decode_stream_data
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    StreamObject,
)

from placement.database.constraints import Refused

MAX_PAGES = 500
MAX_PIXELS = 50_000_000  # a page scanned in black and white at 600 dots per inch
MAX_PIXELS_TOGETHER = 250_000_000
MAX_BYTES_TOGETHER = 250_000_000

BOXES = {"/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"}
OF_PAGE = {"/Type", "/Parent", "/Resources", "/Contents", "/Rotate", "/Annots", "/Group", "/UserUnit"} | BOXES
OF_RESOURCES = {"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/ProcSet"}
OF_STREAM = {"/Type", "/Subtype", "/Length", "/Filter", "/DecodeParms"}
OF_DRAWING = OF_STREAM | {"/FormType", "/BBox", "/Matrix", "/Resources", "/Group"}
OF_PICTURE = OF_STREAM | {
    *("/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Intent", "/ImageMask"),
    *("/Mask", "/SMask", "/Decode", "/Interpolate", "/Matte"),
}
OF_MARK = {
    *("/Type", "/Subtype", "/Rect", "/Contents", "/AP", "/AS", "/F", "/Border", "/BS", "/BE", "/C", "/IC", "/CA"),
    *("/QuadPoints", "/InkList", "/L", "/LE", "/Vertices", "/RD", "/DA", "/Q", "/H"),
}
MARKS = {
    *("/Text", "/Link", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight"),
    *("/Underline", "/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink", "/Widget"),
}
NOWHERE = {
    *("/AA", "/OpenAction", "/JavaScript", "/JS", "/EmbeddedFiles", "/EF", "/AF", "/XFA", "/PA", "/URI"),
    *("/Metadata", "/PieceInfo", "/Private", "/Thumb", "/LastModified", "/Properties", "/OC", "/OPI", "/Alternates"),
}
SHORT_NAMES = {"/DCT": "/DCTDecode", "/Fl": "/FlateDecode", "/LZW": "/LZWDecode", "/CCF": "/CCITTFaxDecode"}
READERS = {"/DCTDecode": ["JPEG"], "/JPXDecode": ["JPEG2000"], "/CCITTFaxDecode": ["TIFF"]}
DRAWN_SLOWLY = {"/JPXDecode": 5}
COMPONENTS = {"/DeviceGray": 1, "/CalGray": 1, "/Indexed": 1, "/Separation": 1, "/DeviceRGB": 3, "/CalRGB": 3}
COMPONENTS |= {"/Lab": 3, "/DeviceCMYK": 4}
CAMERA = re.compile(rb"/(?:(?:D|#44)(?:C|#43)(?:T|#54)|(?:J|#4[aA])(?:P|#50)(?:X|#58))")
TOO_LARGE = "The pictures in this PDF are too large to open. Save it with smaller pictures and try again."
UNREADABLE = "A picture in this PDF can't be opened, so it was not kept. Print the document to a new PDF and try again."


class Unreadable(Exception):
    """A picture in a PDF that can't be drawn again."""


def clean_pdf(content: bytes, refused: Callable[[str], Refused]) -> bytes:
    """Return ``content`` as a new PDF without metadata, actions, scripts and attached files.

    ``refused`` makes the refusal from its sentence: for a locked or damaged file, one with too many pages or too many
    pixels, and one with a picture that can't be drawn again.
    """
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise refused("This PDF is locked with a password. Save it without one and try again.")
        if len(reader.pages) > MAX_PAGES:
            raise refused(f"This PDF has {len(reader.pages):,} pages; the limit is {MAX_PAGES}.")
        writer = PdfWriter()
        for page in reader.pages:
            writer.add_page(page)
        for page in writer.pages:
            keep_only(page, OF_PAGE)
            quiet_marks(page)
        for item in list(writer._objects):
            make_passive(item)
        writer.metadata = None
        drop_unreached(writer)
        Pictures(refused).draw_again(writer._objects)
        out = io.BytesIO()
        writer.write(out)
    except (Unreadable, NotImplementedError):
        raise refused(UNREADABLE) from None
    except (PyPdfError, KeyError, ValueError, TypeError, AttributeError, RecursionError, OSError):
        raise refused("This PDF is damaged and can't be opened.") from None
    return out.getvalue()


def plain(value: Any) -> Any:
    """Return what an object of a PDF, or a reference to it, stands for; ``None`` for nothing."""
    value = value.get_object() if value is not None else None
    return None if isinstance(value, NullObject) else value


def value_of(item: DictionaryObject, key: str) -> Any:
    """Return the value under ``key``, followed when it is a reference; ``None`` when there is none."""
    return plain(item.raw_get(key)) if key in item else None


def keep_only(item: DictionaryObject, keys: set[str]) -> None:
    """Take everything out of ``item`` that is not under one of ``keys``."""
    for key in set(item) - keys:
        del item[key]


def quiet_marks(page: DictionaryObject) -> None:
    """Keep of the marks on a page those that only show something, without author, dates and what a click would do."""
    if "/Annots" not in page:
        return
    marks = [(mark, plain(mark)) for mark in value_of(page, "/Annots") or []]
    kept = [
        (mark, found)
        for mark, found in marks
        if isinstance(found, DictionaryObject) and value_of(found, "/Subtype") in MARKS
    ]
    for _, found in kept:
        keep_only(found, OF_MARK)
    page[NameObject("/Annots")] = ArrayObject(mark for mark, _ in kept)


def make_passive(item: Any) -> None:
    """Take what acts or tells out of one PDF object, and what is below it."""
    if isinstance(item, ArrayObject):
        for part in item:
            make_passive(part)
    if not isinstance(item, DictionaryObject):
        return
    for key in NOWHERE.intersection(item):
        del item[key]
    if isinstance(item, StreamObject) and value_of(item, "/Subtype") == "/Form":
        keep_only(item, OF_DRAWING)
    resources = value_of(item, "/Resources")
    if isinstance(resources, DictionaryObject):
        keep_only(resources, OF_RESOURCES)
    for part in list(item.values()):
        if not isinstance(part, IndirectObject):
            make_passive(part)


def drop_unreached(writer: PdfWriter) -> None:
    """Drop the objects to which no page leads."""
    reached: set[int] = set()
    ahead: list[Any] = [writer.root_object.indirect_reference]
    while ahead:
        item = ahead.pop()
        if isinstance(item, IndirectObject):
            if item.idnum not in reached:
                reached.add(item.idnum)
                ahead.append(item.get_object())
        elif isinstance(item, DictionaryObject):
            ahead += [item.raw_get(key) for key in item]
        elif isinstance(item, ArrayObject):
            ahead += list(item)
    for index in range(len(writer._objects)):
        if index + 1 not in reached:
            writer._objects[index] = None


class Pictures:
    """Draws the pictures of one PDF again, within limits for all of them together."""

    def __init__(self, refused: Callable[[str], Refused]) -> None:
        self.refused = refused
        self.pixels = self.bytes = 0

    def draw_again(self, objects: list[Any]) -> None:
        """Replace each picture among ``objects`` by one that holds its pixels only."""
        for item in objects:
            if not isinstance(item, StreamObject):
                continue
            if value_of(item, "/Subtype") == "/Image" or any(name in READERS for name in filters_of(item)):
                try:
                    self.draw(item)
                except (PyPdfError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, zlib.error):
                    raise Unreadable from None
            else:
                self.look_into(item)

    def draw(self, item: StreamObject) -> None:
        """Draw one picture again, in the way in which it was kept: as a JPEG, or as bare samples."""
        keep_only(item, OF_PICTURE)
        if "/JBIG2Decode" in filters_of(item):
            raise Unreadable
        kind = (filters_of(item) or [""])[-1]
        if kind not in READERS:
            self.count(value_of(item, "/Width"), value_of(item, "/Height"))
            keep_samples(item, *self.samples(item))
            return
        if kind == "/CCITTFaxDecode" and any(says_yes(parms, "/EncodedByteAlign") for parms in parms_of(item)):
            raise Unreadable
        with Image.open(io.BytesIO(self.decoded(item)), formats=READERS[kind]) as picture:
            self.count(picture.width, picture.height, DRAWN_SLOWLY.get(kind, 1))
            picture.load()
            if kind == "/CCITTFaxDecode":
                keep_samples(item, picture.tobytes(), None)
            else:
                keep_jpeg(item, picture, kind)

    def samples(self, item: StreamObject) -> tuple[bytes, DictionaryObject | None]:
        """Return the samples of a picture that is no JPEG, and the predictor with which they are to be read."""
        parms = parms_of(item)
        last = parms[-1] if parms else DictionaryObject()
        predictor = int(value_of(last, "/Predictor") or 1)
        row = (int(value_of(item, "/Width")) * components(item) * bits(item) + 7) // 8
        if predictor == 1:
            return self.decoded(item)[: row * int(value_of(item, "/Height"))], None
        kept = DictionaryObject(
            {
                NameObject(key): NumberObject(value_of(last, key) or other)
                for key, other in (("/Predictor", 1), ("/Colors", 1), ("/BitsPerComponent", 8), ("/Columns", 1))
            }
        )
        parms[-1] = DictionaryObject()
        longest = (row + (predictor >= 10)) * int(value_of(item, "/Height"))
        return self.decoded(item, parms)[:longest], kept

    def decoded(self, item: StreamObject, parms: list[DictionaryObject] | None = None) -> bytes:
        """Return the content of a stream. A JPEG stays one, and a fax becomes a TIFF."""
        stream = StreamObject()
        stream._data = item._data
        for key in ("/Width", "/Height"):
            if key in item:
                stream[NameObject(key)] = value_of(item, key)
        stream[NameObject("/Filter")] = ArrayObject(NameObject(name) for name in filters_of(item))
        stream[NameObject("/DecodeParms")] = ArrayObject(parms_of(item) if parms is None else parms)
        content = decode_stream_data(stream)
        self.bytes += len(content)
        if self.bytes > MAX_BYTES_TOGETHER:
            raise self.refused(TOO_LARGE)
        return content

    def count(self, width: Any, height: Any, weight: int = 1) -> None:
        """Refuse a picture without a size, and pictures that are too large alone or together."""
        if not (isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0):
            raise Unreadable
        self.pixels += width * height * weight
        if width * height * weight > MAX_PIXELS or self.pixels > MAX_PIXELS_TOGETHER:
            raise self.refused(TOO_LARGE)

    def look_into(self, item: StreamObject) -> None:
        """Refuse a drawing with a camera's picture written between its commands."""
        commands = self.decoded(item)
        if b"BI" in commands and CAMERA.search(commands):
            raise Unreadable


def filters_of(item: StreamObject) -> list[str]:
    """Return the names of the filters of a stream, in the order in which they are undone."""
    names = value_of(item, "/Filter")
    listed = names if isinstance(names, ArrayObject) else [] if names is None else [names]
    return [SHORT_NAMES.get(str(plain(name)), str(plain(name))) for name in listed]


def parms_of(item: StreamObject) -> list[DictionaryObject]:
    """Return the settings of each filter of a stream."""
    found = value_of(item, "/DecodeParms")
    listed = [plain(one) for one in found] if isinstance(found, ArrayObject) else [found]
    parms = [one if isinstance(one, DictionaryObject) else DictionaryObject() for one in listed]
    number = len(filters_of(item))
    return (parms + [DictionaryObject()] * number)[:number]


def says_yes(item: DictionaryObject, key: str) -> bool:
    """Return whether the value under ``key`` is the true of PDFs."""
    value = value_of(item, key)
    return isinstance(value, BooleanObject) and bool(value.value)


def bits(item: StreamObject) -> int:
    """Return how many bits a sample of the picture has."""
    return 1 if says_yes(item, "/ImageMask") else int(value_of(item, "/BitsPerComponent"))


def components(item: StreamObject) -> int:
    """Return how many samples a pixel of the picture has. Raises ``Unreadable`` when its colours are unknown."""
    if says_yes(item, "/ImageMask"):
        return 1
    space = value_of(item, "/ColorSpace")
    name = plain(space[0]) if isinstance(space, ArrayObject) else space
    if name == "/ICCBased":
        return int(value_of(plain(space[1]), "/N"))
    if name == "/DeviceN":
        return len(plain(space[1]))
    if name not in COMPONENTS:
        raise Unreadable
    return COMPONENTS[name]


def keep_samples(item: StreamObject, samples: bytes, parms: DictionaryObject | None) -> None:
    """Write bare samples into a picture, compressed."""
    item._data = zlib.compress(samples, 3)
    item.pop("/DecodeParms", None)
    item[NameObject("/Filter")] = NameObject("/FlateDecode")
    if parms:
        item[NameObject("/DecodeParms")] = parms


def keep_jpeg(item: StreamObject, picture: Image.Image, kind: str) -> None:
    """Write a picture that was drawn again as a JPEG without anything beside its pixels."""
    spaces = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}
    if picture.mode not in spaces:
        picture = picture.convert("L" if picture.mode in {"1", "LA", "I", "I;16"} else "RGB")
    picture.info.clear()
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    item._data = out.getvalue()
    item.pop("/DecodeParms", None)
    item[NameObject("/Filter")] = NameObject("/DCTDecode")
    item[NameObject("/BitsPerComponent")] = NumberObject(8)
    item[NameObject("/Width")], item[NameObject("/Height")] = NumberObject(picture.width), NumberObject(picture.height)
    if kind == "/JPXDecode":
        item[NameObject("/ColorSpace")] = NameObject(spaces[picture.mode])
