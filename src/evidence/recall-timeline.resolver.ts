import { Inject } from '@nestjs/common';
import { Args, Context, Info, Query, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Viewer } from '../access/viewer.js';
import { InputPipe } from '../graphql/input.pipe.js';
import { readSelection } from '../graphql/read-selection.js';
import { RecallTimelineArgs } from './evidence.args.js';
import { RecallTimeline, toRecallTimeline } from './recall-timeline.model.js';
import { RecallTimelineService } from './recall-timeline.service.js';

@Resolver()
export class RecallTimelineResolver {
  constructor(@Inject(RecallTimelineService) private readonly recalls: RecallTimelineService) {}

  @Query(() => RecallTimeline, { description: 'Recalled messages that the filter lets through: when, by whom, and who kept the content.' })
  async recallTimeline(
    @Args(InputPipe) parameters: RecallTimelineArgs,
    @Context('viewer') viewer: Viewer,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RecallTimeline> {
    return toRecallTimeline(await this.recalls.list(viewer, parameters, wantsRecallers(info)));
  }
}

function wantsRecallers(info: GraphQLResolveInfo): boolean {
  const summaries = readSelection(info).filter((field) => field.name === 'summary');
  return summaries.flatMap((summary) => summary.below()).some((field) => field.name === 'recallers');
}
