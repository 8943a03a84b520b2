// Prints the inventory of the built service as JSON, with an example of each parameter and body.
import 'reflect-metadata';
import { z } from 'zod';
import { FEATURES } from '../../dist/app.module.js';
import { controllersOf } from '../../dist/bootstrap.js';
import { buildInventory, PUBLIC_ROUTES } from '../../dist/contract/inventory.js';

/** @param {import('zod').ZodType | null} schema */
const exampleOf = (schema) => (schema === null ? undefined : z.toJSONSchema(schema, { io: 'input' }).examples?.[0]);

const routes = buildInventory(controllersOf(FEATURES)).map(({ contract, inputs, ...route }) => ({
  ...route,
  auth: contract.auth,
  scope: contract.scope,
  orScope: contract.orScope,
  stepUp: contract.stepUp,
  userQuery: contract.userQuery,
  throttle: contract.throttle,
  consumes: contract.consumes,
  status: contract.answer.status,
  params: Object.fromEntries(Object.entries(inputs.params).map(([name, schema]) => [name, exampleOf(schema)])),
  body: exampleOf(inputs.body),
}));
process.stdout.write(JSON.stringify({ routes, publicRoutes: PUBLIC_ROUTES }));
