#!lua flags=no-writes
-- ARGV: 2 id of a message, 3 most bytes of a document or '', 4... users who have enough. Returns the id of the
-- job to take up, or '', and whether one waits that may not be taken up now.
local most_bytes = tonumber(ARGV[3])
local has_enough = {}
for index = 4, #ARGV do
    has_enough[ARGV[index]] = true
end
local function is_free(user, size)
    return not has_enough[user] and (not most_bytes or (tonumber(size or 0) <= most_bytes))
end

local is_waiting = 0
local known = redis.call('HMGET', key('job', ARGV[2]), 'state', 'lease_until', 'user', 'size')
if known[1] == 'running' and tonumber(known[2]) < now then
    if is_free(known[3], known[4]) then
        return { ARGV[2], 0 }
    end
    is_waiting = 1
end

local best, best_turn, best_accepted = '', nil, nil
for _, id in ipairs(redis.call('ZRANGE', key('queued'), 0, 999)) do
    local job = redis.call('HMGET', key('job', id), 'user', 'accepted', 'size')
    if job[1] and is_free(job[1], job[3]) then
        local turn = tonumber(redis.call('ZSCORE', key('open_turns'), redis.sha1hex(job[1])) or 0)
        local accepted = tonumber(job[2])
        if not best_turn or turn < best_turn or (turn == best_turn and accepted < best_accepted) then
            best, best_turn, best_accepted = id, turn, accepted
        end
    elseif job[1] then
        is_waiting = 1
    end
end
return { best, is_waiting }
