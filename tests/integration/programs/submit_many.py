"""Runs in the API's container: submits a document for many users, past nginx and its limits."""

import json
import sys
import urllib.request

told = json.load(sys.stdin)
answers = []
for number in range(told["jobs"]):
    user = f"{told.get('name', 'user')} {number // told['jobs_each']}"
    headers = {"Content-Type": "application/json", "X-User-ID": user}
    if "keys" in told:  # where nobody is let in by a name
        headers["X-API-Key"] = told["keys"][number // told["jobs_each"]]
    url = "http://127.0.0.1:8000/api/v1/optimize" + told.get("query", "")
    request = urllib.request.Request(url, told["document"].encode(), headers)
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - the same
        answers.append([headers["X-User-ID"], json.load(answer)["job_id"]])
print(json.dumps(answers))  # noqa: T201 - this is its answer
