-- ARGV: the instance.
redis.call('SREM', key('instances'), ARGV[3])
redis.call('DEL', key('count:' .. ARGV[3]))
tell('count', '"from":"' .. ARGV[3] .. '","rooms":{}')
return 1
