"""Whatever is sent to the forms and addresses of the page, the answer is no fault of the service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookingopt_api.app import ROUTERS, create_app
from bookingopt_api.console.pages import router as page_router
from bookingopt_api.enquiries import EnquiryDesk
from bookingopt_api.settings import ApiSettings
from job_ledger import Ending, JobOutcome, JobState, NewJob
from optimizer_core.run import run_json

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
FIELDS = (
    "key", "next", "name", "once", "curve_points", "hotel", "minimum_stay", "dates", "document", "rooms",
    "reservations",
)  # fmt: skip
PARAMETERS = (
    "arrival",
    "nights",
    "room_type",
    "changes",
    "request",
    "after",
    "profile",
    "v",
    "next",
    "limit",
    "point",
)
FORM = "application/x-www-form-urlencoded"
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "0" * 3 + "5" + "9" * 5000, "9" * 400, "-1", "1e400", "NaN", "\x00", "2027-05-01", "9999-12-31",
            "0001-01-01", "ten-rooms", "//evil.example", "\u2028", "\U0001f600" * 40,
        ]
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """What is sent with a request."""

    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@st.composite
def multipart(draw: st.DrawFn) -> Sent:
    """Return a form with files as browsers send it, perhaps with something broken."""
    parts = []
    for name in draw(st.lists(st.sampled_from(FIELDS), max_size=14)):
        value = draw(st.binary(max_size=40) | VALUES.map(lambda text: text.encode()))
        file_name = draw(st.none() | st.sampled_from(["a.json", "", "x" * 5000, "../a", "\u00e9.csv"]))
        shown = "" if file_name is None else f'; filename="{file_name}"'
        head = f'--x\r\nContent-Disposition: form-data; name="{name}"{shown}\r\n\r\n'
        parts.append(head.encode() + value + b"\r\n")
    content = b"".join(parts) + b"--x--\r\n"
    content = content[: draw(st.sampled_from([len(content), len(content) // 2, len(content) - 3]))]
    charset = draw(
        st.sampled_from(["", "; charset=utf-16", "; charset=undefined", "; charset=idna", "; charset=x"])
    )
    boundary = draw(st.sampled_from(["; boundary=x", "", "; boundary=y", "; boundary="]))
    return Sent(content, {"Content-Type": f"multipart/form-data{boundary}{charset}"})


@st.composite
def urlencoded(draw: st.DrawFn) -> Sent:
    """Return a form without files."""
    fields = draw(st.lists(st.tuples(st.sampled_from(FIELDS), VALUES), max_size=6))
    return Sent(urlencode(fields).encode(), {"Content-Type": FORM})


@st.composite
def anything(draw: st.DrawFn) -> Sent:
    """Return bytes that say they are a form, or something else."""
    kind = draw(st.sampled_from([FORM, "multipart/form-data; boundary=x", "application/json", "", "\x7f"]))
    return Sent(draw(st.binary(max_size=200)), {"Content-Type": kind} if kind else {})


@dataclass(frozen=True)
class Service:
    """A service with a finished job of the local user, or of one who has a key."""

    client: TestClient
    job_id: str
    asks_for_keys: bool


@pytest.fixture(params=["everybody", "keys"], scope="module")
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Return a service that asks for keys, and one that does not."""
    asks_for_keys = request.param == "keys"
    app = create_app(
        ApiSettings(
            data_dir=tmp_path_factory.mktemp("ledger"), fit_warm="off",
            authentication="on" if asks_for_keys else "off", max_queued_jobs_per_user=100_000,
            rate_submit="100000/second", rate_read="100000/second", rate_address="100000/second",
        )
    )  # fmt: skip
    document = (Path(__file__).parents[4] / "examples" / "ten-rooms.json").read_bytes()
    store = app.state.resources.store
    job_id = store.accept(NewJob("local", "ten rooms", document)).job.job_id
    outcome = JobOutcome(succeeded=True, reason="optimal", limit="none", backend="highs")
    store.finish(store.claim(job_id), Ending(JobState.COMPLETED, run_json(document), outcome))
    with pytest.MonkeyPatch.context() as patch:

        async def takes_longer(*_arguments: object, **_named: object) -> None:
            return None

        patch.setattr(EnquiryDesk, "answer", takes_longer)
        with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
            yield Service(client, job_id, asks_for_keys)


def _paths(*routers: object) -> list[tuple[str, str]]:
    return sorted(
        {
            (method, str(route.path))
            for router in routers
            # An application and a router have routes, but no type in common that says so.
            for route in iter_route_contexts(router.routes)  # type: ignore[attr-defined]
            for method in route.methods or ()
        }
    )


# Erasing the job would leave nothing to try; backends are asked of a process.
LEFT_OUT = {"/jobs/{job_id}/erase", "/api/v1/backends", "/api/v1/jobs/{job_id}/events"}
PAGES = [found for found in _paths(page_router) if found[1] not in LEFT_OUT]
ALL = [found for found in _paths(*ROUTERS) if found[1] not in LEFT_OUT and found[1] != "/metrics"]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), sent=st.one_of(multipart(), urlencoded(), anything()))
def test_no_form_and_no_address_makes_a_fault_of_ours(
    service: Service, data: st.DataObject, sent: Sent
) -> None:
    method, path = data.draw(st.sampled_from(ALL if service.asks_for_keys else PAGES))
    query = data.draw(st.dictionaries(st.sampled_from(PARAMETERS), VALUES, max_size=3))
    where = path.format(job_id=service.job_id, name="console.css", kind="busy", suffix="json")
    answer = service.client.request(
        method, f"{where}?{urlencode(query)}" if query else where, content=sent.content,
        headers=SAME_ORIGIN | sent.headers,
    )  # fmt: skip
    assert answer.status_code < 500, answer.text


MANY_FIELDS = urlencode([(f"f{number}", "a") for number in range(1100)]).encode()
PART = b'--x\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}


@pytest.mark.parametrize(
    ("path", "content", "headers"),
    [
        ("/sign-in", b"", {"Content-Type": "multipart/form-data"}),
        ("/sign-in", b"a", {"Content-Type": "multipart/form-data"}),
        ("/sign-in", PART % (b"a", b"b") * 1100 + b"--x--\r\n", MULTIPART),
        ("/sign-in", MANY_FIELDS, {"Content-Type": FORM}),
        ("/sign-in", b"key=" + b"a" * 2_000_000, {"Content-Type": FORM}),
        ("/new", b"a", {"Content-Type": "multipart/form-data"}),
        ("/new", PART % (b"a", b"b") * 13 + b"--x--\r\n", MULTIPART),
        ("/new", PART % (b"hotel", b"a" * 65_537) + b"--x--\r\n", MULTIPART),
        ("/new/check", PART % (b"minimum_stay", b"0005" + b"9" * 5000) + b"--x--\r\n", MULTIPART),
    ],
    ids=[
        "nothing", "no boundary", "many parts", "many fields", "long field", "upload without boundary",
        "upload of many fields", "upload with a long field", "long number",
    ],
)  # fmt: skip
def test_forms_that_cannot_be_read_are_refused(
    service: Service, path: str, content: bytes, headers: dict[str, str]
) -> None:
    answer = service.client.post(path, content=content, headers=SAME_ORIGIN | headers)
    assert answer.status_code in ({303, 413, 422} if service.asks_for_keys or "sign" in path else {413, 422})


def test_the_draw_reaches_every_path() -> None:
    """The paths are those of the application, and more than a few."""
    assert len(PAGES) >= 15
    assert len(ALL) > len(PAGES)
