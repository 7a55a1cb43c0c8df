// Shows the new points as soon as one of the jobs that work them out has ended.
import { hasEnded, sayEnd, standing } from "./standing.js";

const LOOK_MS = 1500;
const waiting = document.querySelector("#waiting");

async function look() {
  const lines = [...waiting.querySelectorAll("li[data-job]")];
  const states = await Promise.all(lines.map((line) => standing(line.dataset.job)));
  if (states.includes("over")) {
    sayEnd(waiting, "over");
    return;
  }
  if (states.some((state) => state && state !== "gone" && hasEnded(state))) {
    location.reload();
    return;
  }
  states.forEach((state, at) => {
    const share = lines[at].querySelector(".share");
    if (state === "gone") {
      share.textContent = ", erased";
      delete lines[at].dataset.job; // nothing more is to be learned of it
    } else if (state) share.textContent = `, ${state.progress} %`;
  });
  if (states.some((state) => state !== "gone")) setTimeout(look, LOOK_MS);
}

setTimeout(look, LOOK_MS);
