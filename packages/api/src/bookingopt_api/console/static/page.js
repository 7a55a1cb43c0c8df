// What every page has: dates in the reader's locale, the switch of the theme, printing, forms that are sent once.
import { writeDates } from "./dates.js";

function startTheme() {
  const button = document.querySelector("#theme");
  const root = document.documentElement;
  const isDark = () =>
    (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const show = () => {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", isDark() ? "Use light colors" : "Use dark colors");
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
    show();
  });
  show();
}

function startPrinting() {
  for (const button of document.querySelectorAll("button.print")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

/** A page that was left and come back to may ask for the same anew: its forms get other tokens. */
function startForms() {
  addEventListener("pageshow", (event) => {
    if (!event.persisted && performance.getEntriesByType("navigation")[0]?.type !== "back_forward") return;
    for (const field of document.querySelectorAll("input[name='once']")) {
      field.value = Array.from(crypto.getRandomValues(new Uint8Array(11)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    }
  });
}

/** What is wider than the screen must be reachable by the keys that scroll. */
function startWideTables() {
  for (const frame of document.querySelectorAll(".wide")) {
    if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
  }
}

startTheme();
startPrinting();
startForms();
startWideTables();
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
writeDates();
