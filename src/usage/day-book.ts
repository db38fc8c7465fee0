import { IntervalSet } from "./intervals.ts";
import type { Category } from "./items.ts";

/** A piece of use inside one day: whole seconds since the epoch, half-open. */
export type Piece = {
  app: string;
  app_name: string | null;
  category: Category;
  device_id: string;
  started_s: number;
  ended_s: number;
};

/**
 * The counters of one day. Each is a union of its own, so that the same minute on two devices, or in
 * two apps at once, counts once in every sum it belongs to, and no hour ever holds more than 3,600 s.
 */
export class DayBook {
  readonly total = new IntervalSet();
  readonly apps = new Map<string, { set: IntervalSet; name: string | null; category: Category }>();
  readonly categories = new Map<Category, IntervalSet>();
  readonly devices = new Map<string, IntervalSet>();

  add(piece: Piece): void {
    const { started_s, ended_s } = piece;
    this.total.add(started_s, ended_s);
    const app = this.apps.get(piece.app);
    if (app) {
      app.set.add(started_s, ended_s);
      app.name = piece.app_name ?? app.name;
      app.category = piece.category;
    } else {
      const set = new IntervalSet();
      set.add(started_s, ended_s);
      this.apps.set(piece.app, { set, name: piece.app_name, category: piece.category });
    }
    setOf(this.categories, piece.category).add(started_s, ended_s);
    setOf(this.devices, piece.device_id).add(started_s, ended_s);
  }
}

function setOf<K>(sets: Map<K, IntervalSet>, key: K): IntervalSet {
  let set = sets.get(key);
  if (!set) {
    set = new IntervalSet();
    sets.set(key, set);
  }
  return set;
}
