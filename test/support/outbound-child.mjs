// Calls the address on the command line in a process of its own, because trust in certificates and proxies are read from its
// environment at start. Every name is this machine.
const { Outbound } = await import('../../dist/platform/outbound/outbound.js');

const outbound = new Outbound({ allowed: ['127.0.0.1'], resolve: () => Promise.resolve(['127.0.0.1']) });
const [, , url = ''] = process.argv;
try {
  console.log(JSON.stringify(await outbound.send({ url, headers: {}, body: '{"secret":1}' })));
} catch (error) {
  console.log(JSON.stringify({ code: /** @type {{ code?: string }} */ (error).code }));
}
