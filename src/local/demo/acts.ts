import { APPS, type App } from "./apps.ts";
import type { Cast, Device, Person } from "./cast.ts";
import { daysFrom, ownClock } from "./own-clock.ts";
import type { Chance } from "./random.ts";
import type { Beat, BeatKind, Item, Receipts, Send } from "./beat.ts";
import { Scores, type Stretch } from "./scores.ts";
import { MINUTE_MS, Timeline } from "./timeline.ts";

/** What everybody but the late one used before the story begins, in minutes: close together, so that places change. */
const USED_BEFORE = [14, 29, 41, 57, 72];
const USED_BY_THE_LATE = [7, 12, 5, 9, 14, 6, 8, 10];
/** A phone's buffer: short pieces of scrolling, one after the other. */
const BUFFERED_ITEMS = 120;
const BUFFERED_MINUTES = 0.25;

type Setting = {
  chance: Chance;
  now: number;
  cast: Cast;
  start_date: string;
  missing_day_seconds: number;
};

/** Writes the story act by act, and keeps count of what the board must say. */
export class Acts {
  readonly beats: Omit<Beat, "at">[] = [];
  readonly #setting: Setting;
  readonly #scores = new Scores();
  readonly #timelines = new Map<string, Timeline>();
  /** Those whose phones have been heard of. */
  #awake: Person[];
  #last = "";

  constructor(setting: Setting) {
    this.#setting = setting;
    const { cast, chance, now, start_date, missing_day_seconds } = setting;
    this.#awake = cast.people.filter(({ key }) => key !== cast.late);
    for (const person of cast.people) {
      const { key, timezone } = person;
      this.#timelines.set(key, new Timeline({ now, timezone, start_date, chance }));
      this.#scores.setSilent(key, this.#daysOver(person) * missing_day_seconds);
    }
  }

