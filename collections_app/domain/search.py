"""What a person can be found by: exact name, pinyin, initials, and tails of numbers."""

import re
import unicodedata

# Surnames that are not read as the word is: people type either.
_SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "任": "ren", "区": "ou", "朴": "piao",
    "乐": "yue", "翟": "zhai", "覃": "qin", "盖": "ge", "缪": "miao", "员": "yun", "种": "chong", "冼": "xian",
    "尉迟": "yuchi", "万俟": "moqi", "繁": "po", "折": "she", "秘": "bi", "召": "shao", "洗": "xian",
}  # fmt: skip


def normal(text: str) -> str:
    """Return a text as it is compared: full-width forms folded, spaces and dots removed, lower case."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[\s·•.\-]", "", folded)


def name_keys(name: str) -> set[str]:
    """Return the search keys of a name: itself, its pinyin and its initials, as surnames are read and ü is typed."""
    plain = normal(name)
    if not plain:
        return set()
    keys = {plain}
    for syllables in _readings(plain):
        whole = "".join(syllables)
        # The sign ü is typed as v, as u, and as yu in passports.
        keys.add(whole)
        if not plain.isascii():
            keys |= {whole.replace("v", typed) for typed in ("u", "yu", "ü")}
        keys.add("".join(syllable[0] for syllable in syllables if syllable))
    return keys


def _readings(plain: str) -> list[list[str]]:
    # Its dictionary takes a sixth of the time in which a program of ours begins, and some never ask how a name sounds.
    from pypinyin import lazy_pinyin

    readings = [lazy_pinyin(plain)]
    surname = next((plain[:length] for length in (2, 1) if plain[:length] in _SURNAMES), "")
    if surname:
        readings.append([_SURNAMES[surname], *lazy_pinyin(plain[len(surname) :])])
    return readings


def number_keys(number: str) -> set[str]:
    """Return the search keys of a phone, ID or account number: itself and its last four signs."""
    plain = re.sub(r"[^0-9a-zA-Z]", "", number).upper()
    return {plain, plain[-4:]} if len(plain) >= 4 else set()
