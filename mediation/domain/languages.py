"""The languages sessions are held in."""

from collections_app.domain.terms import TermList

LANGUAGES = TermList(
    ("zh", "普通话", "Mandarin"),
    ("yue", "粤语", "Cantonese"),
    ("en", "英语", "English"),
)
