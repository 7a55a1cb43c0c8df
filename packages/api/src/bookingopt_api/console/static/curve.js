// Shows the new points as soon as one of the jobs that work them out has ended.
const LOOK_MS = 1500;
const waiting = document.querySelector("#waiting");
const jobs = waiting.dataset.jobs.trim().split(" ");

async function hasEnded(job) {
  const answer = await fetch(`/api/v1/jobs/${encodeURIComponent(job)}`, { headers: { Accept: "application/json" } });
  if (answer.status === 404) return true;
  return answer.ok && ["completed", "failed", "cancelled"].includes((await answer.json()).status);
}

async function look() {
  try {
    if (await hasEnded(jobs[0])) {
      location.reload();
      return;
    }
  } catch { /* the service may be back at the next try */ }
  setTimeout(look, LOOK_MS);
}

jobs.reverse(); // the oldest one ends first
setTimeout(look, LOOK_MS);
