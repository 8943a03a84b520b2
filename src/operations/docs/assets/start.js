// Starts Swagger UI with the plugin, the demo client if the service gives one, and the preferred colours.
import { tellDemoClient } from './notes.js';
import { countersignPlugin, prepare } from './plugin.js';

/** @type {any} Swagger UI publishes no types. */
const SwaggerUIBundle = /** @type {any} */ (globalThis).SwaggerUIBundle;

const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();

const [demoClient, spec] = await Promise.all([demoClientOf('/docs/settings.json'), documentOf('/openapi.json')]);
// A device signs each request: a form has no field for that.
delete spec.components.securitySchemes.device;
for (const methods of Object.values(spec.paths))
  for (const operation of Object.values(methods)) if (operation.security?.some(isOfDevice)) delete operation.security;
const scopes = demoClient?.scopes ?? Object.keys(spec.components.securitySchemes.oauth2.flows.clientCredentials.scopes);

const ui = SwaggerUIBundle({
  spec,
  dom_id: '#swagger-ui',
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  // No validator of another host is called.
  validatorUrl: null,
  persistAuthorization: false,
  // A refused client sees the service's answer, not the browser's password prompt (`WWW-Authenticate: Basic`).
  requestInterceptor: (/** @type {object} */ request) => Object.assign(request, { credentials: 'omit' }),
  plugins: [countersignPlugin],
  onComplete: () => prepare(demoClient, scopes),
});

if (demoClient) {
  ui.initOAuth({ clientId: demoClient.clientId, clientSecret: demoClient.clientSecret, scopes });
  tellDemoClient();
}

/** @param {object} scheme */
function isOfDevice(scheme) {
  return 'device' in scheme;
}

/** @param {string} url @returns {Promise<{ clientId: string, clientSecret: string, scopes: string[] } | null>} */
async function demoClientOf(url) {
  const answer = await fetch(url);
  return answer.ok ? (await answer.json()).demoClient : null;
}

/** @param {string} url */
async function documentOf(url) {
  return (await fetch(url)).json();
}
