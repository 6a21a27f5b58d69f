"""What providers may carry to which country: the shipped terms, and over them the bank's own rows."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from notifications.domain.country_terms import Bound
from notifications.models import CountryTerms

Terms = Mapping[tuple[str, str], Bound]
_SHIPPED = Path(__file__).resolve().parent.parent / "reference" / "country_terms.json"


@cache
def shipped_rows() -> list[dict[str, Any]]:
    """Return the rows that come with the release."""
    rows: list[dict[str, Any]] = json.loads(_SHIPPED.read_text(encoding="utf-8"))["rows"]
    return rows


def terms_in_force() -> Terms:
    """Return the terms by provider and country, in one query. What is barred is barred before anybody loads a row."""
    found = {(row["provider"], row["country"]): Bound(row["carries"], row["links"]) for row in shipped_rows()}
    own = CountryTerms.objects.values_list("provider", "country", "carries", "links")
    return found | {(provider, country): Bound(carries, links) for provider, country, carries, links in own}
