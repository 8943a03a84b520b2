// ████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████
// THIS IS THE MISTAKE, three of them. A small second factor that was built without much thought. Only registered
// numbers use up its budget of codes, its answers about user ids are not counted, and an unlock refunds guesses. It
// exists to be attacked by the lab beside the service. It listens on loopback only, knows made-up people only, and is
// no part of the product. NEVER RUN IT.
// ████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████
// Started by lab/naive-twin/careless.ts as a child, which sends it its people and gets the port.
import { createServer } from 'node:http';

const CODES_AN_HOUR = 50;
const WRONG_THAT_LOCK = 5;

/** @type {Set<string>} */
let people = new Set();
let sent = 0;
/** @type {Map<string, number>} */
const arrived = new Map();
/** @type {Map<string, number>} */
const wrong = new Map();

/** @type {Record<string, (id: string) => [number, object]>} */
const routes = {
  // Sign in with your number: the same answer for everybody, but different side effects.
  '/sign-in': (id) => {
    if (people.has(id) && sent < CODES_AN_HOUR) {
      sent += 1;
      arrived.set(id, (arrived.get(id) ?? 0) + 1);
    }
    return [202, {}];
  },
  '/phone': (id) => [200, { codes: arrived.get(id) ?? 0 }],
  '/factors': (id) => [200, { mfaRequired: people.has(id) }],
  '/verify': (id) => {
    const before = wrong.get(id) ?? 0;
    if (before >= WRONG_THAT_LOCK) return [423, {}];
    wrong.set(id, before + 1);
    return [422, {}];
  },
  '/unlock': (id) => {
    wrong.delete(id);
    return [204, {}];
  },
};

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const [status, body] = routes[url.pathname]?.(url.searchParams.get('id') ?? '') ?? [404, {}];
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(status === 204 ? undefined : JSON.stringify(body));
});

process.on('message', (/** @type {string[]} */ ids) => {
  people = new Set(ids);
  sent = 0;
  arrived.clear();
  if (server.listening) return void process.send?.(0);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.send?.(typeof address === 'object' && address !== null ? address.port : 0);
  });
});
process.on('disconnect', () => process.exit(0));
