/** A JSON schema, as far as the API document uses it. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
};

/** The schemas that references lead to, by name. */
export type Schemas = Record<string, Schema>;

/** Follows a reference into the document's components. Raises an Error for one that leads nowhere. */
export function resolved(schema: Schema, schemas: Schemas): Schema {
  if (schema.$ref === undefined) return schema;
  const found = schemas[schema.$ref.replace("#/components/schemas/", "")];
  if (!found) throw new Error(`${schema.$ref} leads nowhere`);
  return resolved(found, schemas);
}

/** The JSON types a schema allows; all of them where it does not say. */
export function typesOf(schema: Schema): string[] {
  if (schema.type === undefined) return [];
  return Array.isArray(schema.type) ? schema.type : [schema.type];
}

/**
 * What in a value goes against a schema's types, names and enums, each by its path; nothing where it
 * fits. A field that the schema does not know goes against it, too: nobody was promised it.
 */
export function misfits(value: unknown, given: Schema, schemas: Schemas, path = "$"): string[] {
  const schema = resolved(given, schemas);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) {
    const tried = choices.map((one) => misfits(value, one, schemas, path));
    return tried.some((wrong) => wrong.length === 0) ? [] : (tried[0] ?? []);
  }
  if (schema.allOf) return misfits(value, joined(schema.allOf, schemas), schemas, path);
  if (schema.enum && !schema.enum.includes(value)) return [`${path} is none of the enum`];
  if (schema.const !== undefined && schema.const !== value) return [`${path} is not the constant`];
  const types = typesOf(schema);
  const type = typeOf(value);
  if (
    types.length > 0 &&
    !types.includes(type) &&
    !(type === "integer" && types.includes("number"))
  )
    return [`${path} is ${type} and not ${types.join(" or ")}`];
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.flatMap((one, at) => misfits(one, items, schemas, `${path}[${at}]`)) : [];
  }
  return type === "object" ? inObject(value as object, schema, schemas, path) : [];
}

/** All of several schemas as one, so that a field of one of them is known to all. */
function joined(parts: readonly Schema[], schemas: Schemas): Schema {
  const all = parts.map((part) => resolved(part, schemas));
  const types = all.map(typesOf).filter((some) => some.length > 0);
  const shared = types[0]?.filter((type) => types.every((some) => some.includes(type)));
  return {
    ...(shared && { type: shared }),
    properties: Object.assign({}, ...all.map(({ properties = {} }) => properties)) as Schemas,
    required: all.flatMap(({ required = [] }) => required),
  };
}

function inObject(value: object, schema: Schema, schemas: Schemas, path: string): string[] {
  const { properties, required = [], additionalProperties } = schema;
  const missing = required
    .filter((name) => !Object.hasOwn(value, name))
    .map((name) => `${path}.${name} is missing`);
  const wrong = Object.entries(value).flatMap(([name, one]) => {
    const own = properties?.[name];
    if (own) return misfits(one, own, schemas, `${path}.${name}`);
    if (typeof additionalProperties === "object")
      return misfits(one, additionalProperties, schemas, `${path}.${name}`);
    return properties && additionalProperties !== true ? [`${path}.${name} is not promised`] : [];
  });
  return [...missing, ...wrong];
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}
