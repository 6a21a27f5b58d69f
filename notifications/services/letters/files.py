"""The file of a batch: its pages and a list of them, the same bytes whenever it is made."""

import csv
import logging
from collections.abc import Callable, Sequence
from hashlib import sha256
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction

from collections_app.services import typesetting
from notifications.domain.letters import LetterState, letter_no
from notifications.models import Letter, PrintBatch
from notifications.providers.print.provider import SEALED_STORAGE

MANIFEST = "manifest.csv"
# All letters in one, for a printer of both sides; the list says on which of its pages each stands.
SHEETS = "all-letters.pdf"
_log = logging.getLogger(__name__)
COLUMNS = ("letter", "file", "bytes", "sha256", "first_page", "last_page")


class PageChangedError(Exception):
    """A page is not the one that was sealed."""


def name_of(batch: PrintBatch) -> str:
    """Return the name of a batch's file."""
    return f"onecase-{batch}.zip"


def sealed(*, batch_id: int, check: Callable[[], PrintBatch]) -> tuple[PrintBatch, bytes]:
    """Return a batch with its file, which is made and sealed when it is first asked for.

    ``check`` locks the batch for whoever asks, and refuses who may not. Raise PageChangedError for a page that is
    not the one that was sealed: then nothing is printed.
    """
    with transaction.atomic(durable=True):
        batch = check()
    if batch.stored_as:
        with storages[SEALED_STORAGE].open(batch.stored_as) as stored:
            return batch, stored.read()
    content = _made(batch)
    stored_as = storages[SEALED_STORAGE].save(f"letters/{batch}", ContentFile(content))
    # Whoever else made it at the same moment made the same bytes.
    PrintBatch.objects.filter(pk=batch_id, stored_as="").update(stored_as=stored_as, sha256=sha256(content).hexdigest())
    return batch, content


def page(letter: Letter) -> bytes:
    """Return the sealed page of a letter. Raise PageChangedError when it is not the one that was sealed."""
    with storages[SEALED_STORAGE].open(letter.stored_as) as stored:
        content: bytes = stored.read()
    if sha256(content).hexdigest() != letter.sha256:
        raise PageChangedError(letter_no(letter.pk))
    return content


def _made(batch: PrintBatch) -> bytes:
    out, listed = BytesIO(), StringIO()
    lines = csv.writer(listed, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    with ZipFile(out, "w") as archive:
        letters = list(Letter.objects.filter(batch=batch).exclude(state=LetterState.WITHDRAWN).order_by("pk"))
        pages = [page(letter) for letter in letters]
        sheets, places = _together(batch, pages)
        for letter, content, (first, last) in zip(letters, pages, places, strict=True):
            number = letter_no(letter.pk)
            archive.writestr(_entry(f"{number}.pdf", batch), content)
            lines.writerow((number, f"{number}.pdf", letter.size, letter.sha256, first, last))
        if sheets:
            archive.writestr(_entry(SHEETS, batch), sheets)
        archive.writestr(_entry(MANIFEST, batch), listed.getvalue())
    return out.getvalue()


def _together(batch: PrintBatch, pages: list[bytes]) -> tuple[bytes, Sequence[tuple[int | str, int | str]]]:
    """Return all pages in one, with the first and last page of each; nothing of both where they cannot be set so.

    The letters themselves are whole, and go out: one that the type setter cannot read must not keep the others.
    """
    try:
        return typesetting.one_behind_the_other(pages) if pages else (b"", [])
    except typesetting.SettingError as error:
        _log.warning("the letters of batch %s cannot be put into one file: %s", batch, error)
        return b"", [("", "")] * len(pages)


def _entry(name: str, batch: PrintBatch) -> ZipInfo:
    """An entry dated when the batch was made, so that the same batch is the same file."""
    entry = ZipInfo(name, date_time=batch.made_at.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    return entry
