#!lua flags=no-writes
-- Returns queued, running, age of the oldest queued job in milliseconds or '', consumers alive, counters.
local running = redis.call('ZCARD', key('running'))
local oldest = ''
-- All but the running ones among the first open jobs are queued.
local first = redis.call('ZRANGE', key('open'), 0, running, 'WITHSCORES')
for index = 1, #first, 2 do
    if redis.call('ZSCORE', key('queued'), first[index]) then
        oldest = digits(now - tonumber(first[index + 1]))
        break
    end
end
return {
    redis.call('ZCARD', key('queued')),
    running,
    oldest,
    redis.call('ZCOUNT', key('workers'), digits(now), '+inf'),
    redis.call('HGETALL', key('counters')),
}
