#!lua flags=allow-oom
-- ARGV: 2 id. Returns the answer.
local id = ARGV[2]
local job = key('job', id)
local known = redis.call('HMGET', job, 'state', 'user', 'key_digest')
local state, user = known[1], known[2]
if not state then
    return 'unknown'
end
if state == 'queued' or state == 'running' then
    return 'still_open'
end
redis.call('UNLINK', job, key('document', id), key('result', id))
if known[3] then
    redis.call('UNLINK', key('key', known[3]))
end
redis.call('ZREM', key('user', user), id)
redis.call('ZREM', key('finished'), id .. ' ' .. user)
return 'erased'
