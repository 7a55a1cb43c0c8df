// What one more stay costs: one cell is reached by Tab, the others by the arrow keys.
const table = document.querySelector("table.heat");

if (table) {
  const links = [...table.querySelectorAll("td a")];
  let current = links[0];
  for (const link of links) link.tabIndex = link === current ? 0 : -1;

  const focusOn = (link) => {
    current.tabIndex = -1;
    current = link;
    current.tabIndex = 0;
    current.focus();
  };

  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td");
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    const row = cell.parentElement;
    const rows = [...table.tBodies[0].rows];
    const [down, right] = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key] ?? [0, 0];
    if (!down && !right) return;
    event.preventDefault();
    const link = rows[rows.indexOf(row) + down]?.cells[cell.cellIndex + right]?.querySelector("a");
    if (link) focusOn(link);
  });
}
