#!lua flags=allow-oom
-- ARGV: 2 id, 3 token, 4 state, 5 result or '', 6 outcome as JSON or '', 7 kind of error or '', 8 detail,
-- 9 reason, 10 backend, 11 gap or ''. Returns the state that the claim ended in, or nil if it was refused.
local id, token, state = ARGV[2], ARGV[3], ARGV[4]
local job = key('job', id)
if not holds(id, token) then
    -- The same ending again, because the answer to the first one was lost on the way.
    local known = redis.call('HMGET', job, 'state', 'ended_by')
    return known[2] == token and known[1] or nil
end
local reason = ARGV[9]
if redis.call('HGET', job, 'cancel') == '1' and state ~= 'cancelled' then
    state, reason = 'cancelled', 'cancelled'
end
if ARGV[5] ~= '' then
    redis.call('SET', key('result', id), ARGV[5])
    redis.call('HSET', job, 'outcome', ARGV[6])
end
if state == 'failed' then
    redis.call('HSET', job, 'error', ARGV[7], 'detail', ARGV[8])
end
redis.call('HSET', job, 'ended_by', token)
close(id, state, reason, ARGV[10])
if ARGV[11] ~= '' then
    observe('gap|' .. ARGV[10], tonumber(ARGV[11]), rules.gap_bounds, 1000000)
end
return state
