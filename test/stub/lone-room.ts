import { LocalBus } from '../../server-stub/buses/local.ts';
import { DirectAudience } from '../../server-stub/rooms/audience.ts';
import { Room } from '../../server-stub/rooms/room.ts';

/** A room on a bus of its own, without a hub. */
export function loneRoom(coalesceMs: number): Room {
  const bus = new LocalBus();
  const room = new Room('main', { coalesceMs, maxChatChars: 500 }, new DirectAudience(), bus);
  bus.listen({
    chat: (_, message) => room.hear(message),
    likes: (_, total) => room.likesAre(total),
    viewers: (_, count) => room.viewersAre(count),
    cue: () => {},
    stock: () => {},
    show: () => {},
  });
  void bus.show(['main']);
  return room;
}
