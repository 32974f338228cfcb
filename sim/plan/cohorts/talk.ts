import type { CompiledScenario } from '../../crowd/compiled.ts';
import { LIKES_A_BATCH } from '../../crowd/self.ts';
import { Fanout } from '../backend/fanout.ts';
import { BIN_MS, type Bins } from '../bins.ts';
import { Stream } from '../random.ts';
import { Calls } from './calls.ts';
import { ChatRate } from './chat-rate.ts';
import { STREAM, type CrowdOverTime } from './crowd-over-time.ts';

/** What the present do of themselves, and the way of their messages to all others. */
export class Talk {
  private readonly scenario: CompiledScenario;
  private readonly crowd: CrowdOverTime;
  private readonly bins: Bins;
  private readonly untilMs: number;
  private readonly rates: readonly ChatRate[];
  private readonly calls: Calls;
  private readonly fanout: Fanout;
  private readonly chatByRoom: readonly Float64Array[];

  constructor(scenario: CompiledScenario, crowd: CrowdOverTime, bins: Bins, untilMs: number) {
    this.scenario = scenario;
    this.crowd = crowd;
    this.bins = bins;
    this.untilMs = untilMs;
    this.rates = scenario.rooms.map((room) => new ChatRate(room, scenario.chat, scenario.tables, bins, untilMs));
    this.calls = new Calls(scenario, crowd, bins, untilMs);
    this.fanout = new Fanout(scenario.backend.fanout);
    this.chatByRoom = scenario.rooms.map(() => new Float64Array(bins.count));
  }

  /** Fills the rows of chat, likes, deliveries and lag. Returns how many messages and like batches there were. */
  play(seedHi: number, seedLo: number): number {
    for (const chat of this.chatByRoom) chat.fill(0);
    this.rates.forEach((rate, room) => rate.play(new Stream(seedHi, seedLo, STREAM.rate + room)));
    const events = this.speak(new Stream(seedHi, seedLo, STREAM.talk));
    const answers = this.calls.play(this.chatByRoom, new Stream(seedHi, seedLo, STREAM.calls));
    this.deliver();
    return events + answers;
  }

  /** Counts are Poisson by the time that viewers spend in a bin: half of what its beginning and its end add up to. */
  private speak(stream: Stream): number {
    const { scenario, crowd, bins, rates, chatByRoom } = this;
    const { step, populations, audiences } = crowd;
    const { likeBatches } = bins.rows;
    const expected = new Float64Array(chatByRoom.length);
    let events = 0;
    for (let bin = 0; bin < bins.count; bin++) {
      const k = Math.floor(bin / step);
      const share = (bin - k * step + 0.5) / step;
      const spanMs = Math.min(BIN_MS, this.untilMs - bins.originMs - bin * BIN_MS);
      let likes = 0;
      expected.fill(0);
      for (let p = 0; p < populations.length; p++) {
        const { room, persona } = populations[p];
        const { likesPerMs, giftsPerMs, chatFactor } = scenario.personas[persona];
        const { present, weight } = audiences[p];
        const there = average(present, k, share);
        likes += (there * spanMs * likesPerMs) / LIKES_A_BATCH;
        expected[room] +=
          there * spanMs * giftsPerMs + chatFactor * average(weight, k, share) * rates[room].perViewer[bin];
      }
      likeBatches[bin] = stream.poisson(likes);
      events += likeBatches[bin];
      for (let room = 0; room < expected.length; room++) {
        chatByRoom[room][bin] = stream.poisson(expected[room]);
        events += chatByRoom[room][bin];
      }
    }
    return events;
  }

  private deliver(): void {
    const { chatByRoom, fanout, bins } = this;
    const { viewers, chatSent, deliveries, chatLagMs } = bins.rows;
    fanout.reset();
    for (let bin = 0; bin < bins.count; bin++) {
      let sum = 0;
      for (let room = 0; room < chatByRoom.length; room++) {
        const there = chatByRoom.length === 1 ? viewers[bin] : this.presentIn(room, bin);
        sum += fanout.deliveries(chatByRoom[room][bin], there, BIN_MS);
        chatSent[bin] += chatByRoom[room][bin];
      }
      fanout.pass(sum, BIN_MS);
      deliveries[bin] = sum;
      chatLagMs[bin] = fanout.lagMs;
    }
  }

  private presentIn(room: number, bin: number): number {
    const { crowd, bins } = this;
    let sum = 0;
    for (let p = 0; p < crowd.populations.length; p++)
      if (crowd.populations[p].room === room) sum += crowd.presentAt(p, bins.originMs + (bin + 1) * BIN_MS);
    return sum;
  }
}

/** Of a level that is known at the ends of steps: `share` into step `k`. */
function average(level: Float64Array, k: number, share: number): number {
  const before = k > 0 ? level[k - 1] : 0;
  return before + share * (level[k] - before);
}
