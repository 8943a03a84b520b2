// The least that a verification costs: node:http and pg, one SELECT, AES-256-GCM, RFC 6238, and one statement. It claims the
// step and writes the audit row. No authentication, limits, validation or locks: do not use it as a service.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { KeyRing } from '../src/platform/crypto/key-ring.js';
import { Sealer } from '../src/platform/crypto/sealer.js';
import { placeOf } from './seed.js';
import { matchStep } from './totp.js';

interface FactorRow {
  readonly id: string;
  readonly totp_secret: Buffer;
}

const SELECT = 'SELECT id, totp_secret FROM factors WHERE tenant_id = $1 AND user_id = $2';
const CLAIM = `
  WITH claim AS (
    UPDATE factors SET totp_last_step = $3 WHERE tenant_id = $1 AND id = $2 AND totp_last_step < $3 RETURNING id
  )
  INSERT INTO audit_events (tenant_id, at, action, user_id, target_id)
  SELECT $1, $4, CASE WHEN EXISTS (SELECT FROM claim) THEN 'approved' ELSE 'refused' END, $5, $2
  RETURNING action`;

const { DATABASE_URL = '', KEY_RING = '', TENANT = '', POOL_SIZE = '10' } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: Number(POOL_SIZE) });
const sealer = new Sealer(KeyRing.parse(KEY_RING));

async function verify(userId: string, code: string): Promise<boolean> {
  const nowMs = Date.now();
  const found = await pool.query<FactorRow>({ name: 'select', text: SELECT, values: [TENANT, userId] });
  const [factor] = found.rows;
  if (!factor) return false;
  const secret = sealer.open(factor.totp_secret, placeOf(TENANT, factor.id));
  const step = matchStep(secret, code, nowMs);
  const values = [TENANT, factor.id, step, new Date(nowMs), userId];
  const claimed = await pool.query<{ action: string }>({ name: 'claim', text: CLAIM, values });
  return claimed.rows[0]?.action === 'approved';
}

function answer(response: ServerResponse, status: number): void {
  const body = status === 200 ? '{"valid":true}' : '{"valid":false}';
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  const userId = (request.url ?? '').split('/')[3] ?? '';
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (text: string) => (body += text));
  request.on('end', () => {
    const { code } = JSON.parse(body) as { code: string };
    verify(userId, code).then(
      (isRight) => answer(response, isRight ? 200 : 422),
      () => answer(response, 500),
    );
  });
}

const server = createServer(serve);
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
