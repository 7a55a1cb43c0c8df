// Dates in the reader's locale; without this script they are in ISO form, and weekdays in English.

const STYLES = {
  day: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
  short: { day: "numeric", month: "short" },
  month: { month: "short", year: "numeric" },
  moment: { dateStyle: "medium", timeStyle: "short" },
};
const writers = Object.fromEntries(
  Object.entries(STYLES).map(([style, options]) => {
    const zone = style === "moment" ? {} : { timeZone: "UTC" };
    return [style, new Intl.DateTimeFormat(undefined, { ...options, ...zone })];
  }),
);

const MONDAY = Date.UTC(2024, 0, 1);

/** Return the names of the weekdays from Monday on. */
function weekdayNames(weekday) {
  const writer = new Intl.DateTimeFormat(undefined, { weekday, timeZone: "UTC" });
  return Array.from({ length: 7 }, (_, day) => writer.format(new Date(MONDAY + day * 86_400_000)));
}

const shortNames = weekdayNames("short").map((name) => [...name].slice(0, 2).join(""));
/** Two letters each; where these would not tell the days apart, what the locale has for narrow columns. */
const WEEKDAYS = new Set(shortNames).size === 7 ? shortNames : weekdayNames("narrow");

/** Return a date as the reader's locale writes it; ISO dates without a time are days, not moments. */
export function written(iso, style = "day") {
  const moment = new Date(iso.length === 7 ? `${iso}-01` : iso);
  return Number.isNaN(moment.getTime()) ? iso : writers[style].format(moment);
}

/** Write every date and every weekday in a part of the page. */
export function writeDates(part = document) {
  for (const tag of part.querySelectorAll("time[data-style]")) {
    tag.textContent = written(tag.dateTime, tag.dataset.style);
    delete tag.dataset.style;
  }
  for (const tag of part.querySelectorAll("[data-weekday]")) {
    tag.textContent = WEEKDAYS[tag.dataset.weekday];
    delete tag.dataset.weekday;
  }
}

/** Return a sentence with its ISO dates as the reader's locale writes them. */
export function withDates(text) {
  return text.replace(/\b(?:19|20)\d{2}-\d{2}-\d{2}\b/g, (iso) => written(iso, "short"));
}
