/**
 * The finished tokens of one message, each field joined by single spaces; what `index-text.ts` makes.
 * `clean` holds the body of a message without findings. With findings its original is in `raw`, its masked form in
 * `masked`: an investigator searches `clean` and `raw`, an analyst `clean` and `masked`. A search in every field may name no
 * column at all, so tokens of `masked` must begin with a mark of their own.
 */
export interface IndexedGrams {
  readonly clean: string;
  readonly raw: string;
  readonly masked: string;
  readonly names: string;
  readonly attachments: string;
  readonly digits: string;
  readonly words: string;
}
