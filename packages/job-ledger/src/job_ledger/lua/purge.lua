#!lua flags=allow-oom
-- ARGV: 2 most jobs to forget. Returns how many finished jobs were forgotten; the time has run out on them,
-- so that Redis has dropped or will drop the records by itself.
local gone = redis.call('ZRANGEBYSCORE', key('finished'), '-inf', digits(now), 'LIMIT', 0, tonumber(ARGV[2]))
for _, member in ipairs(gone) do
    local id, user = string.match(member, '^(%S+) (.*)$')
    redis.call('UNLINK', key('job', id), key('document', id), key('result', id))
    redis.call('ZREM', key('user', user), id)
    redis.call('ZREM', key('finished'), member)
end
redis.call('ZREMRANGEBYSCORE', key('workers'), '-inf', digits(now))
redis.call('ZREMRANGEBYSCORE', key('open_turns'), '-inf', digits(now - rules.result_ttl_ms))
return #gone
