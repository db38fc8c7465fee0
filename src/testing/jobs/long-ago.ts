/** A night whose old rows are older than those of any other test. */
export const LONG_AGO = Date.parse("2020-06-01T03:17:00Z");
