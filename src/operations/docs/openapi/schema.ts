// Converts the schemas of requests and answers to JSON Schema (draft 2020-12, as OpenAPI 3.1 uses it).
import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** What a client may send: strict if the route is, fields with a default are optional. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  return withoutDialect(z.toJSONSchema(schema, { io: 'input' }));
}

/** What a client receives. Fields may be added within a version, so additional ones are allowed. */
export function answerSchema(schema: z.ZodType): JsonSchema {
  const override = ({ jsonSchema }: { jsonSchema: JsonSchema }) => {
    if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  };
  return withoutDialect(z.toJSONSchema(schema, { io: 'output', override }));
}

/** The first example of the schema. */
export function exampleOf(schema: JsonSchema): unknown {
  return schema.examples?.[0];
}

function withoutDialect(schema: JsonSchema): JsonSchema {
  delete schema.$schema;
  return schema;
}
