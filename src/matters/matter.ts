import type { Actor } from '../access/people.js';

/** Whether holds may hang on it. A list like those of `domain/values.ts`. */
export const MATTER_STATES = ['open', 'closed'] as const;
export type MatterState = (typeof MATTER_STATES)[number];

/** What holds hang on: a case, an inquiry, a request of an authority. */
export interface Matter {
  readonly id: string;
  readonly name: string;
  /** Why messages are kept for it. */
  readonly purpose: string;
  readonly state: MatterState;
  /** UTC milliseconds. */
  readonly openedAt: number;
  readonly openedBy: Actor;
  /** UTC milliseconds; null while it is open. */
  readonly closedAt: number | null;
  readonly closedBy: Actor | null;
}
