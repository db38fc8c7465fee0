import {
  cpuOf,
  floorOf,
  wrongIn,
  type AdminResult,
  type BoardResult,
  type ReminderResult,
  type RunResult,
  type TurningResult,
  type WindowResult,
} from "./results.ts";
import { figure, ratio, tableOf } from "./table.ts";

const LEGEND = `people: how many take turns; the fewer a second of each, the less of the work is shared.
CPU: user and kernel time a request, with the flush behind it, of workerd, of the Node process that is
the PlanetScale endpoint and reads workerd's log, and of the database; SQL: statements a request.`;

/** A run as people read it: the table of requests, that of the delays, and what failed. */
export function reportOf(run: RunResult): string {
  const parts = [run.machine, requestTable(run), LEGEND];
  if (run.delays.length > 0) parts.push(delayTable(run));
  parts.push(...run.reminders.map(reminderTable));
  parts.push(...run.boards.map(boardTable), ...run.turnings.map(turningLine));
  parts.push(...run.admins.map(adminTable));
  const faults = wrongIn(run, "faults");
  if (faults.length > 0) parts.push(["Logged, and made good:", ...faults].join("\n  "));
  const failures = wrongIn(run, "failures");
  parts.push(failures.length === 0 ? "Nothing failed." : ["Failed:", ...failures].join("\n  "));
  return parts.join("\n\n");
}

/** A run beside an earlier one: how many times its figures each of today's is. */
export function comparisonOf(run: RunResult, earlier: RunResult): string {
  const phases = rowsOf(run).flatMap((now) => {
    const then = rowsOf(earlier).find(({ name }) => name === now.name);
    if (!then) return [];
    return [
      [
        now.title,
        ratio(now.per_second, then.per_second),
        ratio(now.latency_ms.p50, then.latency_ms.p50),
        ratio(now.latency_ms.p99, then.latency_ms.p99),
        ratio(cpuOf(now), cpuOf(then)),
      ],
    ];
  });
  const delays = run.delays.flatMap((now) => {
    const then = earlier.delays.find(({ name }) => name === now.name);
    if (!then) return [];
    const { p50, p99 } = then.delay_ms;
    return [[now.title, "", ratio(now.delay_ms.p50, p50), ratio(now.delay_ms.p99, p99), ""]];
  });
  const head = `Beside the run of ${earlier.at} on ${earlier.machine}:`;
  const headings = ["times as much as then", "req/s", "p50", "p99", "CPU"];
  return `${head}\n\n${tableOf(headings, [...phases, ...delays])}`;
}

function requestTable(run: RunResult): string {
  const floor = floorOf(run);
  const rows = rowsOf(run).map((phase) => {
    const { p50, p95, p99 } = phase.latency_ms;
    const cpu = cpuOf(phase);
    const { workerd, endpoint, database } = phase.cpu_ms ?? {};
    return [
      phase.title,
      phase.people === null ? "" : String(phase.people),
      figure(phase.per_second),
      phase.items_per_second === null ? "" : figure(phase.items_per_second),
      ...[p50, p95, p99, cpu].map(figure),
      ...[workerd, endpoint, database].map((part) => figure(part ?? null)),
      figure(phase.statements),
      ratio(phase.per_second, floor.per_second),
      ratio(cpu, floor.cpu),
    ];
  });
  const times = ["p50 ms", "p95 ms", "p99 ms"];
  const cpu = ["CPU ms", "workerd", "endpoint", "database"];
  const headings = [
    "request",
    "people",
    "req/s",
    "items/s",
    ...times,
    ...cpu,
    "SQL",
    "rate/floor",
    "CPU/floor",
  ];
  return tableOf(headings, rows);
}

function delayTable(run: RunResult): string {
  const rows = run.delays.map(({ title, reports, samples, delay_ms, answer_ms }) => [
    title,
    String(reports),
    String(samples),
    ...[delay_ms.p50, delay_ms.p95, delay_ms.p99, answer_ms.p50].map(figure),
  ]);
  const times = ["p50 ms", "p95 ms", "p99 ms"];
  const headings = ["from answer to frame", "reports", "frames", ...times, "answer p50"];
  return tableOf(headings, rows);
}

/** A line an hour: how many each of its windows mailed, and in what time. */
function reminderTable({ title, seconds, armed, windows }: ReminderResult): string {
  const cellOf = ({ mailed, ms }: WindowResult) => `${figure(mailed)} in ${figure(ms / 1_000)} s`;
  const hours = Map.groupBy(windows, ({ at }) => new Date(at).getUTCHours());
  const rows = [...hours].map(([hour, quarters]) => [
    `${String(hour).padStart(2, "0")} UTC`,
    ...quarters.map(cellOf),
  ]);
  const slowest = Math.max(...windows.map(({ ms }) => ms)) / 1_000;
  const words = `Reckoned in ${figure(armed.ms / 1_000)} s; the slowest window took ${figure(slowest)} s; all of it, with the sending, ${figure(seconds)} s.`;
  return `${tableOf([title, ":00", ":15", ":30", ":45"], rows)}\n${words}`;
}

function boardTable({ title, figures }: BoardResult): string {
  const rows = figures.map(({ what, measured, unit, bound, met, beside }) => [
    what,
    `${figure(measured)} ${unit}`,
    `${bound} ${unit}`,
    met ? "met" : "NOT MET",
    beside,
  ]);
  return tableOf([title, "measured", "at most", "", ""], rows);
}

function adminTable({ title, figures, seconds }: AdminResult): string {
  const rows = figures.map(({ what, first_ms, p50, p95, bound, met }) => [
    what,
    ...[first_ms, p50, p95, bound].map(figure),
    met ? "met" : "NOT MET",
  ]);
  const headings = ["GET /api/admin/…", "first ms", "p50 ms", "p95 ms", "at most", ""];
  const met = figures.filter((one) => one.met).length;
  const words = `${title}, made in ${figure(seconds)} s: ${met} of ${figures.length} at most ${figures[0]?.bound ?? 0} ms.`;
  return `${tableOf(headings, rows)}\n${words}`;
}

function turningLine({
  title,
  pages,
  final_seconds,
  mailed_seconds,
  mails,
}: TurningResult): string {
  return `${title}: final after ${figure(final_seconds)} s, by ${pages} pages of the cron; ${figure(mails)} results mailed after ${figure(mailed_seconds)} s.`;
}

function rowsOf({ floor, phases }: RunResult) {
  return [floor.before, ...phases, { ...floor.after, name: "floor-after" }];
}
