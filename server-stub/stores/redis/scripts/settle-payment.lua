local function finish(result)
  local entry = redis.call('HGET', key('keys'), 'payment:' .. request.key)
  -- Gone when the show was replaced meanwhile.
  if entry then
    local fingerprint = string.sub(entry, 1, string.find(entry, '\n', 1, true) - 1)
    remember('payment', request.key, fingerprint, result)
  end
  return answer(result)
end

local hold = holdOfOrder(request.order)
if not hold then return answer(refuse('expired', 'the show was replaced while the payment was under way')) end
-- It took longer than any payment: the order has been given up, or somebody else pays it.
if hold.state ~= 'pending' or not hold.payingUntil then
  return finish(refuse('expired', 'the payment took too long'))
end
local payment = newId('payment')
hold.payingUntil = nil
write('payments', payment, {
  id = payment,
  order = request.order,
  amountMinor = request.amountMinor,
  status = request.gateway,
  at = nowText,
})
if request.gateway == 'captured' then
  hold.state = 'paid'
  hold.capture = {
    payment = payment,
    order = request.order,
    amountMinor = request.amountMinor,
    units = hold.units,
    status = 'captured',
  }
  saveHold(hold)
  redis.call('ZREM', key('expiries'), hold.cart)
  return finish(ok(hold.capture))
end
if tonumber(hold.expiresAt) <= now then
  release(hold)
else
  saveHold(hold)
  redis.call('ZADD', key('expiries'), hold.expiresAt, hold.cart)
end
return finish(refuse('card_declined', 'the card was declined'))
