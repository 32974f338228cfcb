-- ARGV: the room.
return isOn() and redis.call('HINCRBY', key('room:' .. ARGV[3]), 'slow', 1) or 0
