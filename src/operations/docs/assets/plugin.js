// The plugin of Swagger UI. Fills in a fresh code before a request, and after an answer the values for the next
// operations. It sends no request of its own, except to renew a token.
import { Authenticator } from './authenticator.js';
import { Carrier } from './carry.js';
import { endNote, note } from './notes.js';
import { renewToken } from './renewal.js';

/** @typedef {import('./carry.js').System} System */

const authenticator = new Authenticator();
/** @type {Carrier} for the one page there is */
let carrier;
/** @type {string | undefined} the code in the last request sent */
let sentCode;

export function countersignPlugin(/** @type {System} */ system) {
  carrier = new Carrier(system);
  return {
    statePlugins: {
      spec: { wrapActions: { executeRequest: beforeSending, setResponse: afterAnswer } },
    },
  };
}

/**
 * The values that are filled in from the start.
 * @param {{ clientId: string, clientSecret: string } | null} demoClient
 * @param {readonly string[]} scopes
 */
export function prepare(demoClient, scopes) {
  const random = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  carrier.parameter('userId', `user-${random.toString(36)}`);
  if (!demoClient) return;
  const { clientId, clientSecret } = demoClient;
  carrier.form(['/oauth2/token', 'post'], {
    grant_type: 'client_credentials',
    scope: scopes.join(' '),
    client_id: clientId,
    client_secret: clientSecret,
    // The page would fill "string" into fields without an example.
    client_assertion_type: '',
    client_assertion: '',
  });
}

/** @param {(request: any) => any} send @param {System} system */
function beforeSending(send, system) {
  return async (/** @type {any} */ request) => {
    endNote();
    // A failure of either must not stop the explorer's request.
    await renewToken(system, request).catch(() => undefined);
    await putFreshCode([request.pathName, request.method]).catch(() => undefined);
    sentCode = carrier.codeIn([request.pathName, request.method]);
    return send(request);
  };
}

/** @param {import('./carry.js').Place} place */
async function putFreshCode(place) {
  if (!authenticator.isReady || !carrier.takesCode(place)) return;
  const { code, waitMs } = await authenticator.offer();
  carrier.code(code, place);
  if (waitMs === 0) note(`Code ${code} was filled in.`);
  else
    note(
      `Code ${code} was already used, so it will be refused. The next one is accepted in ` +
        `${Math.ceil(waitMs / 1_000)} s: press Execute again then.`,
    );
}

/** @param {(path: string, method: string, response: any) => any} show */
function afterAnswer(show) {
  return (/** @type {string} */ path, /** @type {string} */ method, /** @type {any} */ response) => {
    // A refusal arrives as an error with the answer in it.
    void learn(path, response.err?.response ?? response).catch(() => undefined);
    return show(path, method, response);
  };
}

/** @param {string} path @param {any} response */
async function learn(path, response) {
  if (typeof response.url !== 'string') return;
  authenticator.learnTime(response.headers?.date);
  const { userId } = pathValues(path, response.url);
  if (userId !== undefined) carrier.parameter('userId', userId);
  const answer = response.body ?? {};
  if (response.status === 201 && typeof answer.otpauthUri === 'string') await learnEnrolment(answer);
  if (response.status === 201 && typeof answer.registrationUri === 'string') learnRegistration(answer);
  if (response.status === 401 && answer.code === 'invalid_device_proof')
    note('Only a device can call this, with a signature for each request: run node examples/device/device.mjs.');
  if (response.status === 201 && path.endsWith('/challenges')) carrier.parameter('challengeId', answer.id);
  if (response.status === 200 && sentCode !== undefined) await authenticator.spend(sentCode);
  if (typeof answer.assertion === 'string') learnAssertion(answer.assertion);
  if (response.status === 202) learnSent(answer);
  if (String(answer.id).startsWith('rcv_')) carrier.parameter('recoveryId', answer.id);
  if (String(answer.id).startsWith('whe_')) carrier.parameter('endpointId', answer.id);
  if (response.status === 403 && answer.code === 'step_up_required')
    note(
      'This user is enrolled, so the change needs a fresh proof. Verify again with the `action` of this ' +
        'route, then press Execute here again; or type another userId.',
    );
}

/**
 * Fills the assertion of a factor change into the header of those routes, and any other where it can be spent.
 * @param {string} assertion
 */
function learnAssertion(assertion) {
  const claims = JSON.parse(atob((assertion.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')));
  if (String(claims.action).startsWith('factors.')) carrier.parameter('Step-Up', assertion, 'header');
  else carrier.assertion(assertion);
  note(`Assertion filled in where it can be used. It expires in ${claims.exp - claims.iat} s.`);
}

/** A code may have been sent to a phone. @param {{ id?: string }} answer */
function learnSent({ id = '' }) {
  const name = { phn_: 'phoneId', bll_: 'lookupId', chl_: 'challengeId' }[id.slice(0, 4)];
  if (name === undefined) return;
  carrier.parameter(name, id);
  note('If a code was sent, it is in the last line of the outbox: tail -n 1 .countersign/outbox.jsonl');
}

/** @param {{ registrationId: string, registrationUri: string, qrCode: string }} registration */
function learnRegistration({ registrationId, registrationUri, qrCode }) {
  carrier.parameter('deviceId', registrationId);
  carrier.parameter('registrationId', registrationId);
  note(
    'Run the device in a terminal, and type the code that it shows into confirm: node ' +
      `examples/device/device.mjs register "${registrationUri}"`,
    qrCode,
  );
}

/** @param {{ id: string, otpauthUri: string, qrCode: string }} enrolment */
async function learnEnrolment({ id, otpauthUri, qrCode }) {
  carrier.parameter('factorId', id);
  authenticator.enrol(otpauthUri);
  if (!authenticator.isReady)
    return note('The page cannot compute codes here: the browser needs https, or a loopback name.', qrCode);
  const { code } = await authenticator.offer();
  carrier.code(code);
  note(`Secret kept. Factor and code ${code} were filled into confirm and verify. To use a phone, scan.`, qrCode);
}

/**
 * The values of a URL for a path template.
 * @param {string} template
 * @param {string} url
 * @returns {Record<string, string | undefined>}
 */
function pathValues(template, url) {
  const names = template.split('/');
  const values = new URL(url, location.href).pathname.split('/');
  const pairs = names.map((name, index) => [name.replace(/^\{(.*)\}$/, '$1'), decodeURIComponent(values[index] ?? '')]);
  return Object.fromEntries(pairs.filter((_, index) => names[index]?.startsWith('{')));
}
