"""Signing with a document's SHA-256: how somebody proves who they are, and what a look at a signature finds."""

import json
from dataclasses import dataclass
from enum import StrEnum

from collections_app.domain.terms import TermList

PROOFS = TermList(
    ("one_time", "短信验证码", "One-time code"),
    ("password", "重新输入口令", "Password typed again"),
    ("totp", "重新输入口令并验证动态码", "Password and authenticator code"),
    ("paper", "纸质签署，经办人核对", "On paper, confirmed by staff"),
)

# A scan has so many pages at most; an agreement of 36 instalments in two languages has about ten.
MOST_SCAN_PAGES = 60
# So many bytes have the scans of one paper together (policy): photographs of every page, and within what a worker of
# the web server may hold at once.
MOST_SCAN_BYTES = 100 << 20
LONGEST_PLACE = 120

# A line drawn with a finger is a few hundred points; nobody keeps more than this for one.
MOST_STROKES = 20_000


class Verdict(StrEnum):
    HOLDS = "holds"
    NO_AUTHORITY = "no_authority"
    DOCUMENT_CHANGED = "document_changed"
    BROKEN = "broken"
    ON_PAPER = "on_paper"
    SCAN_CHANGED = "scan_changed"


VERDICTS = TermList(
    ("holds", "签名有效，文件未被改动", "The signature holds; the document is unchanged"),
    ("no_authority", "无第三方证书；文件未被改动", "No certificate; the document is unchanged"),
    ("document_changed", "文件与签署时不一致", "The document is not the one that was signed"),
    ("broken", "签名校验失败", "The signature does not verify"),
    ("on_paper", "纸质签署；文件和扫描件均未被改动", "Signed on paper; document and scan are unchanged"),
    ("scan_changed", "扫描件与登记时不一致", "The scan is not the one that was kept"),
)


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs: as what, by which name, and the bank's own reference of them, which is no identity number."""

    role: str
    name: str
    reference: str


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signing authority gives back: which it is, its signature (base64) and the certificate (PEM)."""

    authority: str = ""
    signature: str = ""
    certificate: str = ""


_WIDEST_PAD = 100_000


def strokes_of(text: str) -> str:
    """Return a drawn line as it is kept: lists of points in whole pixels, or an empty text for anything else."""
    if not text or len(text) > MOST_STROKES:
        return ""
    try:
        strokes = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(strokes, list) or not strokes:
        return ""
    kept = []
    for stroke in strokes:
        if not isinstance(stroke, list) or not stroke:
            return ""
        points = [
            [int(point[0]), int(point[1])]
            for point in stroke
            if isinstance(point, list) and len(point) == 2 and all(_is_on_the_pad(part) for part in point)
        ]
        if len(points) != len(stroke):
            return ""
        kept.append(points)
    return json.dumps(kept, separators=(",", ":"))


def _is_on_the_pad(part: object) -> bool:
    """Return whether it is a number of pixels; what is no number or endless is on no pad."""
    return isinstance(part, int | float) and -_WIDEST_PAD < part < _WIDEST_PAD
