local function placeOrder(hold)
  local order = newId('order')
  local expiresAt = later(tonumber(redis.call('HGET', key('show'), 'holdMs')))
  hold.state = 'pending'
  hold.orderedAt = nowText
  hold.expiresAt = expiresAt
  hold.order = { order = order, amountMinor = hold.amountMinor, units = hold.units, expiresAt = expiresAt }
  saveHold(hold)
  redis.call('HSET', key('orders'), order, hold.cart)
  redis.call('ZADD', key('expiries'), expiresAt, hold.cart)
  return hold.order
end

return answer(once('checkout', function()
  sweep()
  local hold = read('holds', request.cart)
  if not hold or hold.viewer ~= request.viewer then
    return refuse('not_found', 'no cart "' .. request.cart .. '" of this viewer')
  end
  if hold.state == 'expired' or hold.state == 'cancelled' then return refuse('expired', 'the cart has expired') end
  return ok(hold.order or placeOrder(hold))
end))
