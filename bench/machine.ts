import { cpus, loadavg, totalmem } from 'node:os';

/** What the figures were measured on; nothing that names the machine or its user. */
export function describeMachine(): string {
  const processors = cpus();
  return `${processors.length} cores (${processors[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.version}; load before: ${loadavg()[0]!.toFixed(1)}`;
}
