"""Proof files: written, read back and checked with nothing but the log's public key."""

import pytest

from ledger.domain.checkpoint import TreeState
from ledger.domain.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    tree_root,
)
from ledger.domain.note import NoteError, SignerKey
from ledger.domain.proof import ConsistencyProof, InclusionProof
from ledger.services import log, proofs, signing
from tests.ledger.conftest import payload

SIGNER = SignerKey("example.com/log", bytes(range(32)))
PAYLOADS = [f"entry {number}".encode() for number in range(11)]
LEAVES = [leaf_hash(payload) for payload in PAYLOADS]


def checkpoint():
    """Return the signed state of the whole log."""
    return SIGNER.sign(str(TreeState(SIGNER.name, len(LEAVES), tree_root(LEAVES))))


@pytest.fixture
def raw():
    """Return the proof file of entry 6."""
    return str(InclusionProof(6, inclusion_proof(index=6, leaf_hashes=LEAVES), checkpoint()))


def test_a_proof_file_is_checked_without_the_log(raw):
    """The file and the payload lead to the signed root."""
    state = InclusionProof.parse(raw).check(payload=PAYLOADS[6], keys=[SIGNER.verifier])
    assert (state.origin, state.size) == ("example.com/log", 11)
    assert raw.startswith("c2sp.org/tlog-proof@v1\nindex 6\n")
    assert str(InclusionProof.parse(raw)) == raw


def test_another_payload_does_not_pass_under_the_proof(raw):
    """The refusal names the log."""
    with pytest.raises(NoteError, match=r"does not lead from the payload to the root of example\.com/log"):
        InclusionProof.parse(raw).check(payload=PAYLOADS[5], keys=[SIGNER.verifier])


def test_a_proof_signed_by_somebody_else_does_not_pass(raw):
    """The checkpoint inside must carry a signature of a key the reader trusts."""
    stranger = SignerKey("example.com/log", bytes(32)).verifier
    with pytest.raises(NoteError, match="no signature of a known key"):
        InclusionProof.parse(raw).check(payload=PAYLOADS[6], keys=[stranger])


def test_an_extra_line_takes_no_part_in_the_proof(raw):
    """A log may add data of its own after the header."""
    extended = raw.replace("\nindex", "\nextra AAAA\nindex")
    assert InclusionProof.parse(extended) == InclusionProof.parse(raw)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tlog-proof@v1", "tlog-proof@v2"),
        ("index 6", "index 06"),
        ("index 6\n", ""),
        ("\nindex 6\n", "\n\n"),
        ("index 6\n", "index 6\nAAAA\n"),
        ("index 6\n", "index 6\n?\n"),
    ],
)
def test_a_malformed_proof_file_is_refused(raw, old, new):
    """Nothing is guessed from a proof that is not exactly in the format."""
    with pytest.raises(NoteError):
        InclusionProof.parse(raw.replace(old, new))


def test_a_consistency_proof_is_what_a_witness_takes():
    """Old size, one hash a line, a blank line and the new checkpoint."""
    path = consistency_proof(old_size=4, leaf_hashes=LEAVES)
    head, _, note = str(ConsistencyProof(4, path, checkpoint())).partition("\n\n")
    first, *hashes = head.split("\n")
    assert first == "old 4"
    assert len(hashes) == len(path)
    assert note == str(checkpoint())


@pytest.mark.parametrize("index", [0, 4, 10])
def test_every_signed_entry_can_be_proved(fill, now, index):
    """The proof that leaves the database is checked with nothing but the public key."""
    fill(11)
    log.checkpoint(now=now)
    raw = str(proofs.prove_inclusion(index=index))
    state = InclusionProof.parse(raw).check(payload=payload(index), keys=[signing.signer_key().verifier])
    assert state.size == 11


@pytest.mark.parametrize("index", [-1, 3])
def test_an_entry_not_yet_signed_cannot_be_proved(fill, now, index):
    """The refusal says how far the last checkpoint reaches."""
    fill(3)
    log.checkpoint(now=now)
    fill(1)
    with pytest.raises(log.LogError, match="covers the first 3"):
        proofs.prove_inclusion(index=index)


@pytest.mark.parametrize("old_size", [0, 1, 4, 6, 11])
def test_the_log_proves_that_it_only_grew(fill, now, old_size):
    """The proof is against the last checkpoint and starts from any earlier size."""
    fill(11)
    checkpoint = log.checkpoint(now=now)
    proof = proofs.prove_consistency(old_size=old_size)
    leaves = [leaf_hash(payload(index)) for index in range(11)]
    assert proof.path == consistency_proof(old_size=old_size, leaf_hashes=leaves)
    assert str(proof.checkpoint) == checkpoint.note


@pytest.mark.parametrize("old_size", [-1, 4])
def test_growth_from_a_size_never_signed_cannot_be_proved(fill, now, old_size):
    """The refusal says how far the last checkpoint reaches."""
    fill(3)
    log.checkpoint(now=now)
    with pytest.raises(log.LogError, match="The last checkpoint is of size 3"):
        proofs.prove_consistency(old_size=old_size)


def test_nothing_can_be_proved_before_anything_is_signed(fill):
    """The refusal says what to run."""
    fill(3)
    with pytest.raises(log.LogError, match="ledger checkpoint"):
        proofs.prove_inclusion(index=0)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET leaf_hash = decode(repeat('00', 32), 'hex') WHERE index = 2",
        "DELETE FROM ledger_entry WHERE index = 2",
    ],
)
def test_a_proof_that_would_not_hold_is_not_handed_out(fill, tamper, now, statement):
    """Whoever asked is sent to the audit instead."""
    fill(6)
    log.checkpoint(now=now)
    tamper(statement)
    with pytest.raises(log.LogError, match="ledger verify"):
        proofs.prove_inclusion(index=4)
    with pytest.raises(log.LogError, match="ledger verify"):
        proofs.prove_consistency(old_size=4)
