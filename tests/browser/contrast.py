"""Contrast of each text with whatever is behind it, stops of gradients included (WCAG 2, 1.4.3)."""

from __future__ import annotations

from playwright.sync_api import Page

LOWEST, LOWEST_LARGE = 4.5, 3.0

_FAINT = """([lowest, lowestLarge]) => {
  const SKIPPED = "script, noscript, option, .vh, svg, :disabled";
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  // Whatever notation a color is computed in, the canvas tells its channels.
  const channels = (color) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (upper, lower) =>
    upper.slice(0, 3).map((part, at) => part * upper[3] + lower[at] * (1 - upper[3]));
  const stopsIn = (image) => image.match(/(?:rgba?|color|oklab)\\([^()]*\\)/g) ?? [];
  const luminance = (color) => color
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const ratio = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  // Every color that may be behind an element: its own, and each stop of its gradient, over what is below.
  const behind = (element) => {
    if (!element) return [channels("Canvas").slice(0, 3)];
    const style = getComputedStyle(element);
    const column = element.tagName === "TD" && element.closest(".t") ? columnOf(element) : null;
    const layers = [style, ...(column ? [getComputedStyle(column)] : [])];
    let found = null;
    const seen = [];
    for (const layer of layers) {
      const own = channels(layer.backgroundColor);
      const stops = stopsIn(layer.backgroundImage).map(channels);
      seen.push({ own, stops });
      if (own[3] === 1) break;
    }
    found = seen.at(-1).own[3] === 1 ? [[0, 0, 0]] : behind(element.parentElement);
    for (const { own, stops } of seen.reverse()) {
      const base = found.map((below) => over(own, below));
      found = base.concat(stops.flatMap((stop) => base.map((below) => over(stop, below))));
    }
    return found;
  };
  const columnOf = (cell) => {
    const before = [...cell.parentElement.cells].slice(0, cell.cellIndex);
    let night = before.reduce((sum, one) => sum + one.colSpan, 0);
    for (const column of cell.closest("table").querySelectorAll("col")) {
      night -= column.span;
      if (night < 0) return column;
    }
    return null;
  };
  const known = new Map();
  const faint = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest(SKIPPED)) continue;
    // Of texts that look alike, a few will do.
    const kin = [element.parentElement, element.closest("td, th"), element.closest("section")];
    const signature = [element.tagName, element.className, ...kin.map((one) => one?.className)].join("|");
    if (known.get(signature) > 3) continue;
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    known.set(signature, (known.get(signature) ?? 0) + 1);
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    if (size === 0) continue;
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    for (const below of behind(element)) {
      const reached = ratio(over(channels(style.color), below), below);
      if (reached < (isLarge ? lowestLarge : lowest)) {
        const text = walker.currentNode.data.trim().slice(0, 20);
        const where = `${element.tagName}.${element.className} "${text}"`;
        faint.add(`${reached.toFixed(2)} ${where} ${style.color} on ${below.map(Math.round)}`);
      }
    }
  }
  return { faint: [...faint], looked: known.size };
}"""


def faint_texts(page: Page) -> list[str]:
    """Return the texts that stand out too little, each with the ratio it reaches."""
    found = page.evaluate(_FAINT, [LOWEST, LOWEST_LARGE])
    assert found["looked"] > 0
    return list(found["faint"])
