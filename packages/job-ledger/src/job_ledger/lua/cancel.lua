#!lua flags=allow-oom
-- ARGV: 2 id. Returns the answer.
local id = ARGV[2]
local job = key('job', id)
local known = redis.call('HMGET', job, 'state', 'cancel')
local state = known[1]
if not state then
    return 'unknown'
end
if state == 'queued' then
    close(id, 'cancelled', 'cancelled', '')
    return 'cancelled'
end
if state ~= 'running' then
    return 'finished'
end
if known[2] == '1' then
    return 'already_stopping'
end
redis.call('HSET', job, 'cancel', '1')
return 'stopping'
