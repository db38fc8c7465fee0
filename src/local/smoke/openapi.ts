import { z } from "zod";

const METHODS = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];

const parameterSchema = z.looseObject({ name: z.string(), in: z.string() });
const operationSchema = z.looseObject({
  parameters: z.array(parameterSchema).optional(),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  responses: z.record(
    z.string().regex(/^([1-5]\d\d|default)$/),
    z.looseObject({ description: z.string() }),
  ),
});
const documentSchema = z.looseObject({
  openapi: z.string().regex(/^3\.1\.\d+$/),
  info: z.looseObject({ title: z.string().min(1), version: z.string().min(1) }),
  paths: z.record(z.string().startsWith("/"), z.record(z.string(), z.unknown())),
  components: z
    .looseObject({ securitySchemes: z.record(z.string(), z.unknown()).optional() })
    .optional(),
});

/** Says what is wrong with an OpenAPI 3.1 document, and how many operations it has. */
export function examineDocument(json: unknown): { faults: string[]; operations: number } {
  const read = documentSchema.safeParse(json);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    return { faults, operations: 0 };
  }
  const schemes = Object.keys(read.data.components?.securitySchemes ?? {});
  const faults = danglingReferences(json);
  let operations = 0;
  for (const [path, methods] of Object.entries(read.data.paths)) {
    for (const [method, value] of Object.entries(methods)) {
      if (!METHODS.includes(method)) continue;
      operations += 1;
      const where = `${method.toUpperCase()} ${path}`;
      const operation = operationSchema.safeParse(value);
      if (!operation.success) {
        const [issue] = operation.error.issues;
        faults.push(`${where}: ${issue?.path.join(".")} ${issue?.message}`);
        continue;
      }
      const { parameters = [], security = [], responses } = operation.data;
      if (Object.keys(responses).length === 0) faults.push(`${where} has no responses`);
      for (const [, name] of path.matchAll(/\{(\w+)\}/g)) {
        if (!parameters.some((one) => one.in === "path" && one.name === name))
          faults.push(`${where} does not declare {${name}}`);
      }
      for (const scheme of security.flatMap((one) => Object.keys(one))) {
        if (!schemes.includes(scheme)) faults.push(`${where} asks for an unknown ${scheme}`);
      }
    }
  }
  return { faults, operations };
}

/** References to parts that the document does not have. */
function danglingReferences(json: unknown): string[] {
  const faults: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, part] of Object.entries(value)) {
      if (key === "$ref" && typeof part === "string") {
        if (!part.startsWith("#/") || resolve(json, part) === undefined)
          faults.push(`${part} leads nowhere`);
      } else visit(part);
    }
  };
  visit(json);
  return [...new Set(faults)];
}

function resolve(json: unknown, reference: string): unknown {
  let at = json;
  for (const step of reference.slice(2).split("/")) {
    const key = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}
