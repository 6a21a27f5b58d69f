"""Signed notes, the vectors of their specification, and what is refused."""

import json
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.checkpoint import TreeState
from ledger.domain.merkle import EMPTY_ROOT
from ledger.domain.note import (
    COSIGNATURE_V1,
    Note,
    NoteError,
    Signature,
    SignerKey,
    VerifierKey,
    encode_base64,
)
from tests.conformance import published

SIGNER = SignerKey("example.com/log", bytes(range(32)))
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"])).map(lambda text: text + "\n")
VECTORS = published("sumdb_note", "signed_note_vectors.json")


@pytest.fixture(scope="module")
def vectors():
    """Return the vectors of the specification, on machines that have them beside the project."""
    if not VECTORS.exists():
        pytest.skip("the published vectors of signed notes are not on this machine")
    return json.loads(VECTORS.read_text(encoding="utf-8"))


def test_the_signatures_of_the_specification_verify(vectors):
    """Each valid vector is accepted under its key, and not under another's."""
    keys = [VerifierKey.parse(case["vkey"]) for case in vectors["valid"]]
    for case, key in zip(vectors["valid"], keys, strict=True):
        note = Note.parse(f"{case['text']}\n{case['signature_line']}\n")
        assert [signature.name for signature in note.check_signed_by(keys)] == [key.name]
        assert str(key) == case["vkey"]
        assert str(note) == f"{case['text']}\n{case['signature_line']}\n"
        with pytest.raises(NoteError, match="no signature of a known key"):
            note.check_signed_by([other for other in keys if other != key])


def test_a_known_private_key_signs_the_same_bytes(vectors):
    """Ed25519 is deterministic, so the published signature line is reproduced."""
    case = next(case for case in vectors["valid"] if "skey" in case)
    _private, _key, name, _id, encoded = case["skey"].split("+", 4)
    signer = SignerKey(name, b64decode(encoded)[1:])
    assert str(signer.sign(case["text"]).signatures[0]) == case["signature_line"] + "\n"
    assert str(signer.verifier) == case["vkey"]


def test_the_bad_keys_of_the_specification_are_refused(vectors):
    """Wrong id, unknown kind, missing part, no base64."""
    assert vectors["bad_vkeys"]
    for vkey in vectors["bad_vkeys"]:
        with pytest.raises(NoteError):
            VerifierKey.parse(vkey)


def test_the_good_keys_of_the_specification_are_read_and_written_back(vectors):
    """A log's key and a witness's key."""
    assert vectors["good_vkeys"]
    for vkey in vectors["good_vkeys"]:
        assert str(VerifierKey.parse(vkey)) == vkey


def test_the_time_of_a_cosignature_is_read(vectors):
    """A timestamped signature states its time; another length or no base64 is refused."""
    assert vectors["cosignature_v1_timestamp"]
    for case in vectors["cosignature_v1_timestamp"]:
        line = f"— witness.example {case['sig_base64']}"
        if "error" in case:
            with pytest.raises(NoteError):
                _ = Signature.parse(line).cosigned_at_unix
        else:
            assert Signature.parse(line).cosigned_at_unix == case["unix_time"]


def test_the_cosigned_checkpoint_of_the_specification_is_read(vectors):
    """Origin, size and both signature lines of the example come out as they went in."""
    raw = vectors["c2sp_example_cosigned_checkpoint"]
    note = Note.parse(raw)
    state = TreeState.parse(note.text)
    assert str(note) == raw
    assert (state.origin, state.size) == ("example.com/behind-the-sofa", 20852163)
    assert note.signatures[1].name == "witness.example.com/w1"
    assert note.signatures[1].cosigned_at_unix == 1679315147


def test_the_tree_notes_of_the_specification_are_read_or_refused(vectors):
    """The checkpoint format is that of the Go checksum database."""
    tree = vectors["tlog_tree"]
    state = TreeState.parse(tree["golden"])
    assert (state.size, str(state)) == (tree["n"], tree["golden"])
    for text in tree["bad"]:
        with pytest.raises(NoteError):
            TreeState.parse(text)


