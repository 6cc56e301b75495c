/**
 * Makes the headings of a table buttons that sort it. Without it the page has no button that does nothing. Cells are compared by
 * their `data-order`, a number, where they have one, else by their text; what is not known stays last, either way.
 */
export const script = `
"use strict";
{
  const collator = new Intl.Collator("en", { numeric: true });
  const keyOf = (row, at) => {
    const cell = row.cells[at];
    const order = cell.dataset.order;
    if (order === "") return undefined;
    return order === undefined ? cell.textContent.trim() : Number(order);
  };
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b));
  const told = document.getElementById("told");
  const sort = (table, heading) => {
    const descending = heading.getAttribute("aria-sort") === "ascending";
    for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const at = heading.cellIndex;
    const rows = [...table.tBodies[0].rows].map((row) => ({ row, key: keyOf(row, at) }));
    rows.sort((a, b) => {
      if (a.key === undefined || b.key === undefined) return (a.key === undefined) - (b.key === undefined);
      return descending ? compare(b.key, a.key) : compare(a.key, b.key);
    });
    table.tBodies[0].append(...rows.map(({ row }) => row));
    told.textContent = "Sorted by " + heading.textContent + (descending ? ", descending" : ", ascending");
  };
  for (const table of document.querySelectorAll("table"))
    for (const heading of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      button.addEventListener("click", () => sort(table, heading));
      heading.append(button);
    }
}
`;
