"""The audit finds what somebody with the whole database did to the log, and says where."""

import pytest
from django.conf import settings
from django.db import transaction

from ledger.domain.checkpoint import TreeState
from ledger.domain.merkle import Frontier, leaf_hash
from ledger.domain.note import Note, SignerKey
from ledger.models import Checkpoint
from ledger.selectors import entries as entry_rows
from ledger.services import log, signing, verification
from tests.ledger.conftest import payload


@pytest.fixture
def signed_log(fill, now):
    """Return the checkpoints of a log of 13 entries, signed at 4, 9 and 12."""
    checkpoints = []
    for count in (4, 5, 3):
        fill(count)
        checkpoints.append(log.checkpoint(now=now))
    fill(1)
    return checkpoints


def test_an_untouched_log_holds(signed_log):
    """Nothing to report, and the report says how much was looked at."""
    assert verification.verify() == verification.LogReport(entries=13, checkpoints=3, violations=())


def test_an_empty_log_holds(db):
    """Nothing appended, nothing signed, nothing wrong."""
    assert verification.verify() == verification.LogReport(entries=0, checkpoints=0, violations=())


@pytest.mark.parametrize(
    ("statement", "violations"),
    [
        (
            "UPDATE ledger_entry SET leaf_hash = decode(repeat('00', 32), 'hex') WHERE index = 5",
            ("Entries 4 to 8 are not those that checkpoint 9 signed.",),
        ),
        (
            "UPDATE ledger_entry SET leaf_hash = decode(repeat('00', 32), 'hex') WHERE index IN (0, 11)",
            (
                "Entries 0 to 3 are not those that checkpoint 4 signed.",
                "Entries 9 to 11 are not those that checkpoint 12 signed.",
            ),
        ),
        ("DELETE FROM ledger_entry WHERE index = 6", ("Entry 6 is missing.",)),
        ("DELETE FROM ledger_entry WHERE index >= 10", ("Entry 10 is missing.",)),
        ("UPDATE ledger_entry SET index = 20 WHERE index = 12", ("Entry 12 is missing.",)),
        (
            "UPDATE ledger_checkpoint SET note = replace(note, E'\\n9\\n', E'\\n8\\n') WHERE tree_size = 9",
            ("Checkpoint 9: the signature of onecase.example/ledger does not belong to the text.",),
        ),
        (
            "UPDATE ledger_checkpoint SET tree_size = 8 WHERE tree_size = 9",
            ("Checkpoint 8: the stored size and root hash are not the signed ones.",),
        ),
        (
            "UPDATE ledger_checkpoint SET frontier = decode(repeat('00', 64), 'hex') WHERE tree_size = 9",
            ("Checkpoint 9: the stored subtree roots do not lead to the signed root hash.",),
        ),
        (
            "UPDATE ledger_checkpoint SET frontier = '' WHERE tree_size = 9",
            ("Checkpoint 9: 0 subtree roots do not make a tree of size 9.",),
        ),
    ],
)
def test_tampering_is_found_and_located(signed_log, tamper, statement, violations):
    """Each change past the triggers is one sentence that says where."""
    tamper(statement)
    assert verification.verify().violations == violations


def test_swapped_entries_are_found(signed_log, tamper):
    """The order of entries is signed, not only their set."""
    tamper(
        "UPDATE ledger_entry mine SET leaf_hash = other.leaf_hash FROM ledger_entry other "
        "WHERE mine.index IN (10, 11) AND other.index = 21 - mine.index"
    )
    assert verification.verify().violations == ("Entries 9 to 11 are not those that checkpoint 12 signed.",)


def test_a_checkpoint_of_a_stranger_is_found(signed_log, tamper):
    """A valid signature by a key the log does not know is no signature."""
    last = signed_log[-1]
    stranger = SignerKey(settings.LEDGER_ORIGIN, bytes(32)).sign(Note.parse(last.note).text)
    tamper("UPDATE ledger_checkpoint SET note = %s WHERE tree_size = 12", str(stranger))
    assert verification.verify().violations == ("Checkpoint 12: the note carries no signature of a known key.",)


def rewrite_history(tamper):
    """Replace entry 2 and sign everything anew, as the holder of database and key could."""
    tamper("UPDATE ledger_entry SET leaf_hash = %s WHERE index = 2", leaf_hash(b"a kinder story"))
    leaves = [leaf_hash(payload(index)) for index in range(12)]
    leaves[2] = leaf_hash(b"a kinder story")
    signer = signing.signer_key()
    for size in (4, 9, 12):
        tree = Frontier().extended(leaves[:size])
        tamper(
            "UPDATE ledger_checkpoint SET root_hash = %s, frontier = %s, note = %s WHERE tree_size = %s",
            tree.root,
            tree.to_bytes(),
            str(signer.sign(str(TreeState(signer.name, size, tree.root)))),
            size,
        )


@pytest.mark.parametrize("place", [0, 1, 2])
def test_only_a_kept_checkpoint_reveals_a_log_rewritten_and_signed_again(signed_log, tamper, place):
    """This is the limit of what the log proves alone, and how the limit is lifted."""
    kept = Note.parse(signed_log[place].note)
    assert verification.verify(kept=kept).violations == ()
    rewrite_history(tamper)
    assert verification.verify().violations == ()
    assert verification.verify(kept=kept).violations == (
        f"The log is not the one the kept checkpoint of size {(4, 9, 12)[place]} signed: it was rewritten.",
    )


