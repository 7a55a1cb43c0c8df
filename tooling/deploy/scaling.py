"""The number of worker containers, by the length of the queue."""

from tooling.deploy.site import Site

JOBS_PER_WORKER = 5
"""Waiting jobs per container, which does two at once; a small hotel takes a second or two."""

# The API reports the ledger's metrics as workers do, and runs even without workers. The request is made
# inside the container, because the port is not published.
_METRICS = (
    "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8000/metrics', timeout=8).read().decode())"
)
_OPEN = 'bookingopt_jobs_open{{state="{state}"}}'


def workers_for(queued: int, now: int, least: int, most: int, *, per_worker: int = JOBS_PER_WORKER) -> int:
    """Return how many worker containers there should be.

    The number grows at once to what the queue needs. It shrinks by one, and only when no job waits, so that a
    varying queue does not start and stop containers all the time.

    Parameters
    ----------
    queued
        Jobs that wait.
    now
        Containers that run.
    least, most
        Bounds.
    per_worker
        Waiting jobs per container.
    """
    needed = -(-queued // per_worker)
    wanted = max(now, needed) if queued else now - 1
    return min(max(wanted, least), most)


def count_jobs(metrics: str, state: str) -> int:
    """Return how many jobs are ``queued`` or ``running``, from the metrics of the API.

    Raises
    ------
    SystemExit
        If the metrics do not contain it, because the API cannot reach the ledger.
    """
    for line in metrics.splitlines():
        if line.startswith(_OPEN.format(state=state)):
            return int(float(line.rpartition(" ")[2]))
    raise SystemExit("the API does not report how many jobs wait: is Redis up? ./run invoke status.prod")


def ask_queued(site: Site, color: str) -> int:
    """Return how many jobs wait on the host of a stage."""
    return count_jobs(_metrics(site, color), "queued")


def ask_open(site: Site, color: str) -> int:
    """Return how many jobs wait or run on the host of a stage."""
    metrics = _metrics(site, color)
    return count_jobs(metrics, "queued") + count_jobs(metrics, "running")


def _metrics(site: Site, color: str) -> str:
    command = f'docker exec {site.container(color, "api")} python3 -c "{_METRICS}"'
    nothing = "\n".join(f"{_OPEN.format(state=state)} 0" for state in ("queued", "running"))
    return site.host.ask(command, assumed=nothing)
