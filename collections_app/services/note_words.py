"""Words that do not belong into a note: checking a text, and editing the lists."""

import json
from collections.abc import Mapping
from pathlib import Path

from django.db import transaction

from collections_app.domain import note_words as rules
from collections_app.models import NoteWords
from collections_app.selectors import note_words
from collections_app.services import records
from collections_app.services.errors import RefusedError

_SHIPPED = Path(__file__).resolve().parent.parent / "reference" / "note_words.json"


def check(*, text: str, kind: str) -> None:
    """Refuse a text with words that do not belong into one of this kind, naming them; its author mends it.

    ``kind`` is what the text is about: the code of a hold, a hand-off or an outcome, or ``note``. Raise RefusedError
    with the topic of the first word and all words of that topic.
    """
    refused = wrong(texts={"text": text}, kind=kind)
    if refused:
        raise refused["text"]


def wrong(*, texts: Mapping[str, str], kind: str) -> dict[str, RefusedError]:
    """Return for each text with words that do not belong into one of this kind why it is refused. One query at most."""
    if not any(text.strip() for text in texts.values()):
        return {}
    lists = note_words.in_use()
    refused = {}
    for name, text in texts.items():
        found = rules.check(text=text, kind=kind, rules=lists)
        if found:
            topic = found[0].topic
            words = list(dict.fromkeys(item.word for item in found if item.topic == topic))
            refused[name] = RefusedError(f"note_words_{topic}", words_found=words)
    return refused


@transaction.atomic(durable=True)
def save(*, row: NoteWords, actor: records.Actor) -> NoteWords:
    """Save one list; texts from now on are checked by it.

    Raise ValidationError for values that cannot be, NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action="rules.write")
    row.words = "\n".join(rules.words_of(row.words))
    row.full_clean()
    row.save()
    return row


def load() -> int:
    """Create the lists that do not exist and return how many there were."""
    rows = json.loads(_SHIPPED.read_text(encoding="utf-8"))
    before = NoteWords.objects.count()
    NoteWords.objects.bulk_create(
        [NoteWords(**(row | {"words": "\n".join(row["words"])})) for row in rows], ignore_conflicts=True
    )
    return NoteWords.objects.count() - before
