"""Letters: made once, printed in one batch, posted, and believed only when they arrived."""

# Long because a letter's whole life stands here, from the page to what came back.

import csv
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import typst
from django.db import DatabaseError, transaction
from zeal import zeal_ignore

from collections_app.models import Account, Alert, ContactPoint, Customer, Event, HandOff, Hold, LimitationEvent, Staff
from collections_app.services import typesetting
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from notifications.domain import post_file
from notifications.domain.letters import id_of, letter_no
from notifications.models import Letter, Message, PostFile, PrintBatch
from notifications.providers.print import folder
from notifications.services import asked, reconciling, sending
from notifications.services.letters import batches, files, post, post_files, sweep
from notifications.services.letters.post import Told
from tests import factories
from tests.remembered import remembered

Debtor = tuple[Customer, Account]


@pytest.fixture
@remembered
def debtor(bank: None) -> Debtor:
    customer, account = factories.make_debtor()
    factories.make_mobile(customer, "北京市西城区某路 8 号\n3 单元 501 室", kind="address_home", quality="unknown")
    return customer, account


@pytest.fixture
def printer() -> Staff:
    return factories.make_staff("operations", scope="institution")


def _demand(debtor: Debtor, now: datetime) -> Letter:
    """A formal demand by letter, asked for by hand and made into a page."""
    customer, account = debtor
    message = asked.send(
        customer_id=customer.pk, kind_code="formal_demand", account_id=account.pk, typed="", by="letter",
        actor=Actor.of(factories.make_staff("legal")), seen_version=None, now=now,
    )  # fmt: skip
    with zeal_ignore():
        sending.send_due(now=now, worker="test")
    return Letter.objects.select_related("message").get(message=message)


def _tell(letter: Letter, outcome: str, now: datetime, by: Staff, why: str = "", days: int = 0) -> bool:
    on = (now + timedelta(days=days)).date()
    return post.tell(letter_id=letter.pk, told=Told(outcome, on, "RK123", why), actor=Actor.of(by), now=now)


def _posted(debtor: Debtor, now: datetime, by: Staff) -> Letter:
    letter = _demand(debtor, now)
    batch = batches.make(by=by, now=now)
    letter.refresh_from_db()
    assert batch is not None, letter.reason
    batches.download(batch_id=batch.pk, reason="", by=by, now=now)
    assert post.post_batch(batch_id=batch.pk, on=now.date(), actor=Actor.of(by), now=now) == (1, 0)
    letter.refresh_from_db()
    return letter


def test_a_letter_is_a_message_with_a_sealed_page(debtor: Debtor, now: datetime) -> None:
    """Under a permit, to the address on file, with what it told; the page is kept as it was hashed."""
    letter = _demand(debtor, now)
    message = letter.message
    assert (message.state, message.channel, message.provider, message.variant) == (
        "accepted", "letter", "print", "letter",
    )  # fmt: skip
    assert message.contact is not None
    assert (message.contact.state, message.contact.channel) == ("made", "letter")
    assert [item["name"] for item in message.said] == ["overdue"]
    assert debtor[1].tail in message.body
    content = files.page(letter)
    assert content.startswith(b"%PDF-")
    assert sha256(content).hexdigest() == letter.sha256
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(sha256="0" * 64)


