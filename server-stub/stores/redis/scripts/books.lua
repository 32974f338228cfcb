sweep()
local shelves = {}
for _, product in ipairs(redis.call('LRANGE', key('products'), 0, -1)) do
  local stock = redis.call('GET', key('stock:' .. product))
  table.insert(shelves, { product, shelfField(product, 'stocked'), stock })
end
return {
  cjson.encode(redis.call('HGET', key('show'), 'currency') or 'USD'),
  levels,
  exactly(serverMs),
  nowText,
  shelves,
  redis.call('HVALS', key('holds')),
  redis.call('HVALS', key('payments')),
  redis.call('LRANGE', key('movements'), 0, -1),
}
