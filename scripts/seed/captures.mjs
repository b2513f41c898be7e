import { FIRST_DAY, LAST_DAY, timeOf } from './calendar.mjs';
import { recordOf } from './wecom-events.mjs';

const FIRST_SEQUENCE = 400_001;

/**
 * Who pulled the archive of this one company, from when on, and between which moments the pull stood still. The numbers of the records
 * are the platform's own, so both pulls show the same number for the same record.
 */
export const CAPTURES = [
  {
    name: 'chatdata-it',
    from: timeOf(FIRST_DAY, '00:00'),
    // Ends between a message and its recall, a minute later.
    pauses: [[timeOf('2026-07-18', '13:00'), timeOf('2026-07-21', '22:15')]],
  },
  {
    name: 'chatdata-vendor',
    from: timeOf('2026-07-01', '00:00'),
    pauses: [
      // Stumbles when the other pull comes back, and loses that very recall.
      [timeOf('2026-07-21', '22:15'), timeOf('2026-07-21', '22:16')],
      [timeOf('2026-08-12', '00:00'), timeOf('2026-08-12', '23:59')],
    ],
  },
];

/** The lines of one capture's file. */
export function captureText(capture, events) {
  return events
    .map((event, index) => [FIRST_SEQUENCE + index, event])
    .filter(([, { at }]) => at >= capture.from && at <= timeOf(LAST_DAY, '23:59'))
    .filter(([, { at }]) => !capture.pauses.some(([start, end]) => start <= at && at < end))
    .map(([seq, event]) => `${JSON.stringify({ seq, ...recordOf(event) })}\n`)
    .join('');
}
