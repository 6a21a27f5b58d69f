"""/healthz says that the process lives, /readyz that it can serve."""

import pytest

from config import health


def test_healthz_answers_without_touching_anything(client):
    """A database that is down must not get the process killed."""
    assert client.get("/healthz").json() == {"alive": True, "mode": "test"}


@pytest.mark.django_db
def test_readyz_names_what_it_checked(client):
    """Everything is there."""
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ready": True} | dict.fromkeys(health.CHECKS, True)


@pytest.mark.django_db
def test_readyz_says_what_is_missing(client, monkeypatch, caplog):
    """One part that is down makes the answer 503 and names the part."""

    def down() -> bool:
        raise ConnectionError("no broker")

    monkeypatch.setitem(health.CHECKS, "broker", down)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["broker"] is False
    assert response.json()["database"] is True
    assert "broker is not ready" in caplog.text
