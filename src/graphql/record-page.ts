import { ArgsType } from '@nestjs/graphql';
import { RECORD_ID } from '../domain/record-id.js';
import { HoldfastError } from '../errors/errors.js';
import { Cursor, PageSize } from './page-arguments.js';
import { pageInfoOf, type PageInfo } from './page-info.model.js';

/** A page of records of the catalog, whose ids are its cursors. */
@ArgsType()
export class RecordPageArgs {
  @PageSize()
  first!: number;

  @Cursor(40)
  after?: string | null;
}

export interface RecordPage<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: PageInfo;
}

/** Reads one record more than asked for, to know whether the list goes on. Throws CURSOR_INVALID. */
export async function recordPage<Node>(
  { first, after }: RecordPageArgs,
  list: (first: number, after?: string) => Promise<readonly Node[]>,
  idOf: (node: Node) => string,
): Promise<RecordPage<Node>> {
  if (after && !RECORD_ID.test(after)) throw new HoldfastError('CURSOR_INVALID');
  const nodes = await list(first + 1, after ?? undefined);
  const edges = nodes.slice(0, first).map((node) => ({ cursor: idOf(node), node }));
  return { edges, pageInfo: pageInfoOf(edges, nodes.length > first, Boolean(after)) };
}
