"""The tree and its proofs, against a second implementation written from the RFC's recursion."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain import merkle

PAYLOADS = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


def reference_root(payloads: list[bytes]) -> bytes:
    """Return MTH(payloads), literally as RFC 6962 §2.1 defines it."""
    if not payloads:
        return sha256(b"").digest()
    if len(payloads) == 1:
        return sha256(b"\x00" + payloads[0]).digest()
    split = 1
    while split * 2 < len(payloads):
        split *= 2
    return sha256(b"\x01" + reference_root(payloads[:split]) + reference_root(payloads[split:])).digest()


def leaves_of(payloads: list[bytes]) -> list[bytes]:
    return [merkle.leaf_hash(payload) for payload in payloads]


def flip_bit(value: bytes, bit: int) -> bytes:
    position = bit % (len(value) * 8)
    changed = bytearray(value)
    changed[position // 8] ^= 1 << position % 8
    return bytes(changed)


# The leaves and roots of Certificate Transparency's own reference test.
CT_PAYLOADS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", CT_ROOTS)
def test_the_roots_of_certificate_transparency_are_reproduced(size):
    """The published test tree has the same roots here."""
    assert merkle.tree_root(leaves_of(CT_PAYLOADS[:size])).hex() == CT_ROOTS[size]


@given(payloads=st.lists(st.binary(max_size=8), max_size=70), cut=st.integers(0, 70))
def test_appending_in_two_batches_gives_the_root_of_the_whole(payloads, cut):
    """A frontier stored after one batch and extended by the next has the RFC's root."""
    leaves = leaves_of(payloads)
    first = merkle.Frontier().extended(leaves[:cut])
    stored = merkle.Frontier.from_bytes(size=first.size, joined=first.to_bytes())
    whole = stored.extended(leaves[cut:])
    assert (whole.size, whole.root) == (len(payloads), reference_root(payloads))


@given(payloads=PAYLOADS, data=st.data())
def test_every_leaf_is_proved_included_and_no_flipped_bit_is(payloads, data):
    """An inclusion proof verifies; one bit off in leaf, path, root or place and it does not."""
    leaves, root = leaves_of(payloads), reference_root(payloads)
    size = len(leaves)
    index, bit = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0))
    proof = merkle.inclusion_proof(index=index, leaf_hashes=leaves)
    leaf = leaves[index]

    def holds(leaf=leaf, index=index, size=size, proof=proof, root=root):
        return merkle.is_included(leaf=leaf, index=index, size=size, proof=proof, root=root)

    assert holds()
    assert not holds(leaf=flip_bit(leaf, bit))
    assert not holds(root=flip_bit(root, bit))
    assert not holds(proof=(*proof, leaf))
    for place in range(len(proof)):
        assert not holds(proof=(*proof[:place], flip_bit(proof[place], bit), *proof[place + 1 :]))
        assert not holds(proof=(*proof[:place], *proof[place + 1 :]))
    for other in set(range(size)) - {index}:
        assert holds(index=other) == (leaves[other] == leaf and _same_path(leaves, other, proof))


def _same_path(leaves, index, proof):
    """Equal payloads can make two places indistinguishable; then both proofs are true."""
    return merkle.inclusion_proof(index=index, leaf_hashes=leaves) == proof


@given(payloads=PAYLOADS, data=st.data())
def test_every_growth_is_proved_consistent_and_no_flipped_bit_is(payloads, data):
    """A consistency proof verifies; one bit off in either root or the path and it does not."""
    leaves = leaves_of(payloads)
    old_size, bit = data.draw(st.integers(1, len(leaves))), data.draw(st.integers(0))
    old_root, new_root = reference_root(payloads[:old_size]), reference_root(payloads)
    proof = merkle.consistency_proof(old_size=old_size, leaf_hashes=leaves)

    def holds(old_root=old_root, new_root=new_root, proof=proof):
        return merkle.is_consistent(
            old_size=old_size, old_root=old_root, new_size=len(leaves), new_root=new_root, proof=proof
        )

    assert holds()
    assert not holds(old_root=flip_bit(old_root, bit))
    assert not holds(new_root=flip_bit(new_root, bit))
    assert not holds(proof=(*proof, old_root))
    for place in range(len(proof)):
        assert not holds(proof=(*proof[:place], flip_bit(proof[place], bit), *proof[place + 1 :]))
        assert not holds(proof=(*proof[:place], *proof[place + 1 :]))


