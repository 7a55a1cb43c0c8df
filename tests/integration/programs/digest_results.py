"""Runs in the API's container: tells the SHA-256 of the result of each job, None where there is none."""

import hashlib
import json
import sys
import urllib.error
import urllib.request

told = json.load(sys.stdin)
digests: dict[str, str | None] = {}
for user, job_id in told["jobs"]:
    url = f"http://127.0.0.1:8000/api/v1/jobs/{job_id}/result"
    request = urllib.request.Request(url, headers={"X-User-ID": user})
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - the address is ours
            digests[job_id] = hashlib.sha256(answer.read()).hexdigest()
    except urllib.error.HTTPError:
        digests[job_id] = None
print(json.dumps(digests))  # noqa: T201 - this is its answer
