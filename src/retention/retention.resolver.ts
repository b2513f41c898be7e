import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { RecordActArgs } from '../access/act.args.js';
import { ActorEnum, type Actor } from '../access/people.js';
import type { Viewer } from '../access/viewer.js';
import { Clock } from '../domain/clock.js';
import { InputPipe } from '../graphql/input.pipe.js';
import { ClockGuard } from './clock-guard.js';
import { PolicyStore } from './policy-store.js';
import {
  RecordRetentionEventArgs,
  RetentionExplainArgs,
  RetentionSimulateArgs,
  SetRetentionPolicyArgs,
} from './retention.args.js';
import { ClockStatus, RetentionExplanation, RetentionPolicies, RetentionSimulationModel } from './retention.model.js';
import { RetentionService } from './retention.service.js';
import { toPolicyChange, type ChangeParameters } from './to-policy-change.js';
import { toClockModel, toExplanationModel, toPoliciesModel, toSimulationModel } from './to-retention-model.js';

@Resolver()
export class RetentionResolver {
  constructor(
    @Inject(PolicyStore) private readonly policies: PolicyStore,
    @Inject(RetentionService) private readonly service: RetentionService,
    @Inject(ClockGuard) private readonly guard: ClockGuard,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Query(() => RetentionPolicies, { description: 'How long messages are kept.' })
  async retentionPolicies(): Promise<RetentionPolicies> {
    return toPoliciesModel(await this.policies.read());
  }

  @Query(() => RetentionExplanation, {
    description: 'Why a message may be destroyed at a time, or not: every policy, every hold, every reason.',
  })
  async retentionExplain(
    @Args(InputPipe) { messageId, at }: RetentionExplainArgs,
    @Context('viewer') viewer: Viewer,
  ): Promise<RetentionExplanation> {
    return toExplanationModel(await this.service.explain(viewer, messageId, at ?? this.clock.now()));
  }

  @Query(() => RetentionSimulationModel, {
    description: 'What a change of the policies would make destroyable at a time, by policy, month and custodian. Changes nothing.',
  })
  async retentionSimulate(
    @Args(InputPipe) { change, at, timeZone }: RetentionSimulateArgs,
    @Context('viewer') viewer: Viewer,
  ): Promise<RetentionSimulationModel> {
    const meant = change ? toPolicyChange(change, this.clock.now()) : null;
    return toSimulationModel(await this.service.simulate(viewer, meant, at ?? this.clock.now(), timeZone));
  }

  @Query(() => ClockStatus, { description: 'Whether the clock can be trusted with the end of periods.' })
  async clockStatus(): Promise<ClockStatus> {
    return toClockModel(await this.guard.state());
  }

  @Mutation(() => RetentionPolicies, {
    description:
      'Adds a policy, or replaces one. When this answers, nothing destroys any more what it keeps longer. ' +
      'One in compliance mode may only be lengthened.',
  })
  setRetentionPolicy(@Args(InputPipe) { actor, input }: SetRetentionPolicyArgs): Promise<RetentionPolicies> {
    return this.change(actor, { set: input });
  }

  @Mutation(() => RetentionPolicies, {
    description: 'Takes a policy out of force. Refused for one in compliance mode that keeps anything.',
  })
  retireRetentionPolicy(@Args(InputPipe) { actor, id }: RecordActArgs): Promise<RetentionPolicies> {
    return this.change(actor, { retire: id });
  }

  @Mutation(() => RetentionPolicies, { description: 'Records when an event happened that starts periods, or that it has not.' })
  recordRetentionEvent(@Args(InputPipe) { actor, input }: RecordRetentionEventArgs): Promise<RetentionPolicies> {
    return this.change(actor, { event: input });
  }

  @Mutation(() => ClockStatus, { description: 'Takes the time that the clock shows for right: destroying goes on.' })
  async acknowledgeClock(@Args('actor', { type: () => ActorEnum }) actor: Actor): Promise<ClockStatus> {
    return toClockModel(await this.guard.acknowledge(actor));
  }

  private async change(actor: Actor, parameters: ChangeParameters): Promise<RetentionPolicies> {
    return toPoliciesModel(await this.policies.change(actor, toPolicyChange(parameters, this.clock.now())));
  }
}
