// Dates in the reader's locale; without this script they are in ISO form.

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

/** Return a date as the reader's locale writes it; ISO dates without a time are days, not moments. */
export function written(iso, style = "day") {
  const moment = new Date(iso.length === 7 ? `${iso}-01` : iso);
  return Number.isNaN(moment.getTime()) ? iso : writers[style].format(moment);
}

/** Write every date in a part of the page. */
export function writeDates(part = document) {
  for (const tag of part.querySelectorAll("time[data-style]")) {
    tag.textContent = written(tag.dateTime, tag.dataset.style);
    delete tag.dataset.style;
  }
}

/** Return a sentence with its ISO dates as the reader's locale writes them. */
export function withDates(text) {
  return text.replace(/\b(?:19|20)\d{2}-\d{2}-\d{2}\b/g, (iso) => written(iso, "short"));
}
