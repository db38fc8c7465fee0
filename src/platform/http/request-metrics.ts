import { counter, histogram } from "../metrics/metric.ts";

const requests = counter("focus_http_requests_total", "Requests answered.", [
  "method",
  "route",
  "status",
]);
const durations = histogram(
  "focus_http_request_duration_seconds",
  "From a request's arrival to its answer, as the Worker sees it.",
  ["method", "route"],
  [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
);

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Counts an answered request; `route` is the template, so that its values are few. */
export function countRequest(request: {
  method: string;
  route: string;
  status: number;
  ms: number;
}): void {
  const { route } = request;
  const method = METHODS.includes(request.method) ? request.method : "other";
  requests.add({ method, route, status: String(request.status) });
  durations.observe({ method, route }, request.ms / 1_000);
}
