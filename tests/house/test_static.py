"""Static files come whole, with their type, from memory or from where they are."""


def test_a_static_file_is_served_with_its_type(client):
    """Not as a stream, which Django would warn of under ASGI."""
    response = client.get("/static/core/admin.css")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/css")
    assert not response.streaming
    assert len(response.content) == int(response["Content-Length"])


def test_an_unchanged_static_file_is_not_sent_again(client):
    """The browser asks with what it has."""
    first = client.get("/static/core/admin.css")
    again = client.get("/static/core/admin.css", headers={"If-Modified-Since": first["Last-Modified"]})
    assert (again.status_code, again.content) == (304, b"")


def test_part_of_a_static_file_can_be_asked_for(client):
    """Ranges are answered with just that."""
    response = client.get("/static/core/admin.css", headers={"Range": "bytes=0-9"})
    assert (response.status_code, len(response.content)) == (206, 10)


def test_nothing_outside_the_static_files_is_served(client):
    """Not by climbing out of the directory either."""
    for path in ("/static/../config/settings.py", "/static/%2e%2e/manage.py", "/static/no-such-file.css"):
        assert client.get(path).status_code == 404
