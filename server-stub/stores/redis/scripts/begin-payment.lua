local order = request.order
local known = recall('payment', request.key, request.fingerprint)
if known then return answer({ state = 'answered', result = known }) end
sweep()
local hold = holdOfOrder(order)
if hold and hold.viewer ~= request.viewer then hold = nil end

if hold and hold.state == 'pending' and not isPaying(hold) then
  hold.payingUntil = later(request.leaseMs)
  saveHold(hold)
  redis.call('ZADD', key('expiries'), 'GT', hold.payingUntil, hold.cart)
  remember('payment', request.key, request.fingerprint, nil)
  local attempt = { order = order, key = request.key, amountMinor = hold.amountMinor }
  return answer({ state = 'charge', attempt = attempt })
end

return answer({
  state = 'answered',
  result = once('payment', function()
    if not hold then return refuse('not_found', 'no order "' .. order .. '" of this viewer') end
    if isPaying(hold) then return refuse('in_progress', 'another payment of this order is under way') end
    if hold.state == 'paid' then return ok(hold.capture) end
    return refuse('expired', 'the order is ' .. hold.state)
  end),
})
