import api from "../../worker.ts";
import type { MeasuredBoard } from "./measured-board.ts";

export * from "../../worker.ts";
export { MeasuredBoard as BoardObject } from "./measured-board.ts";

/** The API's Worker with a way to a board that skips the door: `POST /measured/<method>/<challenge id>`. */
export default {
  ...api,
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const [, area, method, id] = new URL(request.url).pathname.split("/");
    if (area !== "measured" || id === undefined) return await api.fetch(request, env, ctx);
    const name = env.BOARD.idFromName(id);
    const board = env.BOARD.get(name) as unknown as DurableObjectStub<MeasuredBoard>;
    const order = await request.json<never>();
    switch (method) {
      case "fill":
        return Response.json(await board.fillUp(id));
      case "lines":
        return Response.json(await board.lines(order));
      case "measure":
        return Response.json(await board.measure(order));
      case "forget":
        await board.forget();
        return Response.json(null);
      default:
        return new Response(null, { status: 404 });
    }
  },
};
