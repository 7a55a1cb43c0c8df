// Where a job stands, and what a page says once nothing more can be learned of it.

const ENDS = ["completed", "failed", "cancelled"];

export const hasEnded = (state) => ENDS.includes(state.status);

/** Return where a job stands, or that it is "gone" or the session "over"; null where it cannot be told now. */
export async function standing(job) {
  try {
    const answer = await fetch(`/api/v1/jobs/${encodeURIComponent(job)}`, { headers: { Accept: "application/json" } });
    if (answer.status === 401) return "over";
    if (answer.status === 404) return "gone";
    return answer.ok ? await answer.json() : null;
  } catch {
    return null; // the service may be back at the next try
  }
}

function link(href, text) {
  const made = document.createElement("a");
  made.href = href;
  made.textContent = text;
  return made;
}

/** Say in a box why nothing more will come, and the way on. */
export function sayEnd(box, end) {
  const heading = document.createElement("h2");
  const way = document.createElement("p");
  if (end === "over") {
    heading.textContent = "Your session has ended";
    way.append(link(`/sign-in?next=${encodeURIComponent(location.pathname)}`, "Sign in"), " to see how the plan stands; it is worked out all the same.");
  } else {
    heading.textContent = "The plan was erased";
    way.append("Nothing of it is kept. ", link("/", "Make a new plan"), ".");
  }
  box.setAttribute("role", "alert");
  box.classList.add("bad");
  box.replaceChildren(heading, way);
}
