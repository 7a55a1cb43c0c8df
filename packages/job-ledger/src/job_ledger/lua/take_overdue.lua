#!lua flags=allow-oom
-- ARGV: 2 most ids to return. Returns the ids of jobs to deliver again, each marked as delivered now.
-- Ends those whose user has cancelled them and those that were lost too often.
local most = tonumber(ARGV[2])
local stale = digits(now - rules.redeliver_ms)
local overdue = {}

-- Only those whose lease is over, '(' stands for "before".
local lost = redis.call('ZRANGEBYSCORE', key('running'), '-inf', '(' .. digits(now), 'LIMIT', 0, most)
for _, id in ipairs(lost) do
    local job = key('job', id)
    local known = redis.call('HMGET', job, 'cancel', 'attempts', 'delivered', 'lease_until')
    if known[1] == '1' then
        count('lost_attempts')
        close(id, 'cancelled', 'cancelled', '')
    elseif tonumber(known[2]) >= rules.max_attempts then
        count('lost_attempts')
        give_up(id)
    elseif tonumber(known[3]) <= tonumber(known[4]) or tonumber(known[3]) < tonumber(stale) then
        redis.call('HSET', job, 'delivered', digits(now))
        overdue[#overdue + 1] = id
    end
end

local silent = redis.call('ZRANGEBYSCORE', key('queued'), '-inf', '(' .. stale, 'LIMIT', 0, most)
for _, id in ipairs(silent) do
    redis.call('HSET', key('job', id), 'delivered', digits(now))
    redis.call('ZADD', key('queued'), digits(now), id)
    overdue[#overdue + 1] = id
end
return overdue
