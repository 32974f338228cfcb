-- ARGV: the room.
local room = redis.call('HMGET', key('room:' .. ARGV[3]), 'seq', 'likes', 'peak', 'slow')
return { room[1] or '0', room[2] or '0', tostring(viewersOf(ARGV[3], living())), room[3] or '0', room[4] or '0' }
