-- ARGV: the room, the same in JSON, and how many.
if not isOn() then return 0 end
local total = redis.call('HINCRBY', key('room:' .. ARGV[3]), 'likes', ARGV[5])
tell('likes', '"room":' .. ARGV[4] .. ',"total":' .. total)
return total
