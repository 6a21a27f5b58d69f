"""Guessing at customers' pages, by script against the running server: nothing learned, all limited, all logged.

A guesser comes in by links and codes that live, lived or never were, reads the question, answers it wrongly and types
a wrong one-time code; the same for hand-overs of the bank's app. What they see is compared byte by byte, without what
differs at every showing. Then they try until they are stopped, and go on for a while; every try of theirs must be in
the log of refused entries. The suite plays the same in tests/repayment/test_guessing.py, with fewer guesses.
"""

import http.client
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from django.db import transaction
from django.utils import timezone

from bench.result import Result
from bench.web import served
from collections_app.domain.access import new_code, new_token
from collections_app.models import AccessAttempt
from collections_app.services import access, records
from tests import factories

MINUTES = 1
GUESSES = 2_000
PORT = 8793
STOPPED = 429
_OWN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|/r/[a-z2-7]{26}/')
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]*)"')
# What the server says of itself and of the moment, and of how long the page is.
_OF_THE_MOMENT = {"date", "expires", "set-cookie", "content-length"}
Answer = tuple[int, bytes, tuple[tuple[str, str], ...]]


@dataclass
class Guesser:
    """A browser of somebody who guesses."""

    host: str
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def send(self, path: str, fields: Mapping[str, str] | None = None) -> Answer:
        """Get a page, or post a form to it; return all that can be told apart: status, body and headers."""
        connection = http.client.HTTPConnection(self.host, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Host": self.host}
        if fields is None:
            connection.request("GET", path, headers=headers)
        else:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            body = urlencode({**fields, "csrfmiddlewaretoken": self.token})
            connection.request("POST", path, body=body, headers=headers)
        response = connection.getresponse()
        body_seen = response.read()
        self._keep(response.headers.get_all("Set-Cookie", []))
        if found := _TOKEN.search(body_seen.decode(errors="replace")):
            self.token = found[1]
        connection.close()
        seen = sorted((name.lower(), value) for name, value in response.getheaders())
        return response.status, _OWN.sub(b"", body_seen), tuple(row for row in seen if row[0] not in _OF_THE_MOMENT)

    def _keep(self, given: Sequence[str]) -> None:
        for line in given:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value


def come_in(url: str, *, token: str = "", code: str = "") -> tuple[Answer, ...]:
    """Come in by a link or a code, answer wrongly, type a wrong one-time code; return all that was seen."""
    guesser = Guesser(urlsplit(url).netloc)
    path = f"/r/{token}/" if token else "/r/"
    first = guesser.send(path)
    click = guesser.send(path, {} if token else {"code": code})
    question = guesser.send("/r/proof/")
    answer = guesser.send("/r/proof/", {"with": "id_tail", "id_tail": "0000"})
    asked = guesser.send("/r/proof/code/")
    return first, click, question, answer, asked, guesser.send("/r/proof/code/", {"typed": "000000"})


def guess_until_stopped(url: str, *, times: int) -> list[int]:
    """Answer wrongly so many times, each time with another code nobody was given; return the statuses."""
    guesser = Guesser(urlsplit(url).netloc)
    guesser.send("/r/")
    statuses = []
    for _ in range(times):
        guesser.cookies["onecase_link"] = f"code:{new_code()}"
        statuses.append(guesser.send("/r/proof/", {"with": "id_tail", "id_tail": "0000"})[0])
    return statuses


def ways_in() -> dict[str, dict[str, str]]:
    """Return links and codes by what they are: living ones, one that was replaced, and some that never were."""
    customer, _account = factories.make_debtor()
    now = timezone.now()
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=now)
        replaced, live = (access.mint_within(customer=locked, now=now) for _ in range(2))
    return {
        "never a link": {"token": new_token()},
        "a replaced link": {"token": replaced.token},
        "a living link": {"token": live.token},
        "never a code": {"code": new_code()},
        "a replaced code": {"code": replaced.code},
        "a living code": {"code": live.code},
    }


def learned(seen: Mapping[str, tuple[Answer, ...]]) -> list[str]:
    """Return the ways in that can be told apart from one of the same kind that never was."""
    by_kind = {kind: seen[f"never a {kind}"] for kind in ("link", "code")}
    return [name for name, answers in seen.items() if answers != by_kind[name.rsplit(" ", 1)[1]]]


def hand_over_fields() -> dict[str, str]:
    """Return a hand-over of the bank's app as somebody without its key makes it up."""
    now = int(timezone.now().timestamp())
    return {
        "v": "1", "kid": "prod", "aud": "https://repay.bank.example/r/app/", "sub": "C1", "iat": str(now),
        "exp": str(now + 60), "nonce": secrets.token_urlsafe(24), "to": "account", "sig": secrets.token_urlsafe(64),
    }  # fmt: skip


def run(*, size: int | None = None) -> Result:
    """Guess at one server; what was learned, what was not stopped and what is not in the log must be nothing."""
    guesses = size or GUESSES
    result = Result("guessing", goals={"learned": ("<=", 0), "not_stopped": ("<=", 0), "not_logged": ("<=", 0)})
    with served(PORT, processes=1):
        url = f"http://127.0.0.1:{PORT}"
        seen = {name: come_in(url, **way) for name, way in ways_in().items()}
        statuses = guess_until_stopped(url, times=guesses)
        refused_app = Guesser(urlsplit(url).netloc).send("/r/app/", hand_over_fields())[0]
    first = statuses.index(STOPPED) if STOPPED in statuses else len(statuses)
    result.add("ways in compared, byte by byte", len(seen), "ways")
    result.add("wrong answers until the address was stopped", first + 2 * len(seen), "tries")
    result.add("a made-up hand-over after that", refused_app, "status")
    result.ratios = {
        "learned": len(learned(seen)),
        "not_stopped": sum(status != STOPPED for status in statuses[first:]) + (first == len(statuses)),
        "not_logged": 2 * len(seen) + len(statuses) - AccessAttempt.objects.count(),
    }
    return result
