"""The program ``bookingopt-api``: answers requests until it is told to stop."""

from __future__ import annotations

import uvicorn

from bookingopt_api.app import create_app
from bookingopt_api.logs import configure_logs, log_trouble
from bookingopt_api.settings import load_settings
from bookingopt_worker.jobs import StoreError


def main() -> None:
    """Read the settings and answer requests."""
    settings = load_settings()
    configure_logs(settings.log_level)
    if not settings.is_authentication_on:
        log_trouble("AUTHENTICATION IS OFF: whoever can reach this address is let in", host=settings.api_host)
    try:
        app = create_app(settings)
    except (StoreError, ValueError, OSError) as error:
        raise SystemExit(f"bookingopt-api: {error}") from None
    uvicorn.run(
        app,
        host=settings.api_host,
        port=settings.api_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=round(settings.api_drain),
    )


if __name__ == "__main__":
    main()
