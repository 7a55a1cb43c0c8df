import re

import pytest
from fastapi.testclient import TestClient

from bookingopt_api.console.rendering import STATIC


@pytest.mark.parametrize("name", sorted(path.name for path in STATIC.iterdir()))
def test_every_static_file_is_served_as_it_is(client: TestClient, name: str) -> None:
    answer = client.get(f"/static/{name}")
    assert answer.status_code == 200
    assert answer.content == (STATIC / name).read_bytes()
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "public, no-cache"


def test_what_a_page_links_to_may_be_kept_for_good(client: TestClient) -> None:
    links = re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get("/").text)
    assert len(links) > 3
    for link in links:
        assert "immutable" in client.get(link).headers["cache-control"], link


@pytest.mark.parametrize("name", ["no.css", "..%2frendering.py", "%2e%2e%2frendering.py"])
def test_nothing_else_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_scripts_import_what_is_there() -> None:
    for path in STATIC.glob("*.js"):
        for name in re.findall(r'from "\./([^"]+)"', path.read_text()):
            assert (STATIC / name).is_file(), (path.name, name)
