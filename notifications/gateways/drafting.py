"""A machine that words texts: any endpoint that speaks the chat completions of OpenAI."""

import json
import time
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from django.conf import settings

# One asks while somebody waits at a screen.
SECONDS = 20.0
_MOST_BYTES = 200_000
_CHUNK = 8192


class DraftingError(Exception):
    """The machine gave no wordings; ``code`` is the code of a refusal."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_configured() -> bool:
    """Return whether there is such a machine here."""
    return bool(settings.DRAFTING_URL and settings.DRAFTING_MODEL)


def ask(question: str, *, seconds: float = SECONDS) -> str:
    """Return the machine's answer. Raise DraftingError when it is late, refuses, or answers what nobody can read."""
    address = settings.DRAFTING_URL.rstrip("/") + "/chat/completions"
    if urlsplit(address).scheme not in {"http", "https"}:
        raise DraftingError("drafting_unreachable")
    content = {"model": settings.DRAFTING_MODEL, "messages": [{"role": "user", "content": question}]}
    headers = {"Content-Type": "application/json"}
    if settings.DRAFTING_KEY:
        headers["Authorization"] = f"Bearer {settings.DRAFTING_KEY}"
    request = Request(address, data=json.dumps(content).encode(), headers=headers, method="POST")  # noqa: S310  http(s) only, above
    try:
        return _text(_read(request, time.monotonic() + seconds, seconds))
    except HTTPError as error:
        raise DraftingError("drafting_refused") from error
    except TimeoutError as error:
        raise DraftingError("drafting_late") from error
    except (URLError, OSError) as error:
        late = isinstance(getattr(error, "reason", None), TimeoutError)
        raise DraftingError("drafting_late" if late else "drafting_unreachable") from error


def _read(request: Request, until: float, seconds: float) -> bytes:
    """Read the answer, all of it within the time: an endpoint that drips is late too."""
    found = b""
    with urlopen(request, timeout=seconds) as answer:  # noqa: S310  http(s) only, above
        while chunk := answer.read1(_CHUNK):
            found += chunk
            if time.monotonic() > until:
                raise TimeoutError
            if len(found) > _MOST_BYTES:
                raise DraftingError("drafting_unreadable")
    return found


def _text(answer: bytes) -> str:
    try:
        text = json.loads(answer)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError) as error:
        raise DraftingError("drafting_unreadable") from error
    if not isinstance(text, str) or not text.strip():
        raise DraftingError("drafting_unreadable")
    return text
