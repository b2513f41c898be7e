import { Inject } from '@nestjs/common';
import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { RecordActArgs } from '../access/act.args.js';
import { InputPipe } from '../graphql/input.pipe.js';
import { recordPage, RecordPageArgs } from '../graphql/record-page.js';
import { RequestErasureArgs } from './disposition.args.js';
import { ErasureRequestConnection, ErasureRequestModel } from './disposition.model.js';
import type { ErasureRequest } from './erasure-requests.service.js';
import { OpenedDisposition } from './opened-disposition.js';
import { shownErasure } from './shown-disposition.js';

@Resolver()
export class ErasureRequestsResolver {
  constructor(@Inject(OpenedDisposition) private readonly opened: OpenedDisposition) {}

  @Query(() => ErasureRequestConnection, { description: 'Requests to erase data, with what is left of each, the latest first.' })
  erasureRequests(@Args(InputPipe) page: RecordPageArgs): Promise<ErasureRequestConnection> {
    const list = async (first: number, after?: string): Promise<ErasureRequestModel[]> =>
      (await this.opened.requests.list(first, after)).map(shownErasure);
    return recordPage(page, list, ({ id }) => id);
  }

  @Mutation(() => ErasureRequestModel, {
    description: "Takes in a subject's request: from a day later on proposals offer what no hold covers and no rule retains.",
  })
  async requestErasure(@Args(InputPipe) { actor, ...request }: RequestErasureArgs): Promise<ErasureRequestModel> {
    return this.shown(await this.opened.requests.request(actor, request));
  }

  @Mutation(() => ErasureRequestModel, { description: 'What is left of a request is no longer offered.' })
  async withdrawErasure(@Args(InputPipe) { actor, id }: RecordActArgs): Promise<ErasureRequestModel> {
    return this.shown(await this.opened.requests.withdraw(actor, id));
  }

  private async shown(request: ErasureRequest): Promise<ErasureRequestModel> {
    return shownErasure(await this.opened.requests.status(request));
  }
}
