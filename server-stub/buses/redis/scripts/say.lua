-- ARGV: the room, the same in JSON, and the message in JSON without its first brace. Replies with its number.
if not isOn() then return 0 end
local seq = redis.call('HINCRBY', key('room:' .. ARGV[3]), 'seq', 1)
tell('chat', '"room":' .. ARGV[4] .. ',"m":{"t":"chat","seq":' .. seq .. ',' .. ARGV[5])
return seq
