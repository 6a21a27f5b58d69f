"""Documents the bank writes, set as PDF in Chinese and English type, in this process and without the network."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pylopdf_fonts_zh_cn
import typst
from django.conf import settings

_DIRECTORY = Path(__file__).resolve().parent.parent / "reference" / "documents"
# The words of a language, as the type setter breaks lines by it.
_LANGUAGES = {"zh": {"lang": "zh", "region": "cn"}, "en": {"lang": "en", "region": "gb"}}
# How a document that was set here counts its pages: each by itself, and all of them in the tree.
_PAGE = re.compile(rb"/Type ?/Page\b")
_COUNT = re.compile(rb"/Count (\d+)")


class SettingError(Exception):
    """A document could not be set."""


def pdf(*, template: str, language: str, data: Mapping[str, Any]) -> bytes:
    """Return a document of one of the templates in reference/documents as PDF.

    What the data say is set as it stands: nothing in it is read as an instruction. Raise SettingError when it cannot
    be set.
    """
    said = {**_LANGUAGES["zh" if language.lower().startswith("zh") else "en"], **data}
    try:
        made = typst.compile(
            str(_DIRECTORY / f"{template}.typ"),
            font_paths=[str(Path(pylopdf_fonts_zh_cn.__file__).parent)],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(said, ensure_ascii=False)},
        )
    except typst.TypstError as error:
        raise SettingError(template) from error
    assert isinstance(made, bytes)
    return made


def pages_of(document: bytes) -> int:
    """Return how many pages a document has that was set here. Raise SettingError when it cannot be told."""
    counted = {int(count) for count in _COUNT.findall(document)}
    number = len(_PAGE.findall(document))
    if not number or max(counted, default=0) != number:
        raise SettingError("pages")
    return number


def one_behind_the_other(documents: Sequence[bytes]) -> tuple[bytes, list[tuple[int, int]]]:
    """Return documents that were set here as one PDF for both sides of the paper, the same bytes whenever it is made.

    Each begins on a sheet of its own: after an odd number of pages comes an empty one. With it comes the first and the
    last page of each, without the empty one. Raise SettingError when it cannot be set.
    """
    files, places, first = [], [], 1
    # The type setter reads files; these are nobody else's and gone when it has.
    with TemporaryDirectory(prefix="onecase-sheets-", dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        template = Path(folder, "sheets.typ")
        template.write_bytes((_DIRECTORY / "sheets.typ").read_bytes())
        for number, document in enumerate(documents, start=1):
            pages = pages_of(document)
            Path(folder, f"{number}.pdf").write_bytes(document)
            files.append({"name": f"{number}.pdf", "pages": pages})
            places.append((first, first + pages - 1))
            first += pages + pages % 2
        try:
            made = typst.compile(
                str(template), root=folder, ignore_system_fonts=True, sys_inputs={"data": json.dumps({"files": files})}
            )
        except typst.TypstError as error:
            raise SettingError("sheets") from error
    assert isinstance(made, bytes)
    return made, places
