-- ARGV: the instance, how long it counts as living (ms), its counts in JSON, then rooms and counts in turn.
local instance = ARGV[3]
local counts = key('count:' .. instance)
redis.call('SADD', key('instances'), instance)
redis.call('DEL', counts)
redis.call('HSET', counts, 'alive', 1)
local on = isOn()
for i = 6, on and #ARGV or 0, 2 do redis.call('HSET', counts, 'room:' .. ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', counts, ARGV[4])
if not on then return 0 end

local instances = living()
for i = 6, #ARGV, 2 do
  local viewers = viewersOf(ARGV[i], instances)
  local room = key('room:' .. ARGV[i])
  if viewers > tonumber(redis.call('HGET', room, 'peak') or 0) then redis.call('HSET', room, 'peak', viewers) end
end
tell('count', '"from":"' .. instance .. '","rooms":' .. ARGV[5])
return 1