def test_what_was_handed_over_before_a_crash_is_found_and_not_made_again(debtor: Debtor, now: datetime) -> None:
    """The page is there and the worker dies before it says so: its row is the proof, and there is one."""
    customer, account = debtor
    message = asked.send(
        customer_id=customer.pk, kind_code="formal_demand", account_id=account.pk, typed="", by="letter",
        actor=Actor.of(factories.make_staff("legal")), seen_version=None, now=now,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch, zeal_ignore():
        patch.setattr(sending, "record", _killed)
        with pytest.raises(KeyboardInterrupt):
            sending.send_due(now=now, worker="test")
    later = now + timedelta(minutes=7)
    reconciling.expire_leases(now=later)
    assert reconciling.reconcile(now=later + timedelta(minutes=2)) == 1
    with zeal_ignore():
        sending.send_due(now=later + timedelta(minutes=3), worker="another")
    message.refresh_from_db()
    assert (message.state, Letter.objects.count()) == ("accepted", 1)


def _killed(**values: Any) -> None:
    raise KeyboardInterrupt


def test_a_batch_is_its_pages_and_their_list(debtor: Debtor, printer: Staff, now: datetime) -> None:
    """Made again it is the same bytes; a second batch has nothing of the first."""
    letter = _demand(debtor, now)
    batch = batches.make(by=printer, now=now)
    assert batch is not None
    assert batches.make(by=printer, now=now) is None
    _, content = batches.download(batch_id=batch.pk, reason="", by=printer, now=now)
    with ZipFile(BytesIO(content)) as archive:
        number = letter_no(letter.pk)
        assert archive.namelist() == [f"{number}.pdf", "all-letters.pdf", "manifest.csv"]
        assert sha256(archive.read(f"{number}.pdf")).hexdigest() == letter.sha256
        listed = list(csv.DictReader(StringIO(archive.read("manifest.csv").decode())))
    line = {"letter": number, "file": f"{number}.pdf", "bytes": str(letter.size), "sha256": letter.sha256}
    assert listed == [{**line, "first_page": "1", "last_page": "1"}]
    batch.refresh_from_db()
    assert batch.sha256 == sha256(content).hexdigest()
    assert files._made(batch) == content
    other = PrintBatch.objects.create(made_by=printer, made_at=now, letters_count=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(batch=other)


def test_every_letter_begins_on_a_sheet_of_its_own(tmp_path: Path) -> None:
    """One file for a printer of both sides: the places leave out the empty pages, and it is the same file again."""
    documents = []
    for pages in (1, 2, 3, 1):
        source = tmp_path / f"{pages}.typ"
        source.write_text("#pagebreak()".join(f"page {number}" for number in range(pages)))
        documents.append(typst.compile(str(source)))
    made, places = typesetting.one_behind_the_other(documents)
    assert places == [(1, 1), (3, 4), (5, 7), (9, 9)]
    assert typesetting.pages_of(made) == 10
    assert typesetting.one_behind_the_other(documents)[0] == made
    with pytest.raises(typesetting.SettingError):
        typesetting.one_behind_the_other([b"%PDF-1.7 no page at all"])


def test_who_had_the_file_is_known_and_why_again(debtor: Debtor, printer: Staff, now: datetime) -> None:
    """A second copy needs a reason; who may not print gets none."""
    _demand(debtor, now)
    batch = batches.make(by=printer, now=now)
    assert batch is not None
    with pytest.raises(NotAllowedError):
        batches.download(batch_id=batch.pk, reason="", by=factories.make_staff("collector"), now=now)
    batches.download(batch_id=batch.pk, reason="", by=printer, now=now)
    with pytest.raises(RefusedError, match="batch_taken_already"):
        batches.download(batch_id=batch.pk, reason="", by=printer, now=now)
    batches.download(batch_id=batch.pk, reason="打印机卡纸", by=printer, now=now)
    batch.refresh_from_db()
    assert batch.state == "handed_over"
    assert [row.step for row in batch.steps.all()] == ["made", "downloaded", "downloaded"]


@pytest.mark.parametrize("what", ["paid", "held", "old", "bad"])
def test_what_is_no_longer_true_is_not_printed(debtor: Debtor, printer: Staff, now: datetime, what: str) -> None:
    """The last look is when the batch is made: what the letter told is not known to the customer."""
    customer, account = debtor
    letter = _demand(debtor, now)
    later = now + timedelta(hours=1)
    if what == "paid":
        Account.objects.filter(pk=account.pk).update(core_overdue_fen=0, overdue_fen=0)
    elif what == "held":
        Hold.objects.create(customer=customer, kind="represented", placed_at=later)
        Hold.objects.create(customer=customer, kind="deceased", placed_at=later)
    elif what == "old":
        later = now + timedelta(days=4)
    else:
        ContactPoint.objects.filter(kind="address_home").update(quality="bad")
    assert batches.make(by=printer, now=later) is None
    letter.refresh_from_db()
    assert letter.state == "withdrawn"
    reasons = {"paid": "nothing_overdue", "held": "hold", "old": "lay_too_long", "bad": "number_bad"}
    assert letter.reason == reasons[what]
    assert (letter.message.state, letter.message.reason) == ("undelivered", letter.reason)


def test_what_was_withdrawn_is_in_no_file(debtor: Debtor, printer: Staff, now: datetime) -> None:
    """Also out of a batch whose file was sealed already; and a batch that nobody takes is missed after a day."""
    letter = _demand(debtor, now)
    batch = batches.make(by=printer, now=now)
    assert batch is not None
    files.sealed(batch_id=batch.pk, check=lambda: batch)
    sweep.sweep(now=now + timedelta(hours=25))
    assert Alert.objects.filter(kind="letters_waiting", resolved_at__isnull=True).exists()
    assert _tell(letter, "withdrawn", now, printer)
    with pytest.raises(RefusedError) as refused:
        batches.download(batch_id=batch.pk, reason="", by=printer, now=now)
    assert refused.value.code == "batch_is_empty"


def test_a_batch_that_lay_is_looked_at_again_before_anybody_has_it(
    debtor: Debtor, printer: Staff, now: datetime
) -> None:
    """Days lie between making and taking: who was told to be left alone meanwhile is taken out, the others go."""
    second = factories.make_debtor()
    factories.make_mobile(second[0], "上海市浦东新区某路 9 号", kind="address_home", quality="unknown")
    held, going = _demand(debtor, now), _demand(second, now)
    batch = batches.make(by=printer, now=now)
    assert batch is not None
    files.sealed(batch_id=batch.pk, check=lambda: batch)
    later = now + timedelta(days=2)
    Hold.objects.create(customer=debtor[0], kind="deceased", placed_at=later)
    _batch, content = batches.download(batch_id=batch.pk, reason="", by=printer, now=later)
    with ZipFile(BytesIO(content)) as archive:
        assert archive.namelist() == [f"{letter_no(going.pk)}.pdf", "all-letters.pdf", "manifest.csv"]
        assert typesetting.pages_of(archive.read("all-letters.pdf")) == 2
    held.refresh_from_db()
    assert (held.state, held.reason) == ("withdrawn", "hold")
    # Whoever has it has it: what comes later is known as told.
    Hold.objects.create(customer=second[0], kind="deceased", placed_at=later)
    assert batches.download(batch_id=batch.pk, reason="lost the file", by=printer, now=later)[1] == content


def test_letters_go_out_one_by_one_where_they_cannot_be_put_together(
    debtor: Debtor, printer: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the type setter cannot read keeps no batch: the file for a printer of both sides is left out."""

    def unread(documents: object) -> None:
        raise typesetting.SettingError("pages")

    letter = _demand(debtor, now)
    batch = batches.make(by=printer, now=now)
    assert batch is not None
    monkeypatch.setattr(typesetting, "one_behind_the_other", unread)
    with ZipFile(BytesIO(files.sealed(batch_id=batch.pk, check=lambda: batch)[1])) as archive:
        assert archive.namelist() == [f"{letter_no(letter.pk)}.pdf", "manifest.csv"]
        assert archive.read("manifest.csv").decode().splitlines()[1].endswith(",,")


def test_a_letter_interrupts_limitation_on_the_day_it_arrived(debtor: Debtor, printer: Staff, now: datetime) -> None:
    """Neither when it is made nor when it is posted, and by the day of the post, however late that is told."""
    letter = _posted(debtor, now, printer)
    assert (letter.message.state, LimitationEvent.objects.count()) == ("sent", 0)
    assert _tell(letter, "delivered", now + timedelta(days=5), printer, days=-2)
    row = LimitationEvent.objects.get()
    assert (row.on, row.source) == ((now + timedelta(days=3)).date(), f"message:{letter.pk}")
    assert not _tell(letter, "delivered", now + timedelta(days=5), printer, days=-2)
    with pytest.raises(RefusedError, match="letter_not_so_far"):
        _tell(letter, "returned", now + timedelta(days=5), printer, why="moved")
    assert Event.objects.filter(kind="letter.delivered").count() == 1


@pytest.mark.parametrize(("why", "quality"), [("moved", "bad"), ("unclaimed", "suspect"), ("refused", "unknown")])
def test_a_returned_letter_opens_work_and_interrupts_nothing(
    debtor: Debtor, printer: Staff, now: datetime, why: str, quality: str
) -> None:
    """What it says of the address depends on why; service is asked for a right one and told of the limitation."""
    letter = _posted(debtor, now, printer)
    assert _tell(letter, "returned", now + timedelta(days=6), printer, why=why)
    letter.refresh_from_db()
    assert (letter.state, letter.message.state) == ("returned", "undelivered")
    assert ContactPoint.objects.get(kind="address_home").quality == quality
    work = HandOff.objects.get()
    assert (work.kind, work.pk) == ("wrong_number", letter.handoff_id)
    assert "limitation" in work.text or "时效" in work.text
    assert not LimitationEvent.objects.exists()


def test_what_cannot_be_is_refused(debtor: Debtor, printer: Staff, now: datetime) -> None:
    """A day before it was posted or one to come, a return without its reason, and what does not follow on posting."""
    letter = _posted(debtor, now, printer)
    for outcome, days, code in (
        ("delivered", -1, "letter_day_impossible"),
        ("delivered", 1, "letter_day_impossible"),
        ("returned", 0, "no_such_return"),
        ("queued", 0, "no_such_outcome"),
        ("withdrawn", 0, "letter_not_so_far"),
    ):
        with pytest.raises(RefusedError, match=code):
            _tell(letter, outcome, now, printer, days=days)


def test_a_file_is_taken_in_line_by_line(debtor: Debtor, printer: Staff, now: datetime) -> None:
    """What is wrong is rejected with line, column and reason; taken in again, nothing changes."""
    letter = _posted(debtor, now, printer)
    number, day = letter_no(letter.pk), now.date().isoformat()
    content = (
        "letter,outcome,day,reference,reason\r\n"
        f"{number},delivered,{day},,\r\n"
        f"L99999999,delivered,{day},,\r\n"
        f"{number},returned,{day},,\r\n"
        f"{number},lost,{day},,\r\n"
        f"{number},delivered,20261120x,,\r\n"
        "=1+1\r\n"
    ).encode("gb18030")
    first = post_files.take(name="returns.csv", content=content, by=printer, now=now)
    assert (first.taken, first.known) == (1, 0)
    assert [(row["line"], row["column"], row["reason"]) for row in first.rejected] == [
        (3, "letter", "no_such_letter"),
        (4, "reason", "no_such_return"),
        (5, "outcome", "no_such_outcome"),
        (6, "day", "letter_day_impossible"),
        (7, "letter", "post_line_cells"),
    ]
    again = post_files.take(name="returns.csv", content=content, by=printer, now=now)
    assert (again.taken, again.known, PostFile.objects.count()) == (0, 1, 2)
    letter.refresh_from_db()
    assert letter.state == "delivered"


@pytest.mark.parametrize("content", [b"", b"a,b\r\n1,2", b"\xff\xff", b"letter,outcome,day,reference,reason\r\n"])
def test_what_is_no_file_of_the_post_is_refused(content: bytes) -> None:
    with pytest.raises(post_file.PostFileError):
        post_file.read(content)


def test_numbers_of_letters_are_read_as_they_are_written() -> None:
    assert id_of(letter_no(17)) == 17
    assert id_of(" l17 ") == 17
    assert id_of("17x") is None


@pytest.fixture
def house(debtor: Debtor, printer: Staff, now: datetime, settings: Any, tmp_path: Path) -> PrintBatch:
    """A batch, and a print house that reads a folder."""
    settings.PRINT_FOLDER = str(tmp_path)
    _demand(debtor, now)
    batch = batches.make(by=printer, now=now)
    assert batch is not None
    return batch


def test_a_batch_is_handed_over_once(house: PrintBatch, printer: Staff, now: datetime) -> None:
    """The file is there whole; nobody hands it over again."""
    batches.hand_over(batch_id=house.pk, by=printer, now=now)
    house.refresh_from_db()
    assert house.state == "handed_over"
    assert folder.has(files.name_of(house))
    with pytest.raises(RefusedError, match="batch_handed_over"):
        batches.hand_over(batch_id=house.pk, by=printer, now=now)
    assert PrintBatch.objects.count() == 1


def test_a_folder_that_cannot_be_written_to_has_nothing(
    house: PrintBatch, printer: Staff, now: datetime, settings: Any, tmp_path: Path
) -> None:
    """Then the batch waits as before, and may be handed over later."""
    settings.PRINT_FOLDER = str(tmp_path / "gone")
    with pytest.raises(RefusedError, match="print_house_unreachable"):
        batches.hand_over(batch_id=house.pk, by=printer, now=now)
    house.refresh_from_db()
    assert house.state == "made"
    settings.PRINT_FOLDER = str(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folder.os, "fsync", _full)
        with pytest.raises(RefusedError, match="print_house_unreachable"):
            batches.hand_over(batch_id=house.pk, by=printer, now=now)
    assert not list(tmp_path.iterdir())


def test_a_move_that_was_not_answered_is_left_to_a_person(
    house: PrintBatch, printer: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of another machine may have made it: nobody hands the batch over again without a word."""
    monkeypatch.setattr(Path, "replace", lambda self, target: _unanswered())
    assert batches.hand_over(batch_id=house.pk, by=printer, now=now).state == "unknown"
    with pytest.raises(RefusedError, match="batch_undecided"):
        batches.hand_over(batch_id=house.pk, by=printer, now=now)
    batches.decide(batch_id=house.pk, is_there=False, reason="文件夹是空的", by=printer, now=now)
    monkeypatch.undo()
    assert batches.hand_over(batch_id=house.pk, by=printer, now=now).state == "handed_over"


def test_a_move_that_was_refused_may_be_tried_again(
    house: PrintBatch, printer: Staff, now: datetime, tmp_path: Path
) -> None:
    """The folder is full: nothing is there, not even the part."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", lambda self, target: _full(0))
        with pytest.raises(RefusedError, match="print_house_unreachable"):
            batches.hand_over(batch_id=house.pk, by=printer, now=now)
    house.refresh_from_db()
    assert (house.state, list(tmp_path.iterdir())) == ("made", [])
    assert batches.hand_over(batch_id=house.pk, by=printer, now=now).state == "handed_over"


def _unanswered() -> None:
    raise OSError(5, "Input/output error")


def _full(_file: int) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("reached", [True, False])
def test_a_hand_over_that_was_killed_is_looked_for_and_left_to_a_person(
    house: PrintBatch, printer: Staff, now: datetime, monkeypatch: pytest.MonkeyPatch, reached: bool
) -> None:
    """Killed before its mark: found, it is adopted; not found, nobody prints it again without a person's word."""
    put = folder.put

    def killed(name: str, content: bytes) -> None:
        if reached:
            put(name, content)
        raise KeyboardInterrupt

    monkeypatch.setattr(folder, "put", killed)
    with pytest.raises(KeyboardInterrupt):
        batches.hand_over(batch_id=house.pk, by=printer, now=now)
    monkeypatch.setattr(folder, "put", put)
    for refused in (batches.hand_over,):
        with pytest.raises(RefusedError, match="batch_undecided"):
            refused(batch_id=house.pk, by=printer, now=now)
    with pytest.raises(RefusedError, match="batch_undecided"):
        batches.download(batch_id=house.pk, reason="", by=printer, now=now)
    sweep.sweep(now=now + timedelta(minutes=11))
    house.refresh_from_db()
    assert house.state == ("handed_over" if reached else "unknown")
    assert Alert.objects.filter(kind="letters_undecided", resolved_at__isnull=True).exists() is not reached
    if not reached:
        with pytest.raises(RefusedError, match="reason_missing"):
            batches.decide(batch_id=house.pk, is_there=False, reason="", by=printer, now=now)
        later = now + timedelta(minutes=20)
        batches.decide(batch_id=house.pk, is_there=False, reason="制作厂电话确认未收到", by=printer, now=later)
        batches.hand_over(batch_id=house.pk, by=printer, now=later)
        house.refresh_from_db()
        assert house.state == "handed_over"
        assert [row.step for row in house.steps.all()] == ["made", "lost", "decided_again", "handed_over"]


def test_letters_nobody_prints_raise_an_alert(debtor: Debtor, now: datetime) -> None:
    _demand(debtor, now)
    sweep.sweep(now=now + timedelta(days=1, minutes=1))
    assert Alert.objects.filter(kind="letters_waiting", resolved_at__isnull=True).exists()


def test_a_demand_reaches_by_post_who_wants_no_texts(debtor: Debtor, now: datetime) -> None:
    """Without an e-mail address the letter is the next of its kind's ways; a reminder has none."""
    customer, account = debtor
    ContactPoint.objects.filter(customer=customer, kind="mobile").update(quality="bad")
    message = asked.send(
        customer_id=customer.pk, kind_code="formal_demand", account_id=account.pk, typed="",
        actor=Actor.of(factories.make_staff("legal")), seen_version=None, now=now,
    )  # fmt: skip
    with zeal_ignore():
        sending.send_due(now=now, worker="test")
    message.refresh_from_db()
    assert (message.channel, message.state) == ("letter", "accepted")
    assert Message.objects.get(pk=message.pk).letter.state == "queued"
