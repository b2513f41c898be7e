/** A supervisor (supervisor.mjs) and the requests to it. It ends with this process, or by `close`. */
export declare class SupervisorClient {
  get pid(): number;
  /** Throws with the supervisor's message if it could not be done, or if the supervisor has ended. */
  request(method: string, parameters: unknown): Promise<unknown>;
  close(): Promise<void>;
}
