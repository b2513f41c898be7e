/** Rows under a heading, columns parted by tabs, as other lists are: a terminal shows them, `cut` and `sort` read them. */
export function showTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : ['', ...[head, ...rows].map((row) => row.map(cell).join('\t'))];
}

/** Tabs, line ends and what else steers a terminal would break the row. */
function cell(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}
