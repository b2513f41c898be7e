/** One archive: where it is kept, as settings of the processes that work on it. */
export interface Deployment {
  /** Files of the archive, on either engine. */
  readonly dataDirectory: string;
  /** Variables of the environment, `HOLDFAST_DATA_DIR` among them. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Where archives of an engine are kept. */
export interface Site {
  /** Whether an archive is still there after the run, if its directory is. */
  readonly outlivesRun: boolean;
  /** One line on what the engine runs on. */
  describe(): Promise<string>;
  /** The archive of that name below a directory; nothing is made yet. */
  deploymentOf(directory: string, name: string): Deployment;
  /** Removes all of an archive; nothing if there is none. */
  clear(deployment: Deployment): Promise<void>;
  close(): Promise<void>;
}