def test_a_kept_checkpoint_reveals_a_restored_backup(signed_log, tamper):
    """Entries and checkpoint lost together leave a log that holds by itself."""
    kept = Note.parse(signed_log[-1].note)
    tamper("DELETE FROM ledger_checkpoint WHERE tree_size = 12")
    tamper("DELETE FROM ledger_entry WHERE index >= 9")
    assert verification.verify().violations == ()
    assert verification.verify(kept=kept).violations == (
        "The log ends before the kept checkpoint of size 12: it was shortened, or restored from an older backup.",
    )


def test_a_kept_checkpoint_between_stored_ones_is_compared_at_its_own_size(signed_log, tamper):
    """It need not be one this database still has."""
    kept = Note.parse(signed_log[1].note)
    tamper("DELETE FROM ledger_checkpoint WHERE tree_size = 9")
    assert verification.verify(kept=kept).violations == ()


def test_a_gap_is_said_once(signed_log, tamper):
    """A milestone that cannot vouch for what comes after it does not repeat the sentence."""
    kept = Note.parse(signed_log[1].note)
    tamper("DELETE FROM ledger_checkpoint WHERE tree_size = 9")
    tamper("DELETE FROM ledger_entry WHERE index = 5")
    assert verification.verify(kept=kept).violations == ("Entry 5 is missing.",)


def test_a_kept_checkpoint_of_another_log_is_refused(signed_log):
    """It would compare two unrelated things."""
    other = SignerKey("example.com/other", bytes(32))
    note = other.sign(str(TreeState("example.com/other", 4, bytes(32))))
    assert verification.verify(kept=note).violations == (
        "The kept checkpoint: the note carries no signature of a known key.",
    )


def test_a_trusted_key_does_not_make_another_log_this_one(signed_log, settings):
    """The origin is compared besides the signature."""
    other = SignerKey("example.com/other", bytes(32))
    settings.LEDGER_TRUSTED_KEYS = [str(other.verifier)]
    note = other.sign(str(TreeState("example.com/other", 4, bytes(32))))
    (violation,) = verification.verify(kept=note).violations
    assert violation.startswith("The kept checkpoint: the checkpoint is of the log example.com/other")


def test_checkpoints_of_a_former_key_still_hold(signed_log, settings, fill, now):
    """After a rotation the former public key is listed and the log goes on."""
    former = str(signing.signer_key().verifier)
    settings.LEDGER_KEY = "00" * 32
    assert len(verification.verify().violations) == 3
    settings.LEDGER_TRUSTED_KEYS = [former]
    log.checkpoint(now=now)
    report = verification.verify()
    assert (report.checkpoints, report.violations) == (4, ())
    assert Checkpoint.objects.order_by("tree_size").last().tree_size == 13


def all_payloads(**changed):
    return [(index, changed.get(f"entry_{index}", payload(index))) for index in range(13)]


def test_true_payloads_hold_in_any_order(signed_log):
    """Every entry is covered and every payload hashes to its entry."""
    report = verification.verify_payloads(payloads=reversed(all_payloads()))
    assert report == verification.PayloadReport(checked=13, violations=())


@pytest.mark.parametrize(
    ("payloads", "violations"),
    [
        (
            all_payloads(entry_7=b"changed"),
            ("The payload of entry 7 is not the one that was appended.",),
        ),
        (
            [pair for pair in all_payloads() if pair[0] not in {3, 8}],
            ("2 entries have no payload, the first of them entry 3.",),
        ),
        (
            [*all_payloads(), (99, b"never happened"), (-1, b"nor this")],
            (
                "A payload claims entry 99, which the log does not have.",
                "A payload claims entry -1, which the log does not have.",
            ),
        ),
    ],
)
def test_false_payloads_are_found(signed_log, payloads, violations):
    """Changed, removed and invented events each have their sentence."""
    assert verification.verify_payloads(payloads=iter(payloads)).violations == violations


def test_payloads_appended_during_the_audit_are_compared_but_not_demanded(signed_log, now):
    """An audit of a live log does not cry wolf."""

    def growing():
        with transaction.atomic():
            log.append(entries=[("test", b"late"), ("test", b"later")], now=now)
        yield from all_payloads()
        yield 13, b"late"

    report = verification.verify_payloads(payloads=growing())
    assert (report.checked, report.violations) == (14, ())


@pytest.mark.parametrize("page", [1, 3, 5])
def test_whole_pages_hide_nothing(signed_log, tamper, monkeypatch, page):
    """Entries read a page at a time, as a long log's are, are the same entries, and a gap has the same place."""
    monkeypatch.setattr(entry_rows, "PAGE", page)
    assert verification.verify().violations == ()
    tamper("UPDATE ledger_entry SET leaf_hash = decode(repeat('00', 32), 'hex') WHERE index = 1")
    assert verification.verify().violations == ("Entries 0 to 3 are not those that checkpoint 4 signed.",)
    tamper("DELETE FROM ledger_entry WHERE index = 6")
    assert verification.verify().violations == (
        "Entries 0 to 3 are not those that checkpoint 4 signed.",
        "Entry 6 is missing.",
    )
    tamper("DELETE FROM ledger_entry WHERE index = 12")
    assert verification.verify().entries == 11
