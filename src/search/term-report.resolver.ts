import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { Viewer } from '../access/viewer.js';
import { FilterInput } from '../filter/filter.input.js';
import { InputPipe } from '../graphql/input.pipe.js';
import { TermReportLine } from './term-report.model.js';
import { TermReportService } from './term-report.service.js';

@Resolver()
export class TermReportResolver {
  constructor(@Inject(TermReportService) private readonly reports: TermReportService) {}

  @Query(() => [TermReportLine], { description: 'What each of up to 10,000 terms hits, in the order given.' })
  termReport(
    @Args('terms', { type: () => [String], description: 'Texts in the search language.' }) terms: string[],
    @Context('viewer') viewer: Viewer,
    // not `| null`: the pipe reads the class from the parameter's type
    @Args('filter', { type: () => FilterInput, nullable: true }, InputPipe) filter?: FilterInput,
  ): Promise<TermReportLine[]> {
    return this.reports.run(viewer, terms, filter);
  }
}
