-- ARGV: levels, in JSON. Kept is the newest of each product.
for i = 3, #ARGV do
  local level = cjson.decode(ARGV[i])
  local known = redis.call('HGET', key('stock'), level.product)
  if not known or (level.version or 0) >= (cjson.decode(known).version or 0) then
    redis.call('HSET', key('stock'), level.product, ARGV[i])
  end
  tell('stock', '"level":' .. ARGV[i])
end
return 1
