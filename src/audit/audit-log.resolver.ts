import { Inject } from '@nestjs/common';
import { Args, Context, Float, ID, Query, Resolver } from '@nestjs/graphql';
import type { Viewer } from '../access/viewer.js';
import { InputPipe } from '../graphql/input.pipe.js';
import { eventId } from './audit-block.js';
import { AuditLogArgs } from './audit-log.args.js';
import { AuditCheckpoint, AuditConsistency, AuditLogConnection, AuditProof } from './audit-log.model.js';
import { AuditReader } from './audit-reader.service.js';
import { writeCheckpoint, type SignedCheckpoint } from './checkpoint.js';

@Resolver()
export class AuditLogResolver {
  constructor(@Inject(AuditReader) private readonly reader: AuditReader) {}

  @Query(() => AuditLogConnection, { description: 'What was done. Reading it is in it as well.' })
  async auditLog(
    @Args(InputPipe) { filter, first, after = null }: AuditLogArgs,
    @Context('viewer') viewer: Viewer,
  ): Promise<AuditLogConnection> {
    const { kinds = null, viewer: actor = null, from = null, to = null } = filter ?? {};
    const { events, next } = await this.reader.page(viewer, { filter: { kinds, viewer: actor, from, to }, first, after });
    const edges = events.map(({ sequence, place, event }) => {
      const id = eventId(sequence, place);
      return { cursor: id, node: { id, kind: event.kind, at: Date.parse(event.at), viewer: event.viewer, event } };
    });
    const pageInfo = {
      hasNextPage: next !== null,
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      // Behind the last event that was looked at, which the filter may have left out.
      endCursor: next === null ? (edges.at(-1)?.cursor ?? null) : eventId(next.sequence, next.place),
    };
    return { edges, pageInfo };
  }

  @Query(() => AuditProof, { description: 'Proves an event by the latest checkpoint.' })
  async auditProof(@Args('id', { type: () => ID }) id: string, @Context('viewer') viewer: Viewer): Promise<AuditProof> {
    const { checkpoint, ...proof } = await this.reader.prove(viewer, id);
    return { ...proof, checkpoint: toModel(checkpoint) };
  }

  @Query(() => AuditConsistency, { description: 'Proves that the latest checkpoint goes on from the one of so many events.' })
  async auditConsistency(
    @Args('olderSize', { type: () => Float }) olderSize: number,
    @Context('viewer') viewer: Viewer,
  ): Promise<AuditConsistency> {
    const { older, newer, path } = await this.reader.proveConsistency(viewer, olderSize);
    return { older: toModel(older), newer: toModel(newer), path };
  }

  @Query(() => AuditCheckpoint, {
    nullable: true,
    description: 'The latest checkpoint; none before the first `holdfast audit checkpoint`.',
  })
  async auditCheckpoint(): Promise<AuditCheckpoint | null> {
    const checkpoint = await this.reader.checkpoint();
    return checkpoint === null ? null : toModel(checkpoint);
  }
}

function toModel(checkpoint: SignedCheckpoint): AuditCheckpoint {
  return { ...checkpoint, time: Date.parse(checkpoint.time), text: writeCheckpoint(checkpoint) };
}
