"""Files that hold personal data: sealed on disk, whole or not at all."""

import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from collections_app.domain.crypto import CannotOpenError
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
