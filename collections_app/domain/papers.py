"""Papers that customers hand in: what they may be, told by their content, and how large."""

from dataclasses import dataclass

# So many with one request, each of so many bytes (policy): a photograph of a telephone stays below it.
MOST_PAPERS = 5
MOST_BYTES = 10 << 20
# So many bytes of the beginning tell what a file is.
HEAD_BYTES = 16

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


@dataclass(frozen=True, slots=True)
class PaperKind:
    """What a file is: the type it is sent back with, and the ending its name gets."""

    content_type: str
    ending: str


PDF = PaperKind("application/pdf", "pdf")
PNG = PaperKind("image/png", "png")
JPEG = PaperKind("image/jpeg", "jpg")
HEIC = PaperKind("image/heic", "heic")


def kind_of(head: bytes) -> PaperKind | None:
    """Return what a file is by its first bytes, or None when it is nothing a customer may hand in.

    Name and type that a browser states say nothing: both are whatever the sender chose.
    """
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return HEIC
    return None


def named(name: str, kind: PaperKind) -> str:
    """Return a name for a paper that ends as what it is, at most 80 signs long, without any directory."""
    stem = name.replace("\\", "/").rpartition("/")[2].strip().strip(".")
    if "." in stem:
        stem = stem.rpartition(".")[0]
    return f"{stem[:70].strip() or 'paper'}.{kind.ending}"
