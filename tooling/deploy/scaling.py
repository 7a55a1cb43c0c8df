"""How many worker containers there should be, by the length of the queue."""

from tooling.deploy.site import Site

JOBS_PER_WORKER = 5
"""Jobs that may wait for one container; it does two at once, a small hotel in a second or two."""

# The API tells of the ledger as a worker does, and is there where no worker is. Asked inside the container,
# because the port is not published.
_METRICS = (
    "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8000/metrics', timeout=8).read().decode())"
)
_QUEUED = 'bookingopt_jobs_open{state="queued"}'


def workers_for(queued: int, now: int, least: int, most: int, *, per_worker: int = JOBS_PER_WORKER) -> int:
    """Return how many worker containers there should be.

    Up at once, as far as the queue needs; down by one, and only when nothing waits: a queue that goes up
    and down does not start and stop containers all the time.

    Parameters
    ----------
    queued
        Jobs that wait.
    now
        Containers that run.
    least, most
        Bounds.
    per_worker
        Jobs that may wait for one container.
    """
    needed = -(-queued // per_worker)
    wanted = max(now, needed) if queued else now - 1
    return min(max(wanted, least), most)


def count_queued(metrics: str) -> int:
    """Return how many jobs wait, from what the API tells Prometheus.

    Raises
    ------
    SystemExit
        If it does not tell, because it cannot reach the ledger.
    """
    for line in metrics.splitlines():
        if line.startswith(_QUEUED):
            return int(float(line.rpartition(" ")[2]))
    raise SystemExit("the API does not tell how many jobs wait: is Redis up? ./run invoke status.prod")


def ask_queued(site: Site, color: str) -> int:
    """Return how many jobs wait on the host of a stage."""
    command = f'docker exec {site.container(color, "api")} python3 -c "{_METRICS}"'
    return count_queued(site.host.ask(command, assumed=f"{_QUEUED} 0"))
