import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { Viewer } from '../access/viewer.js';
import type { RejectedRecord } from '../catalog/rejected-record-store.js';
import { HoldfastError } from '../errors/errors.js';
import { InputPipe } from '../graphql/input.pipe.js';
import { pageInfoOf } from '../graphql/page-info.model.js';
import { ImportProblemConnection, ImportProblemsArgs, type ImportProblem } from './import-problems.model.js';
import { ImportProblems, writeProblemCursor } from './import-problems.service.js';
import { shownBytes } from './shown-bytes.js';

const PREVIEW_BYTES = 1024;
const WHOLE_PAGE_LIMIT = 20;

@Resolver()
export class ImportProblemsResolver {
  constructor(@Inject(ImportProblems) private readonly problems: ImportProblems) {}

  @Query(() => ImportProblemConnection, { description: 'Every record that an import rejected, with its bytes.' })
  async importProblems(@Args(InputPipe) args: ImportProblemsArgs, @Context('viewer') viewer: Viewer): Promise<ImportProblemConnection> {
    const { runId, reason = null, first, after = null, wholeBytes } = args;
    if (wholeBytes && first > WHOLE_PAGE_LIMIT)
      throw new HoldfastError('INPUT_INVALID', `first is at most ${WHOLE_PAGE_LIMIT} with wholeBytes.`, { parameters: ['first'] });
    const { totalCount, records } = await this.problems.page(viewer, runId, { reason, first, after });
    const edges = records
      .slice(0, first)
      .map((record) => ({ cursor: writeProblemCursor(record), node: toModel(record, wholeBytes ? Infinity : PREVIEW_BYTES) }));
    return {
      totalCount,
      edges,
      pageInfo: pageInfoOf(edges, records.length > first, after !== null),
    };
  }
}

function toModel({ file, line, reason, detail, length, sha256, bytes: kept }: RejectedRecord, limit: number): ImportProblem {
  const bytes = Buffer.from(kept.buffer, kept.byteOffset, Math.min(kept.length, limit));
  const isCut = bytes.length < length;
  return { file, line, reason, detail, length, sha256, bytes: bytes.toString('base64'), text: shownBytes(bytes, isCut), isCut };
}
