/**
 * gcra.policy.ts in the language of the store, so that reading, judging and keeping are one step for all instances. By the store's own clock:
 * instances whose clocks differ would give each other's callers room. KEYS[1] the caller; ARGV interval and whole, in microseconds.
 * Answers { allowed as 0 or 1, microseconds ahead, now }. What was kept ends by itself when everything is unspent again.
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
