"""Merkle tree of RFC 6962 over leaf hashes, with the proofs of RFC 9162.

A leaf is hashed with the prefix 0x00 and a node with 0x01, so that no node can
pass for a leaf. A tree of n leaves splits at the largest power of two below n.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(payload: bytes) -> bytes:
    """Return the hash under which ``payload`` enters the tree."""
    return sha256(b"\x00" + payload).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above ``left`` and ``right``."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the perfect subtrees that make up a tree, largest first.

    A tree of ``size`` leaves has one such subtree per set bit of ``size``. They are
    all that is needed to append to the tree and to compute its root, so appending n
    leaves costs O(n), whatever the size of the tree.
    """

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.roots) != self.size.bit_count():
            raise ValueError(f"{len(self.roots)} subtree roots do not make a tree of size {self.size}")
        if any(len(root) != HASH_BYTES for root in self.roots):
            raise ValueError(f"a subtree root is not {HASH_BYTES} bytes long")

    def extended(self, leaf_hashes: Iterable[bytes]) -> "Frontier":
        """Return the frontier of this tree with ``leaf_hashes`` appended in order."""
        size, roots = self.size, list(self.roots)
        for leaf in leaf_hashes:
            subtree, bits = leaf, size
            while bits & 1:
                subtree = node_hash(roots.pop(), subtree)
                bits >>= 1
            roots.append(subtree)
            size += 1
        return Frontier(size, tuple(roots))

    @property
    def root(self) -> bytes:
        """Return the root hash of the tree."""
        if not self.roots:
            return EMPTY_ROOT
        *lower, root = self.roots
        for subtree in reversed(lower):
            root = node_hash(subtree, root)
        return root

    def to_bytes(self) -> bytes:
        """Return the subtree roots joined, to be stored beside the size."""
        return b"".join(self.roots)

    @classmethod
    def from_bytes(cls, *, size: int, joined: bytes) -> "Frontier":
        """Return the frontier stored by ``to_bytes``.

        Raise ValueError when ``joined`` does not hold the subtree roots of ``size``.
        """
        chunks = range(0, len(joined), HASH_BYTES)
        return cls(size, tuple(joined[start : start + HASH_BYTES] for start in chunks))


def tree_root(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root hash of the tree over ``leaf_hashes``."""
    return Frontier().extended(leaf_hashes).root


def inclusion_proof(*, index: int, leaf_hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the hashes, leaf to root, that prove leaf ``index`` is in the tree.

    Raise ValueError when the tree has no such leaf.
    """
    start, end = 0, len(leaf_hashes)
    if not 0 <= index < end:
        raise ValueError(f"a tree of size {end} has no leaf {index}")
    path = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(tree_root(leaf_hashes[middle:end]))
            end = middle
        else:
            path.append(tree_root(leaf_hashes[start:middle]))
            start = middle
    return tuple(reversed(path))


def consistency_proof(*, old_size: int, leaf_hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the hashes that prove the first ``old_size`` leaves were only added to.

    The proof is empty when nothing was added, or when the old tree was empty.
    Raise ValueError when the tree is smaller than ``old_size``.
    """
    start, end = 0, len(leaf_hashes)
    if not 0 <= old_size <= end:
        raise ValueError(f"a tree of size {end} has no earlier state of size {old_size}")
    if old_size == 0:
        return ()
    path = []
    while old_size < end:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(tree_root(leaf_hashes[middle:end]))
            end = middle
        else:
            path.append(tree_root(leaf_hashes[start:middle]))
            start = middle
    # A subtree that begins at leaf 0 is the old tree itself, whose root the verifier holds.
    if start > 0:
        path.append(tree_root(leaf_hashes[start:end]))
    return tuple(reversed(path))


def is_included(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether ``proof`` shows ``leaf`` at ``index`` of the tree (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or not _all_hashes([leaf, root, *proof]):
        return False
    position, last = index, size - 1
    computed = leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            computed = node_hash(sibling, computed)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and computed == root


def is_consistent(*, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether ``proof`` shows the new tree extends the old one (RFC 9162 §2.1.4.2)."""
    if not 0 <= old_size <= new_size or not _all_hashes([old_root, new_root, *proof]):
        return False
    if old_size == 0:
        # Every tree extends the empty one; of the new root this says nothing.
        return not proof and old_root == EMPTY_ROOT and (new_size > 0 or new_root == EMPTY_ROOT)
    if old_size == new_size:
        return not proof and old_root == new_root
    if not proof:
        return False
    # When the old tree is one perfect subtree, its root is the proof's first node.
    path = [old_root, *proof] if old_size.bit_count() == 1 else list(proof)
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_computed = new_computed = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old_computed = node_hash(node, old_computed)
            new_computed = node_hash(node, new_computed)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            new_computed = node_hash(new_computed, node)
        position, last = position >> 1, last >> 1
    return last == 0 and old_computed == old_root and new_computed == new_root


def _split(size: int) -> int:
    """Return the largest power of two below ``size``, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1


def _all_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
