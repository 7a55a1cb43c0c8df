#!lua flags=allow-oom
-- ARGV: 2 id, 3 token, 4 progress as JSON or ''. Returns the answer.
local id, token, progress = ARGV[2], ARGV[3], ARGV[4]
if not holds(id, token) then
    return 'replaced'
end
local job = key('job', id)
local lease_until = digits(now + rules.lease_ms)
redis.call('HSET', job, 'lease_until', lease_until)
redis.call('ZADD', key('running'), lease_until, id)
if progress ~= '' then
    redis.call('HSET', job, 'progress', progress)
end
return redis.call('HGET', job, 'cancel') == '1' and 'cancel' or 'continue'