@given(text=TEXTS, bit=st.integers(0))
def test_a_signed_text_verifies_and_no_flipped_bit_does(text, bit):
    """What was signed is accepted; one bit off anywhere in the note is not."""
    raw = str(SIGNER.sign(text))
    assert Note.parse(raw).check_signed_by([SIGNER.verifier])
    changed = bytearray(raw.encode())
    position = bit % (len(changed) * 8)
    changed[position // 8] ^= 1 << position % 8
    with pytest.raises((NoteError, UnicodeDecodeError)):
        Note.parse(changed.decode()).check_signed_by([SIGNER.verifier])


def cosigned(text, *, unix_time, name="witness.example"):
    """Return the text with a log's signature and a witness's, and the witness's key."""
    witness = SignerKey(name, bytes(reversed(range(32))))
    key = VerifierKey(name, witness.verifier.public_key, COSIGNATURE_V1)
    value = witness.sign(f"cosignature/v1\ntime {unix_time}\n{text}").signatures[0].value
    line = Signature(name, key.key_id, unix_time.to_bytes(8, "big") + value)
    return Note(text, (*SIGNER.sign(text).signatures, line)), key


def test_a_witness_signature_binds_the_text_and_its_time():
    """The cosignature verifies as made; with another time, or cut short, it does not."""
    note, key = cosigned("a text\n", unix_time=1_800_000_000)
    log_line, line = note.signatures
    assert note.check_signed_by([SIGNER.verifier, key]) == note.signatures
    later = Signature(line.name, line.key_id, (1_800_000_001).to_bytes(8, "big") + line.value[8:])
    short = Signature(line.name, line.key_id, line.value[8:])
    for forged in (later, short):
        with pytest.raises(NoteError, match="does not belong to the text"):
            Note(note.text, (log_line, forged)).check_signed_by([SIGNER.verifier, key])


def test_one_key_repeated_counts_once():
    """A quorum cannot be made of one witness's signature written twice."""
    note = SIGNER.sign("a text\n")
    doubled = Note(note.text, note.signatures * 2)
    assert doubled.check_signed_by([SIGNER.verifier]) == note.signatures


def test_sixteen_signatures_are_accepted():
    """The specification asks for at least that many."""
    note = SIGNER.sign("a text\n")
    others = [cosigned(note.text, unix_time=number, name=f"w{number}")[0].signatures[1] for number in range(15)]
    read = Note.parse(str(Note(note.text, (*others, *note.signatures))))
    assert read.check_signed_by([SIGNER.verifier]) == note.signatures


def test_a_key_accepts_only_lines_that_name_it():
    """Name and id are compared before the signature is."""
    signature = SIGNER.sign("a text\n").signatures[0]
    renamed = Signature("another.example", signature.key_id, signature.value)
    assert SIGNER.verifier.accepts(text="a text\n", signature=signature)
    assert not SIGNER.verifier.accepts(text="a text\n", signature=renamed)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "a text\n",
        "a text\n\n— example.com/log AAAAAAAA",
        "a text\n\n",
        "a text\n\n- example.com/log AAAAAAAA\n",
        "a text\n\n— example.com/log\n",
        "a text\n\n— exa+mple AAAAAAAA\n",
        "a text\n\n—  AAAAAAAA\n",
        "a text\n\n— example.com/log AAAAAA==\n",
        "a text\n\n— example.com/log AAAAAAB=\n",
        "a text\n\n— example.com/log äöü\n",
        "a\ttext\n\n— example.com/log AAAAAAAA\n",
        "a\0text\n\n— example.com/log AAAAAAAA\n",
    ],
)
def test_a_malformed_note_is_refused(raw):
    """Nothing is guessed from a note that is not exactly in the format."""
    with pytest.raises(NoteError):
        Note.parse(raw)


def test_a_text_without_its_newline_is_not_signed():
    """Signing refuses what parsing would."""
    with pytest.raises(NoteError, match="final newline"):
        SIGNER.sign("a text")


@pytest.mark.parametrize("vkey", ["", "example.com/log", "example.com/log+00000000+AQ==", "a name+00000000+AQ=="])
def test_a_malformed_verifier_key_is_refused(vkey):
    """A mistyped key is not taken for another one."""
    with pytest.raises(NoteError):
        VerifierKey.parse(vkey)


def test_a_verifier_key_under_a_wrong_id_is_refused():
    """The id is computed from the name and the key, never taken on trust."""
    vkey = str(SIGNER.verifier)
    with pytest.raises(NoteError, match="id does not match"):
        VerifierKey.parse(vkey.replace(SIGNER.verifier.key_id.hex(), "00000000"))


@pytest.mark.parametrize(("name", "seed"), [("a name", bytes(32)), ("", bytes(32)), ("log", bytes(31))])
def test_a_malformed_signing_key_is_refused(name, seed):
    """A damaged secret stops the signing instead of signing under another identity."""
    with pytest.raises(NoteError):
        SignerKey(name, seed)


def test_a_signing_key_does_not_show_its_secret():
    """A key that lands in a log file or an error page gives nothing away."""
    assert "secret" not in repr(SignerKey("example.com/log", b"secret".ljust(32, b"!")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n1\n",
        "origin\n1\nroot",
        f"\n1\n{encode_base64(EMPTY_ROOT)}\n",
        f"origin\n01\n{encode_base64(EMPTY_ROOT)}\n",
        f"origin\n-1\n{encode_base64(EMPTY_ROOT)}\n",
        f"origin\n٣\n{encode_base64(EMPTY_ROOT)}\n",
        f"origin\n1\n{encode_base64(EMPTY_ROOT[:-1])}\n",
        f"origin\n1\n{encode_base64(EMPTY_ROOT)}\n\nmore\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text):
    """An origin, a plain decimal size and 32 bytes, or nothing."""
    with pytest.raises(NoteError):
        TreeState.parse(text)


def test_a_checkpoint_keeps_the_lines_it_does_not_understand():
    """Extension lines are signed too, so they are written back unchanged."""
    text = f"origin\n0\n{encode_base64(EMPTY_ROOT)}\nextension line\n"
    state = TreeState.parse(text)
    assert (state.extensions, str(state)) == (("extension line",), text)
