import { Inject } from '@nestjs/common';
import { Args, Context, Info, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Viewer } from '../access/viewer.js';
import { FacetFieldEnum, HistogramIntervalEnum } from '../filter/enums.js';
import { InputPipe } from '../graphql/input.pipe.js';
import type { Facet, HistogramBar, HistogramInterval } from '../query/aggregation.js';
import type { FieldName } from '../query/fields.js';
import { SearchInput } from './search.input.js';
import { FacetModel, HistogramBarModel, SearchAnswer } from './search.model.js';
import { SearchService } from './search.service.js';
import { wantedParts } from './wanted-parts.js';

@Resolver(() => SearchAnswer)
export class SearchResolver {
  constructor(@Inject(SearchService) private readonly searches: SearchService) {}

  @Query(() => SearchAnswer, { description: 'Searches the archive. Whatever is selected comes from one snapshot.' })
  search(
    @Args('input', { type: () => SearchInput }, InputPipe) input: SearchInput,
    @Context('viewer') viewer: Viewer,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SearchAnswer> {
    return this.searches.run(viewer, input, wantedParts(info));
  }

  @ResolveField(() => [FacetModel], { description: 'The most frequent values of some fields; exact, over all hits.' })
  facets(
    @Parent() answer: SearchAnswer,
    @Args('fields', { type: () => [FacetFieldEnum] }) fields: FieldName[],
    @Args('first', { type: () => Int, defaultValue: 10, description: 'Buckets a field, 0 to 100.' }) first: number,
  ): Facet[] {
    return fields.map((field) =>
      shortened(
        answer.allFacets.find((facet) => facet.field === field)!,
        first,
      ),
    );
  }

  @ResolveField(() => [HistogramBarModel], {
    description: 'How many hits there are over time; bars without hits are left out. Exact, over all hits.',
  })
  histogram(
    @Parent() answer: SearchAnswer,
    @Args('interval', { type: () => HistogramIntervalEnum }) interval: HistogramInterval,
    @Args('timeZone', { description: 'IANA name, e.g. Asia/Macau: bars start at midnight there.' }) timeZone: string,
  ): readonly HistogramBar[] {
    return answer.allHistograms.find((one) => one.interval === interval && one.timeZone === timeZone)!.bars;
  }
}

/** The engine was asked for the most that any alias wants. */
function shortened(facet: Facet, first: number): Facet {
  if (facet.buckets.length <= first) return facet;
  const cut = facet.buckets.slice(first).reduce((sum, bucket) => sum + bucket.count, 0);
  return { ...facet, buckets: facet.buckets.slice(0, first), otherCount: facet.otherCount + cut };
}