@given(payloads=PAYLOADS, data=st.data())
def test_a_rewritten_history_cannot_be_proved_consistent(payloads, data):
    """When an old entry is changed, the proof from the changed tree does not reach the old root."""
    place = data.draw(st.integers(0, len(payloads) - 1))
    old_size = data.draw(st.integers(place + 1, len(payloads)))
    changed = [*payloads[:place], payloads[place] + b"!", *payloads[place + 1 :]]
    proof = merkle.consistency_proof(old_size=old_size, leaf_hashes=leaves_of(changed))
    assert not merkle.is_consistent(
        old_size=old_size,
        old_root=reference_root(payloads[:old_size]),
        new_size=len(changed),
        new_root=reference_root(changed),
        proof=proof,
    )


def test_the_empty_tree_grows_into_any_tree_by_an_empty_proof():
    """Of the empty tree there is nothing to prove, except that it was empty."""
    root = reference_root([b"a"])
    assert merkle.consistency_proof(old_size=0, leaf_hashes=leaves_of([b"a"])) == ()

    def holds(old_root=merkle.EMPTY_ROOT, new_size=1, new_root=root, proof=()):
        return merkle.is_consistent(old_size=0, old_root=old_root, new_size=new_size, new_root=new_root, proof=proof)

    assert holds()
    assert holds(new_size=0, new_root=merkle.EMPTY_ROOT)
    assert not holds(new_size=0)
    assert not holds(old_root=root)
    assert not holds(proof=(root,))


@pytest.mark.parametrize(("old_size", "new_size"), [(-1, 2), (3, 2)])
def test_sizes_in_the_wrong_order_are_never_consistent(old_size, new_size):
    """A log cannot shrink."""
    root = reference_root([b"a", b"b"])
    assert not merkle.is_consistent(old_size=old_size, old_root=root, new_size=new_size, new_root=root, proof=())


def test_a_hash_of_the_wrong_length_is_never_accepted():
    """A short root or sibling fails before anything is computed from it."""
    root = reference_root([b"a"])
    assert not merkle.is_included(leaf=root, index=0, size=1, proof=(), root=root[:-1])
    assert not merkle.is_consistent(old_size=1, old_root=root, new_size=2, new_root=root, proof=(root[:-1],))


@pytest.mark.parametrize(("old_size", "new_size"), [(1, 2), (2, 3), (3, 7), (4, 8), (5, 6), (6, 8)])
def test_a_proof_longer_than_the_tree_is_high_is_refused(old_size, new_size):
    """Nothing may follow the node that completes the root."""
    payloads = [bytes([number]) for number in range(new_size)]
    leaves, root = leaves_of(payloads), reference_root(payloads)
    path = merkle.inclusion_proof(index=old_size, leaf_hashes=leaves)
    growth = merkle.consistency_proof(old_size=old_size, leaf_hashes=leaves)
    old_root = reference_root(payloads[:old_size])
    for extra in ((), (root,)):
        assert merkle.is_included(
            leaf=leaves[old_size], index=old_size, size=new_size, proof=(*path, *extra), root=root
        ) == (not extra)
        assert merkle.is_consistent(
            old_size=old_size, old_root=old_root, new_size=new_size, new_root=root, proof=(*growth, *extra)
        ) == (not extra)
        # A missing proof is not an empty one.
        assert not merkle.is_consistent(
            old_size=old_size, old_root=old_root, new_size=new_size, new_root=root, proof=extra
        )


@pytest.mark.parametrize("index", [-1, 2])
def test_a_leaf_outside_the_tree_has_no_proof(index):
    """The refusal names the size of the tree."""
    leaves = leaves_of([b"a", b"b"])
    with pytest.raises(ValueError, match="a tree of size 2 has no leaf"):
        merkle.inclusion_proof(index=index, leaf_hashes=leaves)
    assert not merkle.is_included(leaf=leaves[0], index=index, size=2, proof=(), root=leaves[0])


@pytest.mark.parametrize("old_size", [-1, 3])
def test_a_size_the_tree_never_had_has_no_consistency_proof(old_size):
    """The refusal names the size of the tree."""
    with pytest.raises(ValueError, match="a tree of size 2 has no earlier state"):
        merkle.consistency_proof(old_size=old_size, leaf_hashes=leaves_of([b"a", b"b"]))


@pytest.mark.parametrize(
    ("size", "joined", "reason"),
    [
        (3, b"\0" * 32, "1 subtree roots do not make a tree of size 3"),
        (-1, b"\0" * 32, "do not make a tree of size -1"),
        (1, b"\0" * 31, "not 32 bytes long"),
    ],
)
def test_a_damaged_frontier_is_refused(size, joined, reason):
    """What was stored must be exactly the subtree roots of its size."""
    with pytest.raises(ValueError, match=reason):
        merkle.Frontier.from_bytes(size=size, joined=joined)
