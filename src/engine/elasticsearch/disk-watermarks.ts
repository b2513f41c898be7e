import type { CheckState } from '../engine-monitor.js';

/** Settings of the cluster on how full its disks may be, as it words them. */
export interface DiskWatermarks {
  readonly low: string;
  readonly high: string;
  readonly floodStage: string;
  /** Free bytes that are enough on a large disk, whatever the shares above say; `-1`: none are. */
  readonly floodHeadroom: string;
  readonly highHeadroom: string;
}

const UNITS: Readonly<Record<string, number>> = { b: 1, kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30, tb: 2 ** 40, pb: 2 ** 50 };

/** Whether a disk is so full that the cluster takes no writes any more (failed), or moves its shards elsewhere (warning). */
export function diskState(totalBytes: number, freeBytes: number, watermarks: DiskWatermarks): CheckState {
  if (freeBytes < bytesToKeepFree(totalBytes, watermarks.floodStage, watermarks.floodHeadroom)) return 'failed';
  return freeBytes < bytesToKeepFree(totalBytes, watermarks.high, watermarks.highHeadroom) ? 'warning' : 'ok';
}

/** A share of the disk that may be used, as `95%` or `0.95`, or bytes that must stay free, as `20gb`. */
function bytesToKeepFree(totalBytes: number, watermark: string, headroom: string): number {
  const bytes = readBytes(watermark);
  if (bytes !== null) return bytes;
  const used = watermark.endsWith('%') ? Number.parseFloat(watermark) / 100 : Number(watermark);
  const share = totalBytes * (1 - used);
  const limit = readBytes(headroom);
  return limit === null ? share : Math.min(share, limit);
}

function readBytes(text: string): number | null {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(b|kb|mb|gb|tb|pb)$/i.exec(text) ?? [];
  return unit === undefined ? null : Number(number) * UNITS[unit.toLowerCase()]!;
}
