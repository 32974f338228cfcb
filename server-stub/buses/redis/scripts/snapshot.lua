local rooms = {}
for _, room in ipairs(redis.call('LRANGE', key('rooms'), 0, -1)) do
  local seq, likes = unpack(redis.call('HMGET', key('room:' .. room), 'seq', 'likes'))
  table.insert(rooms, { room, seq or '0', likes or '0' })
end
return {
  redis.call('GET', key('epoch')) or '0',
  rooms,
  redis.call('LRANGE', key('cues'), 0, -1),
  redis.call('HVALS', key('stock')),
}
