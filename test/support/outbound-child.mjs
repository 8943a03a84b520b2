// Calls the address on the command line in a process of its own. Trust in certificates and proxies is read from the
// environment at start. Every name resolves to this machine.
const { Outbound } = await import('../../dist/platform/outbound/outbound.js');

const outbound = new Outbound({ allowed: ['127.0.0.1'], resolve: () => Promise.resolve(['127.0.0.1']) });
const [, , url = ''] = process.argv;
try {
  console.log(JSON.stringify(await outbound.send({ url, headers: {}, body: '{"secret":1}' })));
} catch (error) {
  console.log(JSON.stringify({ code: /** @type {{ code?: string }} */ (error).code }));
}
