import type { Target } from './targets.js';

/** One measured promise. `holds`: null where there is no target. */
export interface Row {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly holds: boolean | null;
}

/** Collects what the parts measured and shows it as Markdown. */
export class Report {
  private readonly sections: { title: string; lines: string[]; rows: Row[] }[] = [];

  constructor(private readonly print: (line: string) => void) {}

  begin(title: string): void {
    this.sections.push({ title, lines: [], rows: [] });
    this.print(`\n## ${title}\n`);
  }

  /** A free line, or a table of one's own. */
  note(text: string): void {
    this.current().lines.push(text);
    this.print(text);
  }

  row(what: string, target: string, measured: string, holds: boolean | null): void {
    this.current().rows.push({ what, target, measured, holds });
    this.print(`- ${what}: ${measured} (target ${target}: ${verdict(holds)})`);
  }

  /** A row whose verdict is that of the target on `value`; none where there is no target. What is not sound is missed in any case. */
  promise(what: string, target: Target | null, value: number, measured: string, isSound = true): void {
    this.row(what, target?.text ?? '-', measured, isSound ? (target?.holds(value) ?? null) : false);
  }

  /** All rows of all parts as one table. */
  summary(): string {
    const rows = this.sections.flatMap((section) => section.rows);
    return table(
      ['what', 'target', 'measured', 'verdict'],
      rows.map((row) => [row.what, row.target, row.measured, verdict(row.holds)]),
    );
  }

  get failures(): number {
    return this.sections.flatMap((section) => section.rows).filter((row) => row.holds === false).length;
  }

  private current(): { lines: string[]; rows: Row[] } {
    const section = this.sections.at(-1);
    if (section === undefined) throw new Error('begin a section first');
    return section;
  }
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** 1234567 -> `1,234,567`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** Milliseconds with as many digits as matter. */
export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(value < 100 ? 1 : 0)} ms`;
}

function verdict(holds: boolean | null): string {
  return holds === null ? '-' : holds ? 'met' : '**missed**';
}
