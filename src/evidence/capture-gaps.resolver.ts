import { Inject } from '@nestjs/common';
import { Args, Context, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Viewer } from '../access/viewer.js';
import { HoldfastError } from '../errors/errors.js';
import { InputPipe } from '../graphql/input.pipe.js';
import { PAGE_LIMIT } from '../graphql/page-arguments.js';
import { pageInfoOf } from '../graphql/page-info.model.js';
import { CaptureGaps, SilenceConnection, toCaptureGaps, toSilence } from './capture-gaps.model.js';
import { CaptureGapsService } from './capture-gaps.service.js';
import { CaptureGapsArgs } from './evidence.args.js';

const CURSOR = /^silence ([1-9]\d{0,8})$/;

@Resolver(() => CaptureGaps)
export class CaptureGapsResolver {
  constructor(@Inject(CaptureGapsService) private readonly gaps: CaptureGapsService) {}

  @Query(() => CaptureGaps, {
    description: 'What may be missing: numbers left out in the streams, and days of silence against the rhythm of each sender.',
  })
  async captureGaps(@Args(InputPipe) parameters: CaptureGapsArgs, @Context('viewer') viewer: Viewer): Promise<CaptureGaps> {
    return toCaptureGaps(await this.gaps.find(viewer, parameters));
  }

  @ResolveField(() => SilenceConnection)
  async silences(
    @Parent() { allSilences }: CaptureGaps,
    @Args('first', { type: () => Int, defaultValue: 20, description: '1 to 100.' }) first: number,
    @Args('after', { type: () => String, nullable: true, description: 'The page begins after this cursor.' }) after: string | null,
    @Context('viewer') viewer: Viewer,
  ): Promise<SilenceConnection> {
    if (first < 1 || first > PAGE_LIMIT) {
      throw new HoldfastError('INPUT_INVALID', `silences(first) is a number from 1 to ${PAGE_LIMIT}.`, { parameters: ['first'] });
    }
    const from = readCursor(after);
    const page = allSilences.slice(from, from + first);
    const names = await this.gaps.names(
      viewer,
      page.map(({ senderId }) => senderId),
    );
    const edges = page.map((silence, index) => ({
      cursor: Buffer.from(`silence ${from + index + 1}`).toString('base64url'),
      node: toSilence(silence, names.get(silence.senderId) ?? null),
    }));
    return {
      totalCount: allSilences.length,
      edges,
      pageInfo: pageInfoOf(edges, from + first < allSilences.length, from > 0),
    };
  }
}

function readCursor(cursor: string | null): number {
  if (!cursor) return 0;
  const place = CURSOR.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (place === null) throw new HoldfastError('CURSOR_INVALID');
  return Number(place[1]);
}
