"""The log's own key, the keys it trusts, and the check of a stored checkpoint."""

from django.conf import settings

from ledger.domain.checkpoint import TreeState
from ledger.domain.merkle import Frontier
from ledger.domain.note import Note, NoteError, SignerKey, VerifierKey
from ledger.models import Checkpoint


def signer_key() -> SignerKey:
    """Return the key that signs checkpoints, under the name of the log's origin."""
    return SignerKey(settings.LEDGER_ORIGIN, bytes.fromhex(settings.LEDGER_KEY))


def trusted_keys() -> tuple[VerifierKey, ...]:
    """Return the log's present key, its former ones and those of others the bank trusts.

    Raise NoteError when a key in the settings is malformed.
    """
    others = (VerifierKey.parse(vkey) for vkey in settings.LEDGER_TRUSTED_KEYS)
    return (signer_key().verifier, *others)


def check_note(note: Note) -> TreeState:
    """Return the state that ``note`` signs for this log.

    Raise NoteError when it is malformed, not signed by a trusted key, or another log's.
    """
    note.check_signed_by(trusted_keys())
    state = TreeState.parse(note.text)
    if state.origin != settings.LEDGER_ORIGIN:
        raise NoteError(f"the checkpoint is of the log {state.origin}, not of {settings.LEDGER_ORIGIN}")
    return state


def check_stored(checkpoint: Checkpoint) -> Frontier:
    """Return the tree that a stored checkpoint signed.

    Raise ValueError when its signature, its columns or its frontier contradict one another.
    """
    state = check_note(Note.parse(checkpoint.note))
    if (state.size, state.root) != (checkpoint.tree_size, bytes(checkpoint.root_hash)):
        raise NoteError("the stored size and root hash are not the signed ones")
    frontier = Frontier.from_bytes(size=state.size, joined=bytes(checkpoint.frontier))
    if frontier.root != state.root:
        raise NoteError("the stored subtree roots do not lead to the signed root hash")
    return frontier
