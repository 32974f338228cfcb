-- ARGV: how long an instance counts as living (ms), the rooms in JSON, then the rooms. Replies with the number of the show and
-- the instances that live.
for _, room in ipairs(redis.call('LRANGE', key('rooms'), 0, -1)) do redis.call('DEL', key('room:' .. room)) end
redis.call('DEL', key('rooms'), key('cues'))
if #ARGV == 4 then redis.call('DEL', key('stock')) end
for i = 5, #ARGV do redis.call('RPUSH', key('rooms'), ARGV[i]) end
local instances = living()
for _, instance in ipairs(instances) do
  local counts = key('count:' .. instance)
  redis.call('DEL', counts)
  redis.call('HSET', counts, 'alive', 1)
  redis.call('PEXPIRE', counts, ARGV[3])
end
epoch = redis.call('INCR', key('epoch'))
tell('show', '"rooms":' .. ARGV[4])
return { tostring(epoch), instances }
