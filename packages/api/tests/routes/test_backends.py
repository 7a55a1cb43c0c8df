import pytest
from fastapi.testclient import TestClient


@pytest.mark.usefixtures("desk_here")
def test_the_backends_are_listed_best_first(client: TestClient) -> None:
    told = client.get("/api/v1/backends").json()
    names = [backend["name"] for backend in told["backends"]]
    assert (names[:2], names[-1]) == (["cvxpy", "highs"], "greedy")
    highs = told["backends"][1]
    assert (highs["availability"], highs["origin"]) == ("available", None)
    assert "proves_optimality" in highs["capabilities"]
    assert isinstance(told["faults"], list)
