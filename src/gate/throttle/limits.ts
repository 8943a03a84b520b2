// The limits that protect capacity, as the settings have them, and how callers are told of them.
import type { ThrottlerStorage } from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import type { Settings } from '../../platform/config/settings.js';

/** Injection token of the limits. */
export const LIMITS = Symbol('limits');

export const WINDOW_SECONDS = 60;

/** Requests in a window of one minute. */
export interface Limits {
  readonly address: number;
  readonly 'token-endpoint': number;
  readonly client: number;
  readonly device: number;
}

export type { ThrottlerStorage as ThrottleStore };

export type ThrottleRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

export interface CountedLimit {
  readonly name: keyof Limits;
  readonly limit: number;
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

/** Adds an item to `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10 §3 and §4). */
export function tellLimit(reply: FastifyReply, { name, limit, record }: CountedLimit): void {
  const left = Math.max(0, limit - record.totalHits);
  append(reply, 'RateLimit-Policy', `"${name}";q=${limit};w=${WINDOW_SECONDS}`);
  append(reply, 'RateLimit', `"${name}";r=${left};t=${record.timeToExpire}`);
}

function append(reply: FastifyReply, header: string, item: string): void {
  const before = reply.getHeader(header);
  reply.header(header, before === undefined ? item : `${String(before)}, ${item}`);
}
