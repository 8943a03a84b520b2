// The first steps: a request without a token, a token, and a factor that is enrolled, confirmed and listed.
import { expectSame, expectShape, Hindrance } from './refusal.js';
import type { Factor, Scene } from './scene.js';
import { codeOf, STEP_MS, stepAt } from './totp.js';

const SCOPES =
  'factors:read factors:write verify devices:write phones:write phones:blind phones:match audit:read tenant:admin';
/** Milliseconds that must be left of a step, so that the code of the previous step is still valid when it arrives. */
const MARGIN_MS = 3_000;

/** Checks the issuer before any secret is sent. @throws Hindrance */
export async function meet({ service, credentials }: Scene): Promise<void> {
  const { json } = await service.send({ method: 'GET', path: '/.well-known/oauth-authorization-server' }, 'nothing');
  // RFC 8414 §3.3: the issuer must equal the one that was asked for.
  if (json['issuer'] === credentials.issuer) return;
  throw new Hindrance(
    `The server at ${service.url} is not the service that wrote ${credentials.file}. Another program uses that ` +
      'port, or the service now has another PORT or ISSUER. Restart the service with `npm start`.',
  );
}

export async function askWithoutToken(scene: Scene): Promise<void> {
  scene.announce({
    title: 'Ask without a token',
    shows: 'The request of the breach: whose account is this? It has no credentials, so it is refused.',
    lesson: 'no endpoint without strong authentication. An endpoint without it gave away 33 million numbers.',
  });
  const answer = await scene.service.send({ method: 'GET', path: `/v1/users/${scene.user}/factors` });
  expectSame('the status of a request without a token', 401, answer.status);
  expectSame('its code', 'invalid_token', answer.json['code']);
  scene.conclude('Refused, and the answer says nothing about the user.');
}

/** @throws Hindrance if the credentials belong to another database. */
export async function getToken(scene: Scene): Promise<void> {
  const { service, credentials } = scene;
  scene.announce({
    title: 'Get an access token',
    shows: 'The demo client asks for the scopes that this tour needs, and gets a token that lives five minutes.',
    lesson: 'fine-grained authorisation. A token allows only its scopes, in its own tenant.',
  });
  const basic = Buffer.from(`${credentials.clientId}:${credentials.clientSecret}`).toString('base64');
  scene.screen.hide(basic);
  const form = { grant_type: 'client_credentials', scope: SCOPES };
  const authorization = `Basic ${basic}`;
  const answer = await service.send({ method: 'POST', path: '/oauth2/token', form, authorization });
  const { error, access_token: token, expires_in: seconds } = answer.json;
  if (error === 'invalid_client') {
    throw new Hindrance(
      `The service does not accept the credentials in ${credentials.file}. They belong to another database, or the ` +
        'client was suspended. Delete that file and restart the service, which then makes another demo client.',
    );
  }
  expectSame('the status of the token request', 200, answer.status);
  expectShape('the access token', /^[\w-]+\.[\w-]+\.[\w-]+$/, token);
  expectSame('its lifetime in seconds', 300, seconds);
  scene.useToken(token);
  scene.expectEvent(answer, { action: 'token.issued' });
  scene.conclude('A token for five minutes.');
}

export async function enrol(scene: Scene): Promise<Factor> {
  scene.announce({
    title: 'Enrol an authenticator',
    shows: `A secret for ${scene.user}, shown once and stored encrypted. The factor is pending: it proves nothing yet.`,
    lesson: 'return the bare minimum. No later answer holds the secret.',
  });
  const body = { issuer: 'Countersign tour', accountName: scene.user };
  const answer = await scene.exchange({ method: 'POST', path: `/v1/users/${scene.user}/factors/totp`, body }, 201);
  const { id, secret, otpauthUri, status } = answer.json;
  expectShape('the id of the factor', /^fac_[0-9a-z]{26}$/, id);
  expectShape('the secret', /^[A-Z2-7]{32}$/, secret);
  expectShape('the otpauth URI', /^otpauth:\/\/totp\//, otpauthUri);
  expectSame('the status of the factor', 'pending', status);
  scene.screen.hide(secret);
  scene.expectEvent(answer, { action: 'factor.enrolment_opened', userId: scene.user });
  scene.screen.line();
  scene.screen.qrCode(otpauthUri);
  scene.screen.line();
  scene.screen.prose(
    'You can scan it with an authenticator; the tour computes the codes itself. The picture contains the secret that is ' +
      'masked above, so never show a real one. The tour removes this factor at the end.',
  );
  scene.conclude('Pending until a code confirms it, for ten minutes at most.');
  return { id, secret };
}

export async function confirm(scene: Scene, factor: Factor): Promise<void> {
  scene.announce({
    title: 'Confirm it',
    shows:
      'A first code proves that the user has the secret, and the factor becomes active. The tour sends the code of the ' +
      'previous step, which is valid for 30 s after its end. So the current code stays free for the next steps.',
    lesson: 'a factor proves nothing before it is confirmed.',
  });
  await awaitMargin(scene);
  const path = `/v1/users/${scene.user}/factors/${factor.id}/confirm`;
  const body = { code: codeOf(factor.secret, stepAt(Date.now()) - 1) };
  const answer = await scene.exchange({ method: 'POST', path, body }, 200);
  expectSame('the status of the factor', 'active', answer.json['status']);
  scene.expectEvent(answer, { action: 'factor.activated', userId: scene.user });
  scene.conclude('Active.');
}

/** The list that an application reads: is a second factor required, and which factors are there? */
export async function list(scene: Scene, factor: Factor): Promise<void> {
  scene.announce({
    title: 'List the factors',
    shows: '`mfaRequired` tells the application to ask for a second factor from now on.',
    lesson: 'return the bare minimum. Id, type, status and date: no secret, no name, no number.',
  });
  const answer = await scene.exchange({ method: 'GET', path: `/v1/users/${scene.user}/factors` }, 200);
  const { data, mfaRequired } = answer.json as { data?: Record<string, unknown>[]; mfaRequired?: unknown };
  expectSame(
    'the factors listed',
    [factor.id],
    data?.map(({ id }) => id),
  );
  expectSame('the fields of a factor', ['createdAt', 'id', 'status', 'type'], Object.keys(data?.[0] ?? {}).sort());
  expectSame('mfaRequired', true, mfaRequired);
  scene.conclude('One active factor, and a second factor is required.');
}

/** Waits if the code of the previous step could expire before it arrives. */
export async function awaitMargin({ screen }: Scene): Promise<void> {
  const endMs = (stepAt(Date.now()) + 1) * STEP_MS;
  if (endMs - Date.now() < MARGIN_MS) await screen.countdown('The codes are about to change', endMs + 100);
}
