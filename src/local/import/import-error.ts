/** A reason to stop that the operator can mend; its message is for the terminal and holds no row. */
export class ImportError extends Error {
  override name = "ImportError";
}
