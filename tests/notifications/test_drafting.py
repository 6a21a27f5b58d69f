"""Wordings proposed by a machine: drafts for ever, under the same lint, told nothing of customers."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from collections_app.services.errors import NotAllowedError, RefusedError
from notifications.domain import drafting as asked
from notifications.gateways import drafting as machine
from notifications.models import Template
from notifications.services import drafting, templates
from tests import factories

KEY = {"kind": "card_due", "variant": "explicit", "language": "zh-hans"}
GOOD = "您的信用卡（尾号{tail}）{month}账单为{bill}，请于{due}前还款。咨询{hotline}"
BAD = "尾号{tail}再不还款将起诉，详情请电{hotline}"


def _answer(*lines: str) -> bytes:
    return json.dumps({"choices": [{"message": {"content": "\n".join(lines)}}]}).encode()


@pytest.fixture
def endpoint(settings: Any) -> Iterator[SimpleNamespace]:
    """A machine on this computer that answers what a test says, and keeps what it was asked."""
    state = SimpleNamespace(asked=[], keys=[], status=200, answer=_answer(f"1. {GOOD}", f"2. {BAD}"), drip=0.0)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.keys.append(self.headers.get("Authorization"))
            state.asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(state.status)
            self.end_headers()
            try:
                for start in range(0, len(state.answer), 40) if state.drip else [0]:
                    time.sleep(state.drip)
                    self.wfile.write(state.answer[start : start + 40] if state.drip else state.answer)
                    self.wfile.flush()
            except OSError:
                return

        def log_message(self, *args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.DRAFTING_URL = f"http://127.0.0.1:{server.server_port}/v1"
    settings.DRAFTING_KEY, settings.DRAFTING_MODEL = "a key", "modest-1"
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


def _propose(by: Any, now: datetime) -> Any:
    return drafting.propose(**KEY, by=by, now=now)


def test_what_passes_is_kept_as_the_machines_draft_and_stays_so(bank: None, endpoint: Any, now: datetime) -> None:
    """What does not pass is shown and not kept; who words a draft a little differently words the machine's draft."""
    by = factories.make_staff("compliance")
    good, bad = _propose(by, now)
    assert (good.version.drafted_by, good.version.active, good.version.approved_at) == ("modest-1", False, None)
    assert bad.version is None
    assert [place.finding.code for place in bad.found.places if place.finding.blocks] == ["threatens"]
    again, _bad = _propose(by, now)
    assert again.version == good.version
    near = templates.write(**KEY, body=GOOD.replace("请于", "烦请于"), by=by, now=now)
    far = templates.write(**KEY, body="还款日{due}。咨询{hotline}", by=by, now=now)
    assert (near.drafted_by, far.drafted_by) == ("modest-1", "")
    from django.db import transaction
    from django.db.utils import InternalError, ProgrammingError

    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        Template.objects.filter(pk=near.pk).update(drafted_by="")


def test_the_machine_is_told_nothing_of_any_customer(bank: None, endpoint: Any, now: datetime) -> None:
    """The question is the same whoever the customers are, and none of their data is in it."""
    by = factories.make_staff("compliance")
    before = asked.question(**KEY)
    customer, account = factories.make_debtor(name="欧阳娜娜")
    _propose(by, now)
    [said] = endpoint.asked
    assert json.loads(said)["messages"] == [{"role": "user", "content": before}]
    number = customer.contact_points.get().value
    for personal in (customer.name, customer.customer_no, customer.id_number, account.tail, account.account_no, number):
        assert personal not in json.loads(said)["messages"][0]["content"]
    assert endpoint.keys == ["Bearer a key"]


def test_who_may_not_write_texts_asks_no_machine(bank: None, endpoint: Any, now: datetime) -> None:
    """Nothing is sent to it."""
    with pytest.raises(NotAllowedError):
        _propose(factories.make_staff("collector"), now)
    assert endpoint.asked == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"status": 500}, "drafting_refused"),
        ({"answer": b"no json"}, "drafting_unreadable"),
        ({"answer": _answer(" ")}, "drafting_unreadable"),
        ({"answer": b"x" * 300_000}, "drafting_unreadable"),
        ({"drip": 0.05, "answer": b"x" * 4000}, "drafting_late"),
    ],
    ids=["error", "no json", "empty", "endless", "dripping"],
)
def test_what_goes_wrong_is_said_in_plain_words(
    change: dict[str, Any], code: str, db: None, endpoint: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error, an answer nobody can read, one without end, and one that comes too slowly; nothing is kept."""
    ask: Callable[..., str] = machine.ask
    monkeypatch.setattr(machine, "ask", lambda question: ask(question, seconds=0.4))
    for name, value in change.items():
        setattr(endpoint, name, value)
    with pytest.raises(RefusedError, match=code):
        _propose(factories.make_staff("compliance"), now)
    assert not Template.objects.exists()


def test_without_an_endpoint_there_is_nothing_of_it(client: Client, bank: None, now: datetime, settings: Any) -> None:
    """No button, and who sends the form all the same is refused; one that is not there is said to be so."""
    by = factories.make_staff("compliance", scope="institution")
    client.force_login(by)
    path = "/notifications/texts/card_due/explicit/zh-hans/"
    assert "机器" not in client.get(path + "new/").content.decode()
    assert client.post(path + "draft/").status_code == 422
    settings.DRAFTING_URL, settings.DRAFTING_MODEL = "http://127.0.0.1:1", "modest-1"
    assert "机器拟稿" in client.get(path + "new/").content.decode()
    assert "无法连接拟稿服务" in client.post(path + "draft/").content.decode()
    settings.DRAFTING_URL = "file:///etc/passwd"
    with pytest.raises(RefusedError, match="drafting_unreachable"):
        _propose(by, now)


def test_the_wordings_of_an_answer_are_its_lines() -> None:
    """Without numbers and quotation marks, each once, the first few."""
    assert asked.wordings('1. "甲"\n\n- 甲\n2、乙\n') == ["甲", "乙"]
    assert len(asked.wordings("\n".join("甲乙丙丁戊己庚辛"))) == asked.MOST
    assert asked.wordings("好" * 401) == []
