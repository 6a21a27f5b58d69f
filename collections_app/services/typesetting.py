"""Documents the bank writes, set as PDF in Chinese and English type, in this process and without the network."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

_DIRECTORY = Path(__file__).resolve().parent.parent / "reference" / "documents"
# The words of a language, as the type setter breaks lines by it.
_LANGUAGES = {"zh": {"lang": "zh", "region": "cn"}, "en": {"lang": "en", "region": "gb"}}


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
