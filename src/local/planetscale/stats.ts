/** What the endpoint has served since its start or the last reset. */
export interface StatsReading {
  /** HTTP requests of the protocol, refused ones included: what a client waited for. */
  requests: number;
  /** Execute calls. */
  statements: number;
  /** Execute calls by first word, in lower case. */
  by_verb: Record<string, number>;
  /** Calls that failed on order, by mode. */
  faults: Record<string, number>;
  /** Transactions open now. */
  open_transactions: number;
  /** Connections open now to the server behind. */
  connections: number;
}

/** Counters that tests read to see how many trips a request costs. */
export interface EndpointStats {
  countRequest(): void;
  countStatement(sql: string): void;
  countFault(mode: string): void;
  read(): StatsReading;
  reset(): void;
}

/** Counters at zero; the two functions tell the present state of the gateway. */
export function createStats(
  openTransactions: () => number,
  connections: () => number,
): EndpointStats {
  let requests = 0;
  let statements = 0;
  let verbs = new Map<string, number>();
  let faults = new Map<string, number>();
  return {
    countRequest() {
      requests += 1;
    },
    countStatement(sql) {
      statements += 1;
      const verb = /\w+/.exec(sql)?.[0].toLowerCase() ?? "";
      verbs.set(verb, (verbs.get(verb) ?? 0) + 1);
    },
    countFault(mode) {
      faults.set(mode, (faults.get(mode) ?? 0) + 1);
    },
    read: () => ({
      requests,
      statements,
      by_verb: Object.fromEntries(verbs),
      faults: Object.fromEntries(faults),
      open_transactions: openTransactions(),
      connections: connections(),
    }),
    reset() {
      requests = 0;
      statements = 0;
      verbs = new Map();
      faults = new Map();
    },
  };
}
