#!lua
-- ARGV: 2 id, 3 user, 4 request digest, 5 key digest or '', 6 document, 7... names and values of the record.
-- Returns the answer and the record of the job that it is about.
local id, user, digest, key_digest = ARGV[2], ARGV[3], ARGV[4], ARGV[5]

if key_digest ~= '' then
    local known = redis.call('HMGET', key('key', key_digest), 'job_id', 'digest')
    if known[1] then
        return { known[2] == digest and 'same_job' or 'key_reused', redis.call('HGETALL', key('job', known[1])) }
    end
end

if rules.max_open_jobs_per_user ~= cjson.null
    and redis.call('SCARD', key('open', user)) >= rules.max_open_jobs_per_user then
    return { 'too_many_jobs', {} }
end

local memory = redis.call('INFO', 'memory')
local most = tonumber(string.match(memory, 'maxmemory:(%d+)'))
local used = tonumber(string.match(memory, 'used_memory:(%d+)'))
if most > 0 and used + #ARGV[6] > most * rules.fill_limit then
    return redis.error_reply('OOM the ledger keeps the rest of the memory for the jobs it has')
end

local record = { 'HSET', key('job', id), 'accepted', digits(now), 'delivered', digits(now) }
for index = 7, #ARGV do
    record[#record + 1] = ARGV[index]
end
redis.call(unpack(record))
redis.call('SET', key('document', id), ARGV[6])
redis.call('ZADD', key('open'), digits(now), id)
redis.call('ZADD', key('queued'), digits(now), id)
redis.call('SADD', key('open', user), id)
redis.call('ZADD', key('user', user), 0, id)
if key_digest ~= '' then
    redis.call('HSET', key('key', key_digest), 'job_id', id, 'digest', digest)
end
count('accepted')
redis.call('HSETNX', key('counters'), 'layout', digits(rules.layout))
return { 'accepted', redis.call('HGETALL', key('job', id)) }
