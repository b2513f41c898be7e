import { Inject } from '@nestjs/common';
import { Args, Context, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { ActorEnum, type Actor } from '../access/people.js';
import type { Viewer } from '../access/viewer.js';
import { Clock } from '../domain/clock.js';
import { RECORD_ID } from '../domain/record-id.js';
import { HoldfastError } from '../errors/errors.js';
import { InputPipe } from '../graphql/input.pipe.js';
import { recordPage, RecordPageArgs } from '../graphql/record-page.js';
import type { Placed } from './finish-placing.js';
import { RecordActArgs } from '../access/act.args.js';
import { HoldPreviewArgs, PlaceHoldArgs, ReleaseHoldArgs, WidenHoldArgs } from './hold.args.js';
import { HoldConnection, HoldModel, HoldPlacement, HoldPreviewModel, MessageHold } from './hold.model.js';
import { HoldPreviews } from './hold-preview.service.js';
import { holdScope } from './hold-scope.js';
import { HoldService } from './hold.service.js';
import { MessageHolds } from './message-holds.service.js';
import { shownHold } from './shown-hold.js';

@Resolver()
export class HoldsResolver {
  constructor(
    @Inject(HoldService) private readonly service: HoldService,
    @Inject(HoldPreviews) private readonly previews: HoldPreviews,
    @Inject(MessageHolds) private readonly ofMessages: MessageHolds,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Query(() => HoldConnection, { description: 'Holds, released ones too, the latest first.' })
  async holds(@Args(InputPipe) page: RecordPageArgs): Promise<HoldConnection> {
    const register = await this.service.register();
    const list = async (first: number, after?: string): Promise<HoldModel[]> =>
      (await this.service.list(first, after)).map((record) => shownHold(record, register));
    return recordPage(page, list, ({ id }) => id);
  }

  @Query(() => HoldModel, { nullable: true, description: 'One hold; null if there is none.' })
  async hold(@Args('id', { type: () => ID }) id: string): Promise<HoldModel | null> {
    const record = RECORD_ID.test(id) ? await this.service.find(id) : null;
    return record === null ? null : shownHold(record, await this.service.register());
  }

  @Query(() => HoldPreviewModel, { description: 'Counts what a hold would cover, and what of it no hold covers so far.' })
  async holdPreview(@Args(InputPipe) parameters: HoldPreviewArgs, @Context('viewer') viewer: Viewer): Promise<HoldPreviewModel> {
    const { byCustodian, bySource, ...preview } = await this.previews.preview(viewer, parameters);
    return { ...preview, byCustodian: byCustodian.buckets, bySource: bySource.buckets };
  }

  @Query(() => [MessageHold], { description: 'Every hold that keeps a message, with the clause that covers it.' })
  messageHolds(@Args('id', { type: () => ID }) id: string, @Context('viewer') viewer: Viewer): Promise<readonly MessageHold[]> {
    return this.ofMessages.find(viewer, id);
  }

  @Mutation(() => HoldPlacement, {
    description: 'Places a hold on a matter. When it answers `active`, nothing that the hold covers can be destroyed any more. Again with the same id does no harm.',
  })
  async placeHold(@Args(InputPipe) { actor, id, matterId, reason, ...given }: PlaceHoldArgs): Promise<HoldPlacement> {
    const request = { matterId, reason, scope: holdScope(given), isWholeArchive: given.wholeArchive };
    return this.placement(await this.service.place(actor, request, id ?? undefined));
  }

  @Mutation(() => HoldPlacement, { description: 'Adds a scope to a hold; what it covers already stays covered.' })
  async widenHold(@Args(InputPipe) { actor, id, ...given }: WidenHoldArgs): Promise<HoldPlacement> {
    return this.placement(await this.service.widen(actor, id, holdScope(given), given.wholeArchive));
  }

  @Mutation(() => HoldModel, { description: 'Asks for the release of a hold. Nothing changes until a second person agrees.' })
  async releaseHold(@Args(InputPipe) { actor, id, reason }: ReleaseHoldArgs): Promise<HoldModel> {
    await this.service.requestRelease(actor, id, reason);
    return this.require(id);
  }

  @Mutation(() => HoldModel, { description: 'Agrees to the release of a hold, as another person than who asked. It binds on for HOLDFAST_RELEASE_DAYS.' })
  async approveHoldRelease(@Args(InputPipe) { actor, id }: RecordActArgs): Promise<HoldModel> {
    await this.service.approveRelease(actor, id);
    return this.require(id);
  }

  @Mutation(() => HoldModel, { description: 'Calls a release back: the hold goes on as it was.' })
  async recallHoldRelease(@Args(InputPipe) { actor, id }: RecordActArgs): Promise<HoldModel> {
    await this.service.recallRelease(actor, id);
    return this.require(id);
  }

  @Mutation(() => [HoldModel], {
    description: 'Finishes what was begun: clauses that are still being placed, and releases whose time has passed. Answers the holds that are gone.',
  })
  async completeHolds(@Args('actor', { type: () => ActorEnum }) actor: Actor): Promise<readonly HoldModel[]> {
    await this.service.complete();
    const gone = await this.service.completeReleases(actor);
    return Promise.all(gone.map((id) => this.require(id)));
  }

  private async placement({ holdId, entryId, state, settled, destroyedBefore }: Placed): Promise<HoldPlacement> {
    if (holdId === null) throw new HoldfastError('HOLD_RELEASED');
    const shown = { clauseId: entryId, state, effectiveAt: this.clock.now(), takenBack: settled, destroyedBefore };
    return { ...shown, hold: await this.require(holdId) };
  }

  private async require(id: string): Promise<HoldModel> {
    const hold = await this.hold(id);
    if (hold === null) throw new HoldfastError('NOT_FOUND', `hold ${id}`, { id });
    return hold;
  }
}
