// From the schemas that judge requests and build answers to JSON Schema (draft 2020-12, as OpenAPI 3.1 has it).
import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** What a caller may send: strict where the route is, defaults not required. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  return withoutDialect(z.toJSONSchema(schema, { io: 'input' }));
}

/** What a caller receives. Fields may be added to an answer within a version, so it does not forbid them. */
export function answerSchema(schema: z.ZodType): JsonSchema {
  const override = ({ jsonSchema }: { jsonSchema: JsonSchema }) => {
    if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  };
  return withoutDialect(z.toJSONSchema(schema, { io: 'output', override }));
}

/** The first example that the schema itself carries. */
export function exampleOf(schema: JsonSchema): unknown {
  return schema.examples?.[0];
}

function withoutDialect(schema: JsonSchema): JsonSchema {
  delete schema.$schema;
  return schema;
}
