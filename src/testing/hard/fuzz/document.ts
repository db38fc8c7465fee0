import { routesIn } from "../../recipes.ts";
import { isForPostmark } from "../postmark-door.ts";
import type { Schema, Schemas } from "./schema.ts";

type Content = Record<string, { schema?: Schema }>;
type Operation = {
  security?: object[];
  parameters?: { in: string; name: string; schema: Schema; required?: boolean }[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
};

/** A route as the document has it. */
export type Route = {
  /** As recipes name it. */
  name: string;
  method: string;
  path: string;
  is_guarded: boolean;
  queries: { name: string; schema: Schema }[];
  takes_key: boolean;
  /** Of a JSON body; null where the route takes none. */
  body: Schema | null;
  answers: Map<number, Schema | null>;
};

/** All that the document promises. */
export type Document = { routes: Route[]; schemas: Schemas; codes: Set<string> };

/** Reads the API document of a running stack. */
export async function readDocument(api_url: string): Promise<Document> {
  const answer = await fetch(`${api_url}/openapi.json`);
  const document = await answer.json<{
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Schemas };
  }>();
  const { schemas } = document.components;
  const codes = schemas["Problem"]?.properties?.["code"]?.enum ?? [];
  const routes = [...routesIn(document)].map(([name, operation]): Route => {
    const [method = "", path = ""] = name.split(" ");
    const { parameters = [], security = [], requestBody, responses } = operation;
    const body = requestBody?.content["application/json"]?.schema ?? null;
    return {
      name,
      method,
      path,
      is_guarded: security.length > 0,
      queries: parameters.filter((one) => one.in === "query"),
      takes_key: parameters.some((one) => one.in === "header"),
      body: body && isForPostmark({ name }) ? { ...body, additionalProperties: true } : body,
      answers: new Map(
        Object.entries(responses).map(([status, { content }]) => [
          Number(status),
          Object.entries(content ?? {}).find(([type]) => type.includes("json"))?.[1].schema ?? null,
        ]),
      ),
    };
  });
  return { routes, schemas, codes: new Set(codes.map(String)) };
}
