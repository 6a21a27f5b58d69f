"""What a machine is asked for wordings with: the kind of message and the rules, and nothing of any customer."""

import re
from collections.abc import Sequence

from notifications.domain.kinds import KINDS, VARIANTS, Variant
from notifications.domain.template_lint import PROBLEMS, allowed_variables

# So many wordings are asked for at once, and so many are looked at in an answer.
WANTED = 3
MOST = 5
_LONGEST = 400
_NUMBERING = re.compile(r"^\s*(?:\d+\s*[.)、．:：]|[-*•])\s*")
_NOT_ASKED = frozenset({"too_long", "second_segment", "variant_not_of_kind", "no_hotline", "opt_out_missing"})


def question(*, kind: str, variant: str, language: str) -> str:
    """Return the words a machine is asked with. They depend on the kind, form and language of the text alone."""
    row, form = KINDS[kind], Variant(variant)
    variables = sorted(allowed_variables(kind, variant))
    target = "Simplified Chinese" if language.startswith("zh") else "English"
    most = 55 if language.startswith("zh") else 140
    rules = "\n".join(f"- not: {term.en}" for code, term in PROBLEMS.items() if code not in _NOT_ASKED)
    return (
        f"Write {WANTED} different text messages of a bank to its customer, in {target}.\n"
        f"Occasion: {row.term.en} ({row.term.zh}). Form: {VARIANTS[form].en}.\n"
        f"Tone: calm, polite and plain; no pressure; say what the customer can do.\n"
        f"Use these placeholders, exactly as written, and no other values: "
        f"{', '.join('{' + name + '}' for name in variables)}.\n"
        f"Do not write the name of the bank; it is added. At most {most} characters each.\nNever:\n{rules}\n"
        f"Answer with the messages alone, one a line, without numbering."
    )


def wordings(answer: str) -> Sequence[str]:
    """Return the wordings in a machine's answer: one a line, without numbering or quotation marks, each once."""
    lines = (_NUMBERING.sub("", line).strip().strip('"“”「」`') for line in answer.splitlines())
    return list(dict.fromkeys(line for line in lines if 0 < len(line) <= _LONGEST))[:MOST]
