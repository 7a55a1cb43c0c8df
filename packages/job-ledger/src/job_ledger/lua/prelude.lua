local rules = cjson.decode(ARGV[1])
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)

-- The layout of the keys is counted up by each version that changes what an earlier one could read or write.
local layout = tonumber(redis.call('HGET', KEYS[1] .. 'counters', 'layout') or 1)
if layout > rules.layout then
    return redis.error_reply('LAYOUT ' .. layout)
end

local function key(name, id)
    if id then
        return KEYS[1] .. name .. ':' .. id
    end
    return KEYS[1] .. name
end

-- Lua would write a large number with an exponent.
local function digits(number)
    return string.format('%.0f', number)
end

local function count(name, by)
    redis.call('HINCRBY', key('counters'), name, digits(by or 1))
end

-- One more in the bucket of the histogram that the number belongs to, and in its sum.
local function observe(name, number, bounds, scale)
    local bucket = #bounds
    for index, bound in ipairs(bounds) do
        if number <= bound then
            bucket = index - 1
            break
        end
    end
    count(name .. '|' .. bucket)
    count(name .. '|sum', math.floor(number * scale + 0.5))
end

-- End a job: the record, the indexes, the expiry and the counters.
local function close(id, state, reason, backend)
    local job = key('job', id)
    local known = redis.call('HMGET', job, 'user', 'started', 'key_digest')
    local user = known[1]
    local expires = digits(now + rules.result_ttl_ms)
    redis.call('HSET', job, 'state', state, 'finished', digits(now), 'expires', expires)
    redis.call('HDEL', job, 'lease_until', 'progress')
    redis.call('ZREM', key('open'), id)
    redis.call('ZREM', key('queued'), id)
    redis.call('ZREM', key('running'), id)
    redis.call('SREM', key('open', user), id)
    redis.call('ZADD', key('finished'), expires, id .. ' ' .. user)
    redis.call('PEXPIREAT', job, expires)
    redis.call('PEXPIREAT', key('document', id), expires)
    redis.call('PEXPIREAT', key('result', id), expires)
    if known[3] then
        redis.call('PEXPIREAT', key('key', known[3]), expires)
    end
    local started = tonumber(known[2] or digits(now))
    local ended = state .. '|' .. reason .. '|' .. backend
    observe('duration|' .. ended, (now - started) / 1000, rules.duration_bounds, 1000)
end

-- Give up a job that took its workers with it.
local function give_up(id)
    redis.call('HSET', key('job', id), 'error', rules.died_kind, 'detail', rules.died_detail)
    close(id, 'failed', rules.died_kind, '')
end

-- Whether a claim on the job still holds.
local function holds(id, token)
    local job = redis.call('HMGET', key('job', id), 'state', 'token')
    return job[1] == 'running' and job[2] == token
end
