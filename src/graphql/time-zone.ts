/** China, Hong Kong and Macau share it. */
export const DEFAULT_TIME_ZONE = 'Asia/Shanghai';

const knownTimeZones = new Set<string>();

/**
 * Whether it is the IANA name of a time zone. The tables of the runtime decide; an answer is remembered because asking costs
 * some 50 microseconds.
 */
export function isTimeZone(name: string): boolean {
  if (knownTimeZones.has(name)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    return false;
  }
  if (knownTimeZones.size < 1_000) knownTimeZones.add(name);
  return true;
}
