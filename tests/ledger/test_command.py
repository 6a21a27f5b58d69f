"""The log from the command line."""

import pytest
from django.core.management import CommandError, call_command

from ledger.models import Checkpoint
from ledger.services import log, signing
from tests.ledger.conftest import payload

SOURCE = "tests.ledger.test_command.true_payloads"


def true_payloads():
    """Return what a floor above would return for a log of three entries."""
    return [(index, payload(index)) for index in range(3)]


def false_payloads():
    """Return more wrong payloads than are shown."""
    return [(index, b"") for index in range(100, 130)]


@pytest.fixture(autouse=True)
def no_sources(settings):
    """Keep the floors above out: what they log is their own tests' business."""
    settings.LEDGER_PAYLOAD_SOURCES = []


@pytest.fixture
def signed(fill, now):
    """Return the checkpoint of a log of three entries."""
    fill(3)
    return log.checkpoint(now=now)


def test_verify_says_how_much_holds(signed, capsys):
    """Without a kept checkpoint and without sources it says that too."""
    call_command("ledger", "verify")
    said = capsys.readouterr().out
    assert said.startswith("The log holds: 3 entries, 1 checkpoints, payloads not compared")
    assert "--kept FILE" in said


def test_verify_compares_the_payloads_of_the_configured_sources(signed, capsys, settings):
    """The setting names them, an argument replaces it."""
    settings.LEDGER_PAYLOAD_SOURCES = [SOURCE]
    call_command("ledger", "verify")
    assert "3 payloads compared" in capsys.readouterr().out
    with pytest.raises(CommandError, match="31 violations"):
        call_command("ledger", "verify", "--payload-source", "tests.ledger.test_command.false_payloads")
    said = capsys.readouterr().err
    assert said.startswith("A payload claims entry 100, which the log does not have.")
    assert "… and 11 more." in said


def test_verify_fails_on_a_violation(signed, tamper, capsys):
    """The sentence names the place, and the command exits 1."""
    tamper("DELETE FROM ledger_entry WHERE index = 1")
    with pytest.raises(CommandError, match="The log does not hold: 1 violations") as failure:
        call_command("ledger", "verify")
    assert failure.value.returncode == 1
    assert capsys.readouterr().err == "Entry 1 is missing.\n"


def test_verify_compares_with_a_kept_checkpoint(signed, tmp_path, capsys):
    """The file is what `ledger checkpoint` printed."""
    kept = tmp_path / "kept.txt"
    kept.write_text(signed.note, encoding="utf-8")
    call_command("ledger", "verify", "--kept", str(kept))
    assert "--kept" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "cannot be read"), (b"\xff", "is not UTF-8"), (b"not a note", "no block of signature lines")],
)
def test_an_unusable_kept_checkpoint_is_refused(db, tmp_path, content, reason):
    """A verification without the comparison asked for would mislead."""
    kept = tmp_path / "kept.txt"
    if content is not None:
        kept.write_bytes(content)
    with pytest.raises(CommandError, match=reason):
        call_command("ledger", "verify", "--kept", str(kept))


def test_an_unknown_payload_source_is_refused(db):
    """A misspelt path must not pass for a source without payloads."""
    with pytest.raises(CommandError, match="cannot be loaded"):
        call_command("ledger", "verify", "--payload-source", "nowhere.to_be_found")


def test_checkpoint_prints_what_it_signed(fill, now, capsys, settings):
    """The printed note is the stored one, signed at the time of the one clock."""
    fill(3)
    call_command("ledger", "checkpoint")
    stored = Checkpoint.objects.get()
    assert capsys.readouterr().out == stored.note
    assert stored.signed_at == now + settings.CLOCK_SHIFT


def test_a_proof_is_printed_and_checked_from_files(signed, tmp_path, capsys):
    """What one party prints the other checks, with the public key it was given."""
    call_command("ledger", "key")
    key = capsys.readouterr().out.strip()
    assert key == str(signing.signer_key().verifier)
    call_command("ledger", "prove", "2")
    proof, given = tmp_path / "proof.txt", tmp_path / "payload"
    proof.write_text(capsys.readouterr().out, encoding="utf-8")
    given.write_bytes(payload(2))
    for arguments in ([], ["--key", key]):
        call_command("ledger", "check", str(proof), "--payload", str(given), *arguments)
        assert capsys.readouterr().out.startswith("The payload is entry 2 of onecase.example/ledger")
    given.write_bytes(payload(1))
    with pytest.raises(CommandError, match="does not lead from the payload"):
        call_command("ledger", "check", str(proof), "--payload", str(given))
    with pytest.raises(CommandError, match="not 'name\\+id\\+key'"):
        call_command("ledger", "check", str(proof), "--payload", str(given), "--key", "nonsense")


def test_growth_is_proved_since_a_size(signed, capsys):
    """The output is what a witness takes."""
    call_command("ledger", "prove", "--since", "2")
    assert capsys.readouterr().out.startswith("old 2\n")


def test_prove_wants_an_index_or_a_size(signed):
    """Neither is an error, and so are both."""
    for arguments in ([], ["1", "--since", "2"]):
        with pytest.raises(CommandError):
            call_command("ledger", "prove", *arguments)


def test_a_refusal_of_the_log_is_a_sentence(signed):
    """No traceback for what a person can put right."""
    with pytest.raises(CommandError, match="Entry 7 is not under the last checkpoint"):
        call_command("ledger", "prove", "7")
