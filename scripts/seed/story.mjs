import { accountOf, membersOf, roomOf } from './cast.mjs';
import { timeOf } from './calendar.mjs';
import { readScenes } from './read-scenes.mjs';
import { SeededRandom } from './random.mjs';
import { Slots } from './slots.mjs';

const STORIES = ['story-june', 'story-july', 'story-august'];

/** `room NAME` or `direct A B`: who reads it, and the id of the room. */
function placeOf(words, day) {
  const [kind, ...names] = words;
  if (kind === 'room') {
    const room = roomOf(names[0]);
    return { roomid: room.id, members: membersOf(room, day) };
  }
  return { roomid: '', members: names.map(accountOf) };
}

/** The written story: every line at its own moment. Headings are `2026-06-03 10:12 room luwan`. */
export function storyLines() {
  return STORIES.flatMap((name) =>
    readScenes(name).flatMap((scene) => {
      const [day, clock, ...words] = scene.heading.split(' ');
      const random = new SeededRandom(scene.name);
      const slots = new Slots(random);
      let at = timeOf(day, clock) + random.below(40_000);
      return scene.lines.map((line, index) => {
        if (index > 0) at += line.seconds === null ? random.between(8_000, 75_000) : line.seconds * 1000 + random.below(1000);
        return { at, place: placeOf(words, day), line: { ...line, words: line.words.map((word) => slots.fill(word)) } };
      });
    }),
  );
}
