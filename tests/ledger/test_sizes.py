"""Trees of one size, and what is stored of a tree."""

from ledger.domain.merkle import Frontier, is_consistent, leaf_hash


def test_a_tree_is_consistent_with_itself_alone() -> None:
    """Without a proof, and only by the same root."""
    root, other = leaf_hash(b"a"), leaf_hash(b"b")
    assert is_consistent(old_size=1, old_root=root, new_size=1, new_root=root, proof=[])
    assert not is_consistent(old_size=1, old_root=root, new_size=1, new_root=other, proof=[])
    assert not is_consistent(old_size=1, old_root=root, new_size=1, new_root=root, proof=[other])


def test_what_is_stored_of_a_tree_is_its_subtrees_joined() -> None:
    """Three leaves are a pair and one: two hashes, the larger subtree first."""
    grown = Frontier().extended([leaf_hash(sign) for sign in (b"a", b"b", b"c")])
    assert (len(grown.to_bytes()), grown.to_bytes()[32:]) == (64, leaf_hash(b"c"))
