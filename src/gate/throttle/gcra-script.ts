/**
 * gcra.policy.ts as a script of the store, so that read, decision and write are one step for all instances. Uses the
 * store's clock: instances whose clocks differ would otherwise grant different limits. KEYS[1] the caller; ARGV
 * interval and whole, in microseconds. Answers { allowed as 0 or 1, microseconds ahead, now }. The key expires when the
 * whole limit is free again.
 */
export const GCRA_SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, whole = tonumber(ARGV[1]), tonumber(ARGV[2])
local wholeAt = tonumber(redis.call('GET', KEYS[1]) or now) or now
local ahead = math.max(0, wholeAt - now)
if ahead > whole then ahead = 0 end
local allowed = 0
if ahead + interval <= whole then
  allowed = 1
  ahead = ahead + interval
end
redis.call('SET', KEYS[1], string.format('%.0f', now + ahead), 'PX', math.ceil(ahead / 1000))
return { allowed, ahead, now }
`;
