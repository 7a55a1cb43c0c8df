#!lua flags=allow-oom
-- ARGV: 2 name of a consumer, 3 milliseconds for which it counts as alive.
redis.call('ZADD', key('workers'), digits(now + tonumber(ARGV[3])), ARGV[2])
return 1
