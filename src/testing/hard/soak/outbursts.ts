/** What a runtime says of an error that nobody caught, or a promise that nobody waited for. */
const OUTBURST = /uncaught|unhandled|unsettled|hung|broken\.outputGate|never (be )?resolved/i;

/**
 * The lines of a Worker's log (JSON, one each) in which the runtime tells of an error that the code
 * let go. Lines that the code wrote itself are none: it has caught what they tell.
 */
export function outburstsIn(log: string): string[] {
  return log.split("\n").flatMap((line) => {
    if (line === "") return [];
    const { message } = JSON.parse(line) as { message?: string };
    return message !== undefined && OUTBURST.test(message) ? [message] : [];
  });
}
