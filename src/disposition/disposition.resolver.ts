import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { RecordActArgs } from '../access/act.args.js';
import { Clock } from '../domain/clock.js';
import { RECORD_ID } from '../domain/record-id.js';
import { HoldfastError } from '../errors/errors.js';
import { toFilter } from '../filter/to-filter.js';
import { InputPipe } from '../graphql/input.pipe.js';
import { PAGE_LIMIT } from '../graphql/page-arguments.js';
import { recordPage, RecordPageArgs } from '../graphql/record-page.js';
import { checkFilter } from '../query/check-query.js';
import { ApproveDispositionArgs, ProposeDispositionArgs, RemoveDestroyedArgs } from './disposition.args.js';
import { DispositionBatchModel, DispositionConnection, DispositionModel, RemovalModel } from './disposition.model.js';
import { DispositionProcesses } from './disposition-processes.service.js';
import { OpenedDisposition } from './opened-disposition.js';
import type { Proposal } from './proposal.js';
import { shownBatch, shownDisposition, shownRemoval } from './shown-disposition.js';

@Resolver(() => DispositionModel)
export class DispositionResolver {
  constructor(
    @Inject(OpenedDisposition) private readonly opened: OpenedDisposition,
    @Inject(DispositionProcesses) private readonly processes: DispositionProcesses,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Query(() => DispositionConnection, { description: 'What was ever proposed for destruction, the latest first.' })
  dispositions(@Args(InputPipe) page: RecordPageArgs): Promise<DispositionConnection> {
    return this.page(page, () => true);
  }

  @Query(() => DispositionConnection, { description: 'Dispositions that were begun to be carried out, the latest first.' })
  dispositionRuns(@Args(InputPipe) page: RecordPageArgs): Promise<DispositionConnection> {
    return this.page(page, ({ ranBy }) => ranBy !== null);
  }

  @Query(() => DispositionModel, { nullable: true, description: 'One disposition; null if there is none.' })
  async disposition(@Args('id', { type: () => ID }) id: string): Promise<DispositionModel | null> {
    const proposal = RECORD_ID.test(id) ? await this.opened.service.find(id) : null;
    return proposal === null ? null : this.shown(proposal);
  }

  @ResolveField(() => [DispositionBatchModel], { description: 'What became of its parts, in order, with the certificates.' })
  async batches(
    @Parent() { batchIds }: DispositionModel,
    @Args('first', { type: () => Int, defaultValue: 20, description: '1 to 100.' }) first: number,
    @Args('after', { type: () => ID, nullable: true, description: 'Goes on behind the batch of this id.' }) after: string | null,
  ): Promise<readonly DispositionBatchModel[]> {
    if (first < 1 || first > PAGE_LIMIT)
      throw new HoldfastError('INPUT_INVALID', `batches(first) is a number from 1 to ${PAGE_LIMIT}.`, { parameters: ['first'] });
    const place = after ? batchIds.indexOf(after) : -1;
    if (after && place < 0) throw new HoldfastError('CURSOR_INVALID');
    const batches: DispositionBatchModel[] = [];
    for await (const certificate of this.opened.service.certificates({ batchIds: batchIds.slice(place + 1) })) {
      if (batches.push(shownBatch(certificate)) === first) break;
    }
    return batches;
  }

  @ResolveField(() => [RemovalModel], { description: 'The physical removal of what it destroyed.' })
  async removals(@Parent() { batchIds }: DispositionModel): Promise<readonly RemovalModel[]> {
    return (await this.opened.removal.covering(batchIds)).map((removal) => shownRemoval(removal, this.clock.now()));
  }

  @Mutation(() => DispositionModel, {
    description: 'Freezes what rules let go now and no hold covers, and answers when that is done: a whole archive may take minutes.',
  })
  async proposeDisposition(@Args(InputPipe) { actor, filter }: ProposeDispositionArgs): Promise<DispositionModel> {
    const wanted = toFilter(filter ?? {});
    checkFilter(wanted);
    return this.require((await this.processes.start({ act: 'propose', actor, filter: wanted }))!);
  }

  @Mutation(() => DispositionModel, { description: 'Agrees to exactly this set, as another person than who proposed it.' })
  async approveDisposition(@Args(InputPipe) { actor, id, setHash }: ApproveDispositionArgs): Promise<DispositionModel> {
    return this.shown(await this.opened.service.approve(actor, id, setHash));
  }

  @Mutation(() => DispositionModel, { description: 'Puts an end to a disposition. What was destroyed stays destroyed.' })
  async rejectDisposition(@Args(InputPipe) { actor, id }: RecordActArgs): Promise<DispositionModel> {
    return this.shown(await this.opened.service.reject(actor, id));
  }

  @Mutation(() => DispositionModel, {
    description: 'Destroys what was agreed to and may still be destroyed; answers behind the first part, and goes on. The same again goes on where it was stopped.',
  })
  async runDisposition(@Args(InputPipe) { actor, id }: RecordActArgs): Promise<DispositionModel> {
    await this.processes.start({ act: 'run', actor, proposalId: id });
    return this.require(id);
  }

  @Mutation(() => RemovalModel, {
    nullable: true,
    description: 'Begins, or goes on, to take the bytes of destroyed messages out of every store, and answers when it is under way; null when nothing is left.',
  })
  async removeDestroyed(@Args(InputPipe) { actor, movedArchiveIsDeleted }: RemoveDestroyedArgs): Promise<RemovalModel | null> {
    if (movedArchiveIsDeleted) await this.opened.removal.declareMovedArchiveGone(actor);
    const id = await this.processes.start({ act: 'remove', actor });
    const removal = id === null ? null : await this.opened.removal.find(id);
    return removal === null ? null : shownRemoval(removal, this.clock.now());
  }

  /** Pages are cut from what is left of the list. */
  private page({ first, after }: RecordPageArgs, isWanted: (proposal: Proposal) => boolean): Promise<DispositionConnection> {
    const list = async (count: number, from?: string): Promise<DispositionModel[]> => {
      const found: DispositionModel[] = [];
      for (let cursor = from; found.length < count; ) {
        const proposals = await this.opened.service.list(PAGE_LIMIT, cursor);
        found.push(...proposals.filter(isWanted).map((proposal) => this.shown(proposal)));
        if (proposals.length < PAGE_LIMIT) break;
        cursor = proposals.at(-1)!.proposalId;
      }
      return found.slice(0, count);
    };
    return recordPage({ first, after }, list, ({ id }) => id);
  }

  private shown(proposal: Proposal): DispositionModel {
    return shownDisposition(proposal, this.processes.isRunning(proposal.proposalId));
  }

  private async require(id: string): Promise<DispositionModel> {
    const proposal = await this.opened.service.find(id);
    if (proposal === null) throw new HoldfastError('NOT_FOUND', `disposition ${id}`, { id });
    return this.shown(proposal);
  }
}
