import { registerEnumType } from '@nestjs/graphql';

/**
 * The two people of this archive, until accounts exist. Records, audit and certificates carry these ids only; what they are
 * called is HOLDFAST_ADMINISTRATOR and HOLDFAST_APPROVER, which may not name one person twice.
 */
export const ACTORS = ['administrator', 'approver'] as const;
export type Actor = (typeof ACTORS)[number];

/** The ids as GraphQL names. */
export const ActorEnum = Object.fromEntries(ACTORS.map((actor) => [actor, actor])) as Readonly<Record<Actor, Actor>>;
registerEnumType(ActorEnum, {
  name: 'Actor',
  description: 'Who acts. One of the two may ask for a thing, the other one approves it.',
});
