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
    with pytest.raises(NoteError, match="does not lead from the payload to the root of example.com/log"):
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
