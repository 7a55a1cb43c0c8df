#!lua flags=allow-oom
-- ARGV: 2 id. Returns the record and the document, or nil if there is nothing to work on.
local id = ARGV[2]
local job = key('job', id)
local known = redis.call('HMGET', job, 'state', 'lease_until', 'cancel', 'attempts', 'started', 'user', 'spent')
local is_lost = known[1] == 'running' and tonumber(known[2]) < now
if known[1] ~= 'queued' and not is_lost then
    return nil
end
if is_lost then
    count('lost_attempts')
end
if known[3] == '1' then
    close(id, 'cancelled', 'cancelled', '')
    return nil
end
if tonumber(known[4]) >= rules.max_attempts then
    give_up(id)
    return nil
end
local lease_until = digits(now + rules.lease_ms)
-- What attempts that died have taken of its time counts, and what a worker gave back does not.
local started = known[5] or digits(now - tonumber(known[7] or 0))
redis.call('HSET', job, 'state', 'running', 'lease_until', lease_until, 'started', started, 'claimed', digits(now))
redis.call('HDEL', job, 'progress')
redis.call('HINCRBY', job, 'attempts', 1)
redis.call('HINCRBY', job, 'token', 1)
redis.call('ZREM', key('queued'), id)
-- Whose turn was when, without the name; the key is named so that a worker may write it by the access rules of earlier versions too.
-- Several claims may fall into one millisecond, and a clock may be set back: each turn comes after the last one.
local last = redis.call('ZRANGE', key('open_turns'), -1, -1, 'WITHSCORES')[2]
local turn = math.max(now, tonumber(last or 0) + 1)
redis.call('ZADD', key('open_turns'), digits(turn), redis.sha1hex(known[6]))
redis.call('PEXPIREAT', key('open_turns'), digits(now + rules.result_ttl_ms))
redis.call('ZADD', key('running'), lease_until, id)
return { redis.call('HGETALL', job), redis.call('GET', key('document', id)) }
