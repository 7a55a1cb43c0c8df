// Follows a job by server-sent events; asks every two seconds where they do not come through.
import { hasEnded, sayEnd, standing } from "./standing.js";

const ASK_MS = 2000;
const box = document.querySelector("#progress");
const stage = document.querySelector("#stage");
const percent = document.querySelector("#percent");
const share = document.querySelector("#share");
const figures = document.querySelector("#figures-now");
const job = box.dataset.job;
const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });

function show(state) {
  stage.textContent = state.status === "queued" ? "Waiting for a worker" : (state.stage ?? "Starting");
  percent.value = state.percent ?? state.progress ?? 0;
  share.textContent = `${percent.value} %`;
  const known = [];
  if (typeof state.value === "number") known.push(`best plan so far ${number.format(state.value)} points`);
  if (typeof state.bound === "number") known.push(`proved bound ${number.format(state.bound)}`);
  if (typeof state.gap === "number") known.push(`at most ${number.format(Math.max(0, Math.ceil(state.gap * 1e4 - 1e-8)) / 100)} % above the best`);
  figures.textContent = known.join(", ");
}

async function poll() {
  const state = await standing(job);
  if (state === "gone" || state === "over") sayEnd(box, state);
  else if (state && hasEnded(state)) location.reload();
  else {
    if (state) show(state);
    setTimeout(poll, ASK_MS);
  }
}

const events = new EventSource(`/api/v1/jobs/${encodeURIComponent(job)}/events`);
events.addEventListener("progress", (event) => show(JSON.parse(event.data)));
for (const end of ["completed", "failed", "cancelled"]) {
  events.addEventListener(end, () => { events.close(); location.reload(); });
}
events.addEventListener("gone", () => { events.close(); sayEnd(box, "gone"); });
events.addEventListener("error", () => {
  if (events.readyState === EventSource.CLOSED) poll(); // otherwise the browser connects again by itself
});
