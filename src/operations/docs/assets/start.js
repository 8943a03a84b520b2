// Starts Swagger UI with our plugin, the demo client where the service gives one, and the colours the reader prefers.
import { tellDemoClient } from './notes.js';
import { countersignPlugin, prepare } from './plugin.js';

/** @type {any} Swagger UI publishes no types. */
const SwaggerUIBundle = /** @type {any} */ (globalThis).SwaggerUIBundle;

const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();

const [demoClient, document_] = await Promise.all([
  demoClientOf('/docs/settings.json'),
  fetch('/openapi.json').then((answer) => answer.json()),
]);

const ui = SwaggerUIBundle({
  spec: document_,
  dom_id: '#swagger-ui',
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  // No validator of another host is asked.
  validatorUrl: null,
  persistAuthorization: false,
  plugins: [countersignPlugin],
  onComplete: () => prepare(demoClient),
});

if (demoClient) {
  const scopes = Object.keys(document_.components.securitySchemes.oauth2.flows.clientCredentials.scopes);
  ui.initOAuth({ clientId: demoClient.clientId, clientSecret: demoClient.clientSecret, scopes });
  tellDemoClient();
}

/** @param {string} url @returns {Promise<{ clientId: string, clientSecret: string } | null>} */
async function demoClientOf(url) {
  const answer = await fetch(url);
  return answer.ok ? (await answer.json()).demoClient : null;
}
