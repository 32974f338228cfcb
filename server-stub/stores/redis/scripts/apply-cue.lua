local product, kind, units = request.product, request.kind, request.units
if redis.call('SISMEMBER', key('cues'), request.id) == 1 then return answer(ok(false)) end
if product and not shelfExists(product) then return answer(noProduct(product)) end
redis.call('SADD', key('cues'), request.id)
if not product then return answer(ok(true)) end

local shelf = key('shelf:' .. product)
if kind == 'drop' then
  redis.call('HINCRBY', shelf, 'drop', 1)
  redis.call('HSET', shelf, 'open', '1')
  if units then redis.call('SET', key('drop:' .. product), units) else redis.call('DEL', key('drop:' .. product)) end
elseif kind == 'close' then
  redis.call('HSET', shelf, 'open', '0')
  redis.call('DEL', key('drop:' .. product))
elseif kind == 'restock' then
  restock(product, 'restock', units or 0, request.id)
end
if (kind == 'drop' or kind == 'price') and request.priceMinor then
  redis.call('HSET', shelf, 'priceMinor', request.priceMinor)
end
changed(product)
return answer(ok(true))
