// The tape chart: a card for each stay, and the arrow keys. Without this script the titles tell the same.
import { withDates, written } from "./dates.js";

const tape = document.querySelector("#tape");
const scroller = tape.querySelector(".scroller");
const card = tape.querySelector("#card");
let cards = null;
let current = null; // the one cell that Tab reaches
let described = null; // the cell whose card is shown
let pinned = null; // the same, because of focus or a tap

for (const table of tape.querySelectorAll(".piece table")) table.setAttribute("role", "grid");

const loading = !tape.dataset.cards ? Promise.resolve(cards = {}) : fetch(tape.dataset.cards, { headers: { Accept: "application/json" } })
  .then((answer) => (answer.ok ? answer.json() : {}))
  .catch(() => ({}))
  .then((found) => { cards = found; });

function line(list, name, value) {
  if (value === undefined) return;
  const term = document.createElement("dt");
  const meaning = document.createElement("dd");
  term.textContent = name;
  meaning.textContent = value;
  list.append(term, meaning);
}

function fill(stay, title) {
  card.replaceChildren();
  if (!stay) {
    card.textContent = title;
    return;
  }
  const heading = document.createElement("h3");
  heading.textContent = stay.name ?? "Stay";
  const list = document.createElement("dl");
  const nights = stay.nights === 1 ? "1 night" : `${stay.nights} nights`;
  line(list, "Nights", `${written(stay.arrival, "day")} – ${written(stay.departure, "day")}, ${nights}`);
  line(list, "Booked", stay.booked ?? "any type");
  if (stay.before !== undefined && stay.after !== undefined && stay.before !== stay.after) {
    line(list, "From room", stay.before);
    line(list, "To room", `${stay.after}, ${stay.type ?? ""}`);
  } else {
    line(list, "Room", stay.after ?? stay.before ?? "none");
  }
  if (stay.locked) line(list, "Locked", "stays in its room");
  line(list, "Group", stay.group);
  line(list, "Id", stay.id);
  card.append(heading, list);
  if (stay.why) {
    const why = document.createElement("p");
    why.className = "why";
    why.textContent = `It moves because ${withDates(stay.why)}.`;
    card.append(why);
  }
}

function place(cell) {
  const at = cell.getBoundingClientRect();
  const frame = scroller.getBoundingClientRect();
  const left = Math.max(at.left, frame.left) + 8;
  const below = at.bottom + 6;
  const fitsBelow = below + card.offsetHeight < innerHeight;
  card.style.left = `${Math.max(8, Math.min(left, innerWidth - card.offsetWidth - 8))}px`;
  card.style.top = `${Math.max(8, fitsBelow ? below : at.top - card.offsetHeight - 6)}px`;
}

async function show(cell) {
  if (cell.title) {
    cell.dataset.said = cell.title;
    cell.removeAttribute("title"); // or the browser shows a second card
  }
  fill(cards?.[cell.dataset.p], cell.dataset.said ?? "");
  card.hidden = false;
  described?.removeAttribute("aria-describedby");
  described = cell;
  cell.setAttribute("aria-describedby", "card");
  place(cell);
  if (cards === null) {
    await loading;
    if (!card.hidden && (pinned ?? cell) === cell) fill(cards[cell.dataset.p], cell.dataset.said ?? "");
  }
}

function hide() {
  card.hidden = true;
  described?.removeAttribute("aria-describedby");
  described = null;
}

function focusOn(cell) {
  current?.removeAttribute("tabindex");
  current = cell;
  cell.tabIndex = 0;
  cell.focus({ preventScroll: true });
  reveal(cell);
}

/** Scroll so that a cell is not under the sticky head or the room numbers. */
function reveal(cell) {
  const at = cell.getBoundingClientRect();
  const frame = scroller.getBoundingClientRect();
  const head = cell.closest(".type").querySelector(".head").getBoundingClientRect().height;
  const rooms = cell.parentElement.cells[0].getBoundingClientRect().width;
  if (at.left < frame.left + rooms) scroller.scrollLeft -= frame.left + rooms - at.left + 4;
  else if (at.right > frame.right) scroller.scrollLeft += Math.min(at.right - frame.right + 20, at.left - frame.left - rooms - 4);
  if (at.top < frame.top + head) scroller.scrollTop -= frame.top + head - at.top + 4;
  else if (at.bottom > frame.bottom - 16) scroller.scrollTop += at.bottom - frame.bottom + 20;
}

