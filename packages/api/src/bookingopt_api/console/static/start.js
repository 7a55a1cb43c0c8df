// Dropping files anywhere on a form chooses them; what is chosen is checked before it is sent.
import { writeDates } from "./dates.js";

const WAIT_MS = 300; // so that a number is typed to its end

/** Put dropped files where they belong: by their names where two lists are wanted, else in order. */
function choose(form, files) {
  const inputs = [...form.querySelectorAll('input[type="file"][required]')];
  const left = [...files].slice(0, inputs.length);
  if (inputs.length === 2 && left.length > 0) {
    const isRooms = (file) => /room|zimmer|unit|resource|inventory/i.test(file.name);
    const isStays = (file) => /reservation|booking|stay|guest|arrival/i.test(file.name);
    if (isStays(left[0]) || (left[1] && isRooms(left[1]) && !isRooms(left[0]))) left.reverse();
    if (left.length === 1 && isStays(left[0])) left.unshift(null);
  }
  inputs.forEach((input, at) => {
    if (!left[at]) return;
    const carrier = new DataTransfer();
    carrier.items.add(left[at]);
    input.files = carrier.files;
  });
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function startDropping(form) {
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => { event.preventDefault(); form.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) choose(form, event.dataTransfer.files);
  });
}

function startChecking(form) {
  const findings = form.querySelector(".findings");
  const button = form.querySelector("button");
  const files = [...form.querySelectorAll('input[type="file"][required]')];
  let asked = 0;
  let timer;

  async function check() {
    const mine = ++asked;
    button.disabled = false; // it is checked again when it is sent
    if (!files.every((input) => input.files.length)) { findings.replaceChildren(); return; }
    findings.textContent = "Checking …";
    let text = "";
    let isRight = false;
    try {
      const answer = await fetch("/new/check", { method: "POST", body: new FormData(form) });
      const isOurs = answer.headers.get("X-Part") === "findings";
      text = isOurs ? await answer.text() : "";
      isRight = !isOurs || answer.ok;
    } catch { isRight = true; }
    if (mine !== asked) return; // other files have been chosen meanwhile
    if (text) findings.innerHTML = text;
    else findings.textContent = "It could not be checked now; it is checked when you send it.";
    writeDates(findings);
    button.disabled = !isRight;
  }

  form.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(check, WAIT_MS);
  });
  check(); // a browser may remember what was chosen
}

for (const form of document.querySelectorAll("form.drop")) {
  startDropping(form);
  startChecking(form);
}
