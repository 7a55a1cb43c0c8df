"""The worker without its sweep: what it loses shows what the sweep is good for."""

from bookingopt_worker.consumer import serve
from bookingopt_worker.settings import load_settings
from job_ledger.logging import configure_logs

if __name__ == "__main__":
    settings = load_settings()
    configure_logs(settings.log_level)
    serve(settings, is_sweeping=False)
