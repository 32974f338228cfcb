for _, product in ipairs(redis.call('LRANGE', key('products'), 0, -1)) do
  redis.call('UNLINK', key('shelf:' .. product), key('stock:' .. product), key('drop:' .. product), key('taken:' .. product))
end
redis.call('UNLINK', key('products'), key('show'), key('holds'), key('orders'), key('payments'), key('movements'))
redis.call('UNLINK', key('expiries'), key('keys'), key('cues'))
redis.call('HSET', key('show'), 'currency', request.currency, 'holdMs', request.holdMs)
for _, item in ipairs(request.products) do
  local product = item.id
  redis.call('RPUSH', key('products'), product)
  redis.call('HSET', key('shelf:' .. product), 'title', item.title, 'priceMinor', item.priceMinor,
    'perBuyer', item.perBuyer, 'coupon', item.coupon, 'open', item.open, 'drop', 0, 'stocked', 0)
  redis.call('SET', key('stock:' .. product), 0)
  restock(product, 'initial', item.stock, 'show')
  changed(product)
end
return answer(ok(true))
