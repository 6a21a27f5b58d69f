"""The checkpoint outside the database: a database that was rolled back or rewritten does not pass for the log."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from ledger.domain.checkpoint import TreeState
from ledger.domain.merkle import Frontier, leaf_hash
from ledger.domain.note import Note, SignerKey
from ledger.models import Checkpoint
from ledger.services import keeping, log, signing, verification
from tests.ledger.conftest import payload

MINUTE = timedelta(minutes=1)
OLDER = "The log ends before the kept checkpoint of size 6: it was shortened, or restored from an older backup."
REWRITTEN = "The log is not the one the kept checkpoint of size 6 signed: it was rewritten."


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    """Keep checkpoints in a directory that does not exist yet."""
    settings.LEDGER_KEPT = tmp_path / "kept"
    settings.LEDGER_PAYLOAD_SOURCES = []
    return settings.LEDGER_KEPT / "checkpoint"


@pytest.fixture
def signed(fill, now):
    """Sign a log at 4 and at 6 entries, and return both checkpoints."""
    signed = []
    for count in (4, 2):
        fill(count)
        signed.append(log.checkpoint(now=now))
    return signed


def go_back(tamper):
    """Bring the database back to how it was after the first checkpoint, as a restored backup does."""
    tamper("DELETE FROM ledger_entry WHERE index >= 4")
    tamper("DELETE FROM ledger_checkpoint WHERE tree_size > 4")


def rewrite(tamper):
    """Replace an entry and sign all of it anew, as the holder of database and key can."""
    leaves = [leaf_hash(payload(index)) for index in range(6)]
    leaves[1] = leaf_hash(b"a kinder story")
    tamper("UPDATE ledger_entry SET leaf_hash = %s WHERE index = 1", leaves[1])
    signer = signing.signer_key()
    for size in (4, 6):
        tree = Frontier().extended(leaves[:size])
        note = signer.sign(str(TreeState(signer.name, size, tree.root)))
        tamper(
            "UPDATE ledger_checkpoint SET root_hash = %s, frontier = %s, note = %s WHERE tree_size = %s",
            *(tree.root, tree.to_bytes(), str(note), size),
        )


def test_the_last_checkpoint_is_kept_beside_the_database(signed, place):
    """As it was signed, for its owner alone."""
    assert place.read_text(encoding="utf-8") == signed[-1].note
    assert place.parent.stat().st_mode & 0o077 == 0


def test_a_smaller_checkpoint_does_not_replace_a_larger(signed, place):
    """Two who sign at once may come to the file in either order."""
    keeping.keep(signed[0])
    assert place.read_text(encoding="utf-8") == signed[1].note


def test_verify_says_that_it_compared(signed, capsys):
    """Without being asked to."""
    call_command("ledger", "verify")
    assert "continues 1 checkpoints kept outside the database" in capsys.readouterr().out


@pytest.mark.parametrize(("crime", "sentence"), [(go_back, OLDER), (rewrite, REWRITTEN)])
def test_verify_finds_a_database_that_holds_by_itself_but_is_another(signed, place, tamper, capsys, crime, sentence):
    """Rolled back or rewritten: nothing inside the database shows it, the file beside it does."""
    crime(tamper)
    assert verification.verify().violations == (sentence,)
    with pytest.raises(CommandError, match="1 violations"):
        call_command("ledger", "verify")
    assert sentence in capsys.readouterr().err
    place.unlink()
    assert verification.verify().violations == ()


@pytest.mark.parametrize("crime", [go_back, rewrite])
def test_nothing_is_signed_on_top_of_another_history(signed, fill, place, tamper, now, crime):
    """A second history under the same name would make both worthless."""
    crime(tamper)
    before, kept = Checkpoint.objects.count(), place.read_text(encoding="utf-8")
    with pytest.raises(log.LogError, match="does not hold the checkpoint of size 6"):
        log.checkpoint(now=now)
    assert Checkpoint.objects.count() == before
    assert place.read_text(encoding="utf-8") == kept


def test_a_checkpoint_taken_out_of_the_database_is_missed(signed, tamper, now):
    """The entries still fit, so only signing notices; it was committed before it was kept."""
    tamper("DELETE FROM ledger_checkpoint WHERE tree_size = 6")
    with pytest.raises(log.LogError, match="does not hold the checkpoint of size 6"):
        log.checkpoint(now=now)


def test_a_kept_checkpoint_of_a_stranger_is_no_excuse(signed, place, now):
    """Replacing the file by something signed with another key stops the signing and is a violation."""
    text = Note.parse(signed[-1].note).text
    place.write_text(str(SignerKey(signing.signer_key().name, bytes(32)).sign(text)), encoding="utf-8")
    assert verification.verify().violations == ("The kept checkpoint: the note carries no signature of a known key.",)
    with pytest.raises(log.LogError, match="does not verify"):
        log.checkpoint(now=now)


def test_a_kept_file_that_is_no_checkpoint_is_said(signed, place, now):
    """Half a file is not taken for none."""
    place.write_text("garbage", encoding="utf-8")
    (violation,) = verification.verify().violations
    assert violation.startswith(f"The kept checkpoint in {place} cannot be read")
    with pytest.raises(log.LogError, match="cannot be read"):
        log.checkpoint(now=now)


def test_a_place_that_cannot_be_written_is_said(fill, place, now):
    """The checkpoint is signed all the same; the next one tries again."""
    place.parent.write_text("in the way", encoding="utf-8")
    fill(1)
    with pytest.raises(log.LogError, match="cannot be"):
        log.checkpoint(now=now)


def test_the_first_entries_are_signed_at_once_and_later_ones_after_a_quiet_minute(fill, now):
    """A short day ends with a checkpoint; a busy one is not signed every few seconds."""
    assert log.checkpoint_when_quiet(now=now, quiet=MINUTE) is None
    fill(3)
    assert log.checkpoint_when_quiet(now=now, quiet=MINUTE).tree_size == 3
    fill(2)
    assert log.checkpoint_when_quiet(now=now + MINUTE / 2, quiet=MINUTE) is None
    assert log.checkpoint_when_quiet(now=now + MINUTE, quiet=MINUTE).tree_size == 5
    assert log.checkpoint_when_quiet(now=now + MINUTE, quiet=MINUTE) is None
