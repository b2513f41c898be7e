import { certainKey, graphemes, oneSpace, possibleKey } from './equality.js';

/** A stored message as the oracle knows it: its texts as they were written, none joined with another. */
export interface OracleDocument {
  readonly id: string;
  readonly texts: readonly string[];
}

export interface OracleAnswer {
  /** Each of these must be found. */
  readonly must: ReadonlySet<string>;
  /** Nothing else may be found. */
  readonly may: ReadonlySet<string>;
}

/** A text in one form, and the places where a reader sees a character begin or end. */
interface Form {
  readonly text: string;
  readonly edges: ReadonlySet<number>;
}

interface IndexedText {
  readonly raw: Form;
  readonly certain: Form;
  readonly possible: string;
}

/** Answers literal searches by plain substring comparison over the texts as they were stored. Imports nothing from `src/`. */
export class Oracle {
  private readonly documents: readonly { readonly id: string; readonly texts: readonly IndexedText[] }[];

  constructor(documents: readonly OracleDocument[]) {
    this.documents = documents.map(({ id, texts }) => ({ id, texts: texts.map(indexText) }));
  }

  /**
   * `asked`: what is searched for; `meant`: the same as it was written before it was spelled otherwise. Who asks must get what holds
   * either, unit by unit, and what holds something equal to it.
   */
  answer(asked: string, meant: string): OracleAnswer {
    const certain = oneSpace(certainKey(asked));
    const possible = possibleKey(asked);
    const must = new Set<string>();
    const may = new Set<string>();
    for (const { id, texts } of this.documents) {
      if (texts.some((text) => text.possible.includes(possible))) may.add(id);
      if (
        texts.some((text) => hasBetweenEdges(text.raw, asked) || hasBetweenEdges(text.raw, meant) || hasBetweenEdges(text.certain, certain))
      )
        must.add(id);
    }
    return { must, may };
  }
}

function indexText(raw: string): IndexedText {
  const seen = graphemes(raw);
  return { raw: formOf(seen, (text) => text), certain: formOf(seen.map(certainKey), oneSpace), possible: possibleKey(raw) };
}

function formOf(pieces: readonly string[], tidy: (text: string) => string): Form {
  const edges = new Set([0]);
  let text = '';
  for (const piece of pieces) {
    text = tidy(text + piece);
    edges.add(text.length);
  }
  return { text, edges };
}

/** The promise is about literals on grapheme boundaries: a letter is not promised to be found inside a letter with its mark. */
function hasBetweenEdges({ text, edges }: Form, literal: string): boolean {
  for (let at = text.indexOf(literal); at !== -1; at = text.indexOf(literal, at + 1)) {
    if (edges.has(at) && edges.has(at + literal.length)) return true;
  }
  return false;
}
