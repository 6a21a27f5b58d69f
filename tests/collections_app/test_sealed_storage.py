"""Files that hold personal data: sealed on disk, whole or not at all."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from collections_app.domain.crypto import CannotOpenError
from collections_app.models.fields import key_ring
from collections_app.models.storage import BLOCK_BYTES, EncryptedFileSystemStorage


@pytest.fixture
def storage(tmp_path: Path) -> EncryptedFileSystemStorage:
    return EncryptedFileSystemStorage(location=tmp_path)


@pytest.mark.parametrize("size", [0, 1, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES])
def test_what_is_saved_is_what_is_read_and_read_again(storage: EncryptedFileSystemStorage, size: int) -> None:
    """Files of every length come back, twice over the same handle."""
    content = os.urandom(size)
    name = storage.save("a/b.bin", ContentFile(content))

    with storage.open(name) as file:
        assert file.read() == content
        file.seek(0)
        assert file.read() == content


def test_nothing_of_the_content_is_on_disk(storage: EncryptedFileSystemStorage, tmp_path: Path) -> None:
    """Equal files are not even seen to be equal."""
    first, second = (storage.save("x", ContentFile(b"customer_no,name" * 100)) for _ in range(2))

    assert b"customer_no" not in (tmp_path / first).read_bytes()
    assert (tmp_path / first).read_bytes()[80:] != (tmp_path / second).read_bytes()[80:]


@pytest.mark.parametrize("damage", ["cut a block", "cut a byte", "change a byte", "swap the blocks"])
def test_a_changed_file_does_not_open(storage: EncryptedFileSystemStorage, tmp_path: Path, damage: str) -> None:
    """Bytes changed, moved or missing are noticed before they are believed."""
    name = storage.save("x", ContentFile(os.urandom(2 * BLOCK_BYTES)))
    path = tmp_path / name
    raw = path.read_bytes()
    head, block = len(raw) - 2 * (BLOCK_BYTES + 16), BLOCK_BYTES + 16
    path.write_bytes(
        {
            "cut a block": raw[:-block],
            "cut a byte": raw[:-1],
            "change a byte": raw[:-1] + bytes([raw[-1] ^ 1]),
            "swap the blocks": raw[:head] + raw[head + block :] + raw[head : head + block],
        }[damage]
    )

    with pytest.raises(CannotOpenError), storage.open(name) as file:
        file.read()


def test_a_sealed_file_has_no_address(storage: EncryptedFileSystemStorage) -> None:
    """Nothing serves it past the view that checks who asks."""
    with pytest.raises(ValueError, match="no address"):
        storage.url("x")


OLD, NEW = {"k1": "01" * 32}, {"k2": "02" * 32}


UseKeys = Callable[[dict[str, str]], None]


@pytest.fixture
def use_keys(settings: LazySettings) -> Iterator[UseKeys]:
    """Start anew with these keys, the first of which seals; the usual ones come back afterwards."""

    def use(keys: dict[str, str]) -> None:
        settings.FIELD_KEYS, settings.FIELD_KEY_CURRENT = keys, next(iter(keys))
        key_ring.cache_clear()

    yield use
    key_ring.cache_clear()


def test_a_new_key_seals_what_comes_and_the_old_one_still_opens_what_is_there(
    storage: EncryptedFileSystemStorage, tmp_path: Path, use_keys: UseKeys
) -> None:
    """A rotation as docs/operations.md tells it: the new key in front, the old one behind it."""
    use_keys(OLD)
    before = storage.save("before", ContentFile(b"before"))
    use_keys(NEW | OLD)
    after = storage.save("after", ContentFile(b"after"))

    assert (storage.open(before).read(), storage.open(after).read()) == (b"before", b"after")
    assert b"k1" in (tmp_path / before).read_bytes()[:64]
    assert b"k2" in (tmp_path / after).read_bytes()[:64]


def test_a_file_whose_key_is_missing_says_which_one(storage: EncryptedFileSystemStorage, use_keys: UseKeys) -> None:
    """Whoever took the old key away too early reads what to put back."""
    use_keys(OLD)
    name = storage.save("before", ContentFile(b"before"))
    use_keys(NEW)

    with pytest.raises(CannotOpenError, match="the key k1, which ONECASE_FIELD_KEYS does not name"):
        storage.open(name)


def test_a_key_of_the_same_name_but_another_content_opens_nothing(
    storage: EncryptedFileSystemStorage, use_keys: UseKeys
) -> None:
    """A key put back wrongly is refused, not read as nonsense."""
    use_keys(OLD)
    name = storage.save("before", ContentFile(b"before"))
    use_keys({"k1": "03" * 32})

    with pytest.raises(CannotOpenError), storage.open(name) as file:
        file.read()


@pytest.mark.parametrize("alias", ["default", "sealed"])
def test_no_storage_of_documents_keeps_them_in_the_open(alias: str) -> None:
    """Whoever forgets to name the sealed one gets it all the same."""
    assert isinstance(storages[alias], EncryptedFileSystemStorage)
