"""The worker whose Redis is killed within a claim: after the question was sent, before the answer came.

Arguments: share of claims that this happens to; seed; whether the sweep is on.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from contextlib import suppress
from typing import Any

from redis.exceptions import RedisError

from bookingopt_worker.consumer import serve
from bookingopt_worker.settings import load_settings
from job_ledger import StoreUnavailable
from job_ledger.logging import configure_logs
from job_ledger.redis_store import RedisJobStore

LONGEST_PAUSE_SECONDS = 0.004


def main(share: float, seed: int, *, is_sweeping: bool) -> None:
    """Take jobs; kill the server now and then."""
    draw = random.Random(seed)
    run = RedisJobStore._run

    def run_or_kill(store: RedisJobStore, script: str, *arguments: Any) -> Any:
        if script != "claim" or draw.random() >= share:
            return run(store, script, *arguments)
        with suppress(RedisError):
            number = int(store._client.info("server")["process_id"])
            pool = store._client.connection_pool
            connection: Any = pool.get_connection()
            told = (store._prefix, store._rules_json, *arguments)
            connection.send_command("EVALSHA", store._scripts["claim"].sha, 1, *told)
            time.sleep(draw.uniform(0.0, LONGEST_PAUSE_SECONDS))
            os.kill(number, signal.SIGKILL)
            connection.disconnect()
            pool.release(connection)
            print('{"event": "killed within a claim"}', flush=True)  # noqa: T201
        raise StoreUnavailable("killed within a claim")

    setattr(RedisJobStore, "_run", run_or_kill)  # noqa: B010 - a type checker knows better
    settings = load_settings()
    configure_logs(settings.log_level)
    serve(settings, is_sweeping=is_sweeping)


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]), is_sweeping=sys.argv[3] == "sweeping")
