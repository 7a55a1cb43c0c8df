#!lua flags=allow-oom
-- ARGV: 2 id, 3 token, 4 '1' if the attempt was lost. Returns the state of the job, or nil if it was refused.
local id, token, is_lost = ARGV[2], ARGV[3], ARGV[4] == '1'
local job = key('job', id)
if not holds(id, token) then
    return nil
end
if is_lost then
    count('lost_attempts')
else
    redis.call('HINCRBY', job, 'attempts', -1)
end
local known = redis.call('HMGET', job, 'cancel', 'attempts', 'started', 'claimed')
if known[1] == '1' then
    close(id, 'cancelled', 'cancelled', '')
    return 'cancelled'
end
if is_lost and tonumber(known[2]) >= rules.max_attempts then
    give_up(id)
    return 'failed'
end
redis.call('HSET', job, 'state', 'queued', 'delivered', digits(now))
if not is_lost and known[4] then
    redis.call('HSET', job, 'spent', digits(tonumber(known[4]) - tonumber(known[3])))
    redis.call('HDEL', job, 'started')
end
redis.call('HDEL', job, 'lease_until', 'progress')
redis.call('ZREM', key('running'), id)
redis.call('ZADD', key('queued'), digits(now), id)
return 'queued'
