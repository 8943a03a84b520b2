// ████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████
// THIS IS THE MISTAKE. A small reconstruction of the endpoint of 2024: no key, no limit, no alarm. For each number it
// returns the account, its status, its number of devices and whether it came over the top. It exists to be attacked by
// the lab. It listens on loopback only, knows made-up numbers only, and is no part of the product. NEVER RUN ANYTHING
// LIKE IT.
// ████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████████
// Started by lab/naive-twin/robbery.ts as a child, which sends it the registered numbers and gets the port.
import { createServer } from 'node:http';

/** @type {Map<string, object>} */
const accounts = new Map();

const server = createServer((request, response) => {
  const number = new URLSearchParams((request.url ?? '').split('?')[1]).get('phone_number') ?? '';
  const account = accounts.get(number);
  const body = JSON.stringify(account ?? { message: 'User not found.' });
  response.writeHead(account === undefined ? 404 : 200, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
});
// Any number of requests on one connection: that is the mistake.
server.maxRequestsPerSocket = 0;

process.on('message', (/** @type {string[]} */ numbers) => {
  for (const [index, phone_number] of numbers.entries())
    accounts.set(phone_number, {
      account_id: 10_000_000 + index,
      phone_number,
      account_status: 'active',
      device_count: 1 + (index % 3),
      over_the_top: index % 5 === 0,
    });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.send?.(typeof address === 'object' && address !== null ? address.port : 0);
  });
});
process.on('disconnect', () => process.exit(0));
