// The limits that protect capacity: their settings, their store, and their response headers.
import type { ThrottlerStorage } from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import type { Settings } from '../../platform/config/settings.js';

/** Injection token of the limits. */
export const LIMITS = Symbol('limits');

export const WINDOW_SECONDS = 60;

/** Requests in a minute. */
export interface Limits {
  readonly address: number;
  readonly 'token-endpoint': number;
  readonly client: number;
  readonly device: number;
}

export type ThrottleRecord = Awaited<ReturnType<ThrottlerStorage['increment']>> & {
  /** The limit that applied. It is lower while a fallback counts. */
  readonly limit: number;
};

export interface ThrottleStore extends ThrottlerStorage {
  /** Never rejects. `ttl` in milliseconds; times of the answer in whole seconds, rounded up. */
  increment(key: string, ttl: number, limit: number): Promise<ThrottleRecord>;
  /** How often the fallback had to count since the start. */
  readonly outages: number;
  /** Where requests are counted, for the start message. */
  words(): string;
  close(): void;
}

export interface CountedLimit {
  readonly name: keyof Limits;
  readonly record: ThrottleRecord;
}

export function limitsOf(settings: Settings): Limits {
  return {
    address: settings.THROTTLE_ADDRESS,
    'token-endpoint': settings.THROTTLE_TOKEN,
    client: settings.THROTTLE_CLIENT,
    device: settings.THROTTLE_DEVICE,
  };
}

/**
 * Adds an item to `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10 §3 and §4). `t` is the
 * time until one more request is available (§4.1). At the limit it equals `Retry-After`.
 */
export function setLimitHeaders(reply: FastifyReply, { name, record }: CountedLimit): void {
  const { limit, totalHits, timeToExpire } = record;
  append(reply, 'RateLimit-Policy', `"${name}";q=${limit};w=${WINDOW_SECONDS}`);
  append(reply, 'RateLimit', `"${name}";r=${Math.max(0, limit - totalHits)};t=${timeToExpire}`);
}

function append(reply: FastifyReply, header: string, item: string): void {
  const before = reply.getHeader(header);
  reply.header(header, before === undefined ? item : `${String(before)}, ${item}`);
}
