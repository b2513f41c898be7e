const INTERRUPTED = 130;

/** The first Ctrl-C stops behind the batch at hand, the second at once. */
export function abortedByControlC(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}