  /** One phone after the other tells what it knows; a day over that it said nothing of counted as silent. */
  catchUp(): void {
    const { chance } = this.#setting;
    const lengths = chance.shuffled(USED_BEFORE);
    for (const [index, person] of chance.shuffled(this.#awake).entries()) {
      const minutes = this.#split(lengths[index] ?? 0, chance.whole(2, 4));
      const isOver = this.#daysOver(person) > 0;
      const when = isOver ? "yesterday" : "the day so far";
      const story = `${phoneOf(person)} reports ${when}: ${minutes.length} items, ${total(minutes)}`;
      this.#tell(isOver ? "late" : "used", story, [this.#catchUpOf(person, minutes)]);
    }
  }

  /** The late phone says nothing, and that is seen. */
  silence(): void {
    const late = this.#person(this.#setting.cast.late);
    const hours = this.#setting.missing_day_seconds / 3_600;
    this.#tell("silent", `${phoneOf(late)} is silent: each such day counts ${hours} h`, []);
  }

  /** People use their phones; mostly whoever leads, so that places change. */
  usage(times: number): void {
    for (let time = 0; time < times; time += 1) {
      const { person, minutes } = this.#nextMove();
      const device = this.#setting.chance.pick(person.devices);
      const isBatch = this.#setting.chance.happens(0.4) && minutes >= 8;
      const lengths = isBatch ? this.#split(minutes, this.#setting.chance.whole(2, 4)) : [minutes];
      const { send, apps } = this.#use(person, device, lengths);
      const story = isBatch
        ? `${nameOf(person, device)}: ${lengths.length} items in one batch, ${minutes} min`
        : `${nameOf(person, device)}: ${minutes} min of ${apps[0]?.name ?? ""}`;
      this.#tell("used", story, [send]);
    }
  }

  /** A phone sends a batch again that it is unsure of. */
  resend(): void {
    const { person, minutes } = this.#nextMove();
    const device = person.devices[0];
    const lengths = this.#split(Math.max(minutes, 9), 3);
    const { send } = this.#use(person, device, lengths);
    this.#tell("used", `${phoneOf(person)}: 3 items in one batch, ${total(lengths)}`, [send]);
    this.#tell("known", `${phoneOf(person)} resent the same 3 items – counted once`, [again(send)]);
  }

  /** A phone and a tablet are used in the same minutes, then partly. */
  twoDevices(): void {
    const person = this.#person(this.#setting.cast.two_devices);
    const [phone, tablet = phone] = person.devices;
    const app = this.#setting.chance.pick(APPS);
    const timeline = this.#timeline(person);
    const first = timeline.next(20);
    const more = timeline.adjoining(10);
    const onBoth = { started_at: first.ended_at - 5 * MINUTE_MS, ended_at: more.ended_at };
    const use = (device: Device, stretch: Stretch): Send => {
      this.#scores.add(person.key, [stretch]);
      return this.#send(person, device, [itemOf(app, device, stretch)]);
    };
    const name = nameOf(person, tablet);
    this.#tell("used", `${nameOf(person, phone)}: 20 min of ${app.name}`, [use(phone, first)]);
    this.#tell("union", `${name} reported the same 20 minutes – union, nothing added`, [
      use(tablet, first),
    ]);
    this.#tell("union", `${name}: 15 min more, 5 of them known – union, 10 added`, [
      use(tablet, onBoth),
    ]);
  }

  /** One item of a batch is dated tomorrow; its neighbours count. */
  wrongClock(): void {
    const { person, minutes } = this.#nextMove();
    const device = person.devices[0];
    const { send, apps } = this.#use(person, device, this.#split(Math.max(minutes, 9), 3));
    const [app] = apps;
    if (!app) return;
    const tomorrow = this.#setting.now + 24 * 60 * MINUTE_MS;
    const wrong = { started_at: tomorrow, ended_at: tomorrow + 10 * MINUTE_MS };
    const items = [...send.items, itemOf(app, device, wrong)];
    const expected = { accepted: 3, duplicate: 0, rejected: 1 };
    const story = `${phoneOf(person)}: 1 of 4 items dated tomorrow – refused, 3 counted`;
    this.#tell("refused", story, [{ ...send, items, expected }]);
  }

  /** The answer to an item gets lost, so that the phone sends it again. */
  lostAnswer(): void {
    const { person, minutes } = this.#nextMove();
    const { send, apps } = this.#use(person, person.devices[0], [minutes]);
    const [app] = apps;
    const name = phoneOf(person);
    this.#tell("used", `${name}: ${minutes} min of ${app?.name ?? ""}, the answer got lost`, [
      send,
    ]);
    this.#tell("known", `${name} asked again, same answer – counted once`, [again(send)]);
  }

  /** The late phone comes back with yesterday's hours. */
  lateDelivery(): void {
    const { cast } = this.#setting;
    const late = this.#person(cast.late);
    const send = this.#catchUpOf(late, USED_BY_THE_LATE);
    const count = USED_BY_THE_LATE.length;
    const story = `${phoneOf(late)} is back: ${count} items of yesterday, hours late, ${total(USED_BY_THE_LATE)}`;
    this.#tell("late", story, [send]);
    this.#awake = [...cast.people];
  }

  /** A phone empties its buffer in one call, and does so twice. */
  buffer(): void {
    const [leader = ""] = this.#scores.ranked(this.#awake.map(({ key }) => key));
    const person = this.#person(leader);
    const lengths = Array<number>(BUFFERED_ITEMS).fill(BUFFERED_MINUTES);
    const { send } = this.#use(person, person.devices[0], lengths, "adjoining");
    const name = phoneOf(person);
    this.#tell("used", `${name} empties its buffer: ${BUFFERED_ITEMS} items, ${total(lengths)}`, [
      send,
    ]);
    this.#tell("known", `${name} resent all ${BUFFERED_ITEMS} – counted once`, [again(send)]);
  }

  /** All phones send at the same moment. */
  everybodyAtOnce(): void {
    const { chance, cast } = this.#setting;
    const sends = chance
      .shuffled(cast.people)
      .map((person) => this.#use(person, person.devices[0], [chance.whole(2, 8)]).send);
    this.#tell("used", `All ${sends.length} phones send at the same moment`, sends);
  }

  /** Who is to pass whom, and how many minutes that takes. */
  #nextMove(): { person: Person; minutes: number } {
    const { chance } = this.#setting;
    const ranked = this.#scores.ranked(this.#awake.map(({ key }) => key));
    const free = ranked.filter((key) => key !== this.#last);
    const key = (chance.happens(0.5) ? free[0] : chance.pick(free)) ?? "";
    const rival =
      ranked[Math.min(ranked.indexOf(key) + chance.whole(1, 3), ranked.length - 1)] ?? key;
    const behind = Math.ceil((this.#scores.of(rival) - this.#scores.of(key)) / 60);
    this.#last = key;
    const minutes = Math.min(35, Math.max(4, behind + chance.whole(2, 9)));
    return { person: this.#person(key), minutes };
  }

  /** The call of a phone that tells of what lies before the story. */
  #catchUpOf(person: Person, minutes: readonly number[]): Send {
    const device = person.devices[0];
    const stretches = this.#timeline(person).before(minutes);
    this.#scores.add(person.key, stretches);
    this.#scores.setSilent(person.key, 0);
    const items = stretches.map((stretch) =>
      itemOf(this.#setting.chance.pick(APPS), device, stretch),
    );
    return this.#send(person, device, items);
  }

  /** Lets somebody use a device for that many minutes each; gives the call that reports it. */
  #use(
    person: Person,
    device: Device,
    lengths: readonly number[],
    how: "next" | "adjoining" = "next",
  ): { send: Send; apps: App[] } {
    const apps = lengths.map(() => this.#setting.chance.pick(APPS));
    const stretches = lengths.map((minutes) => this.#timeline(person)[how](minutes));
    this.#scores.add(person.key, stretches);
    const items = stretches.flatMap((stretch, index) => {
      const app = apps[index];
      return app ? [itemOf(app, device, stretch)] : [];
    });
    return { send: this.#send(person, device, items), apps };
  }

  #send(person: Person, device: Device, items: Item[]): Send {
    const shape = items.length === 1 ? "single" : "batch";
    const expected: Receipts = { accepted: items.length, duplicate: 0, rejected: 0 };
    const { device_id } = device;
    return { person: person.key, device_id, shape, items, expected };
  }

  #tell(kind: BeatKind, story: string, sends: Send[]): void {
    const { people } = this.#setting.cast;
    const used = Object.fromEntries(people.map(({ key }) => [key, this.#scores.usedBy(key)]));
    this.beats.push({ kind, story, sends, used });
  }

  /** How many of the challenge's days are over for somebody. */
  #daysOver({ timezone }: Person): number {
    const { start_date, now } = this.#setting;
    return daysFrom(start_date, ownClock(now, timezone).date);
  }

  /** Parts of whole minutes that make up the given ones. */
  #split(minutes: number, parts: number): number[] {
    const lengths = Array<number>(parts).fill(Math.floor(minutes / parts));
    lengths[0] = (lengths[0] ?? 0) + (minutes % parts);
    return this.#setting.chance.shuffled(lengths);
  }

  #person(key: string): Person {
    const person = this.#setting.cast.people.find((one) => one.key === key);
    if (!person) throw new RangeError(`nobody is called ${key}`);
    return person;
  }

  #timeline({ key }: Person): Timeline {
    const timeline = this.#timelines.get(key);
    if (!timeline) throw new RangeError(`${key} has no past`);
    return timeline;
  }
}

function itemOf({ app, app_name, category }: App, device: Device, stretch: Stretch): Item {
  return {
    app,
    ...(app_name !== undefined && { app_name }),
    ...(category !== undefined && { category }),
    device_id: device.device_id,
    started_at: new Date(stretch.started_at).toISOString(),
    ended_at: new Date(stretch.ended_at).toISOString(),
  };
}

/** The same call once more: now every item is known. */
function again(send: Send): Send {
  return { ...send, expected: { accepted: 0, duplicate: send.items.length, rejected: 0 } };
}

function nameOf(person: Person, device: Device): string {
  return `${person.name}’s ${device.name}`;
}

function phoneOf(person: Person): string {
  return nameOf(person, person.devices[0]);
}

function total(minutes: readonly number[]): string {
  return `${minutes.reduce((sum, part) => sum + part, 0)} min`;
}
