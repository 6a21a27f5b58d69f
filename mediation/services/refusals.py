"""Why the room refuses, in the language of the moment."""

from django.utils.translation import get_language

from collections_app.services import refusal_texts
from collections_app.services.errors import RefusedError
from mediation.domain import refusals


def text_of(code: str) -> str:
    """Return a reason code of this room as a sentence."""
    return refusals.sentence(code, language=get_language() or "zh")


def sentences(error: RefusedError) -> list[str]:
    """Return every reason of a refusal as a sentence, the deciding one first."""
    codes = error.params.get("problems") or [error.code]
    if all(refusals.known(code) for code in codes):
        return [text_of(code) for code in codes]
    return [refusal_texts.refusal_text(error)]