/** Return the first night a cell covers, counted from 0; cells span nights. */
function nightOf(cell) {
  let night = 0;
  for (let before = cell.previousElementSibling; before; before = before.previousElementSibling) {
    if (before.tagName === "TD") night += before.colSpan;
  }
  return night;
}

/** Return the chosen side; asking for what is visible would lay out all of it. */
function sideShown() {
  const chosen = tape.querySelector("[name='side']:checked");
  return (chosen && tape.querySelector(`.side.${chosen.id.replace("side-", "")}`)) ?? tape.querySelector(".side");
}

let rows = null; // those that can be reached, until another choice is made

function rowsShown() {
  const changed = tape.querySelector("#only-changed").checked ? ".x" : "";
  rows ??= [...sideShown().querySelectorAll(`.piece tbody tr${changed}`)];
  return rows;
}

function cellAt(row, night) {
  let reached = 0;
  for (const cell of row.cells) {
    if (cell.tagName !== "TD") continue;
    reached += cell.colSpan;
    if (reached > night) return cell;
  }
  return row.cells[row.cells.length - 1];
}

const isMarked = (cell) => cell?.tagName === "TD" && cell.className !== "";

function neighbor(cell, key) {
  const row = cell.parentElement;
  if (key === "ArrowRight" || key === "ArrowLeft") {
    let next = cell;
    do next = key === "ArrowRight" ? next.nextElementSibling : next.previousElementSibling;
    while (next && !isMarked(next));
    return next;
  }
  if (key === "Home") return [...row.cells].find(isMarked);
  if (key === "End") return [...row.cells].findLast(isMarked);
  const shown = rowsShown();
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[key];
  const target = shown[Math.max(0, Math.min(shown.length - 1, shown.indexOf(row) + step))];
  return target && cellAt(target, nightOf(cell));
}

tape.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    pinned = null;
    hide();
    return;
  }
  const cell = event.target.closest(".piece tbody td");
  if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
  if (!/^(Arrow|Page(Up|Down)|Home|End)/.test(event.key)) return;
  event.preventDefault();
  const next = neighbor(cell, event.key);
  if (next) focusOn(next);
});

tape.addEventListener("focusin", (event) => {
  const cell = event.target.closest(".piece tbody td");
  pinned = isMarked(cell) ? cell : null;
  if (pinned) show(pinned);
  else hide();
});
tape.addEventListener("focusout", () => { pinned = null; hide(); });

tape.addEventListener("pointerover", (event) => {
  const cell = event.target.closest(".piece tbody td");
  if (event.pointerType === "touch" || card.contains(event.target)) return;
  if (isMarked(cell)) show(cell);
  else if (!pinned) hide();
});
scroller.addEventListener("pointerleave", () => { if (!pinned) hide(); });
scroller.addEventListener("scroll", () => { if (pinned && !card.hidden) place(pinned); else hide(); }, { passive: true });

tape.addEventListener("click", (event) => {
  const cell = event.target.closest(".piece tbody td");
  if (isMarked(cell)) focusOn(cell);
  else if (cell) askHere(cell, event.clientX);
});

/** Free nights were clicked: take the night and the type over into the form below, where there is one. */
function askHere(cell, x) {
  const form = document.querySelector("#fit");
  if (!form) return;
  const at = cell.getBoundingClientRect();
  const night = nightOf(cell) + Math.min(cell.colSpan - 1, Math.floor(((x - at.left) / at.width) * cell.colSpan));
  const first = new Date(`${tape.dataset.start}T00:00:00Z`);
  first.setUTCDate(first.getUTCDate() + night);
  form.elements.arrival.value = first.toISOString().slice(0, 10);
  const type = cell.closest(".type").dataset.type;
  if ([...form.elements.room_type.options].some((option) => option.value === type)) form.elements.room_type.value = type;
  form.elements.nights.focus();
}

/** Tab enters the chart at its first stay, a new one before all others; without stays at its frame. */
function setEntry() {
  current?.removeAttribute("tabindex");
  const shown = rowsShown();
  const first = (kind) => shown.map((row) => row.querySelector(kind)).find(Boolean);
  current = first("td.n") ?? first("td.s") ?? scroller;
  scroller.removeAttribute("tabindex");
  current.tabIndex = 0;
}
tape.addEventListener("change", () => { rows = null; hide(); setEntry(); });
setEntry();

const today = tape.querySelector(".head th.to");
if (today) scroller.scrollLeft = Math.max(0, today.offsetLeft - scroller.clientWidth / 3);
