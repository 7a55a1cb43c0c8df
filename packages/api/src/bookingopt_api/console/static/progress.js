// Follows a job by server-sent events; asks every two seconds where they do not come through.
const box = document.querySelector("#progress");
const stage = document.querySelector("#stage");
const percent = document.querySelector("#percent");
const figures = document.querySelector("#figures-now");
const job = `/api/v1/jobs/${encodeURIComponent(box.dataset.job)}`;
const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });

function show(state) {
  if (["completed", "failed", "cancelled"].includes(state.status)) {
    location.reload();
    return true;
  }
  stage.textContent = state.status === "queued" ? "Waiting for a worker" : (state.stage ?? "Starting");
  percent.value = state.percent ?? state.progress ?? 0;
  const known = [];
  if (typeof state.value === "number") known.push(`best plan so far ${number.format(state.value)} points`);
  if (typeof state.bound === "number") known.push(`proved bound ${number.format(state.bound)}`);
  if (typeof state.gap === "number") known.push(`gap ${number.format(100 * state.gap)} %`);
  figures.textContent = known.join(", ");
  return false;
}

async function poll() {
  try {
    const answer = await fetch(job, { headers: { Accept: "application/json" } });
    if (answer.ok && show(await answer.json())) return;
    if (answer.status === 404) { location.reload(); return; }
  } catch { /* the service may be back at the next try */ }
  setTimeout(poll, 2000);
}

const events = new EventSource(`${job}/events`);
events.addEventListener("progress", (event) => show(JSON.parse(event.data)));
for (const end of ["completed", "failed", "cancelled"]) {
  events.addEventListener(end, () => { events.close(); location.reload(); });
}
events.addEventListener("error", () => {
  if (events.readyState === EventSource.CLOSED) poll(); // otherwise the browser connects again by itself
});
