"""Runs in the API's container: submits a document until it is refused, and tells how."""

import json
import sys
import urllib.error
import urllib.request

told = json.load(sys.stdin)
jobs: list[list[str]] = []
refusal = None
while refusal is None and len(jobs) < told["most"]:
    headers = {"Content-Type": "application/json", "X-User-ID": f"guest {len(jobs)}"}
    url = "http://127.0.0.1:8000/api/v1/optimize"
    request = urllib.request.Request(url, told["document"].encode(), headers)
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - the same
            jobs.append([headers["X-User-ID"], json.load(answer)["job_id"]])
    except urllib.error.HTTPError as error:
        retry_after = error.headers["Retry-After"]
        refusal = {"status": error.code, "retry_after": retry_after, "error": json.load(error)["error"]}
print(json.dumps({"jobs": jobs, "refusal": refusal}))  # noqa: T201 - this is its answer
