-- Counts what is in a ledger, and what is missing in it; changes nothing.
-- Asked of a scratch server only: it walks through every key.
local prefix = 'bookingopt:'
local found = { keys = redis.call('DBSIZE'), lasting = 0, faults = 0 }
for _, state in ipairs({ 'queued', 'running', 'completed', 'failed', 'cancelled' }) do
    found[state] = 0
end

local function missing(key)
    return redis.call('EXISTS', key) == 0
end

for _, key in ipairs(redis.call('KEYS', '*')) do
    if redis.call('PTTL', key) == -1 then
        found.lasting = found.lasting + 1
    end
end

for _, key in ipairs(redis.call('KEYS', prefix .. 'job:*')) do
    local id = string.sub(key, #prefix + #'job:' + 1)
    local state = redis.call('HGET', key, 'state') or 'lost'
    found[state] = (found[state] or 0) + 1
    if state == 'queued' or state == 'running' then
        if missing(prefix .. 'document:' .. id) or not redis.call('ZSCORE', prefix .. 'open', id) then
            found.faults = found.faults + 1
        end
    elseif state == 'completed' and missing(prefix .. 'result:' .. id) then
        found.faults = found.faults + 1
    end
end

for _, id in ipairs(redis.call('ZRANGE', prefix .. 'open', 0, -1)) do
    if missing(prefix .. 'job:' .. id) then
        found.faults = found.faults + 1
    end
end

local counts = {}
for _, name in ipairs({ 'keys', 'lasting', 'queued', 'running', 'completed', 'failed', 'cancelled', 'faults' }) do
    counts[#counts + 1] = name .. '=' .. found[name]
end
return table.concat(counts, ' ')
