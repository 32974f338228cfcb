local order = request.order

local function putBack(hold)
  local payment = read('payments', hold.capture.payment)
  payment.status = 'refunded'
  write('payments', payment.id, payment)
  hold.state = 'refunded'
  hold.refund = { refund = newId('refund'), order = order, amountMinor = hold.capture.amountMinor }
  saveHold(hold)
  giveBack('refund', hold, hold.refund.refund)
  return hold.refund
end

return answer(once('refund', function()
  sweep()
  local hold = holdOfOrder(order)
  if not hold then return refuse('not_found', 'no order "' .. order .. '"') end
  if hold.refund then return ok(hold.refund) end
  if isPaying(hold) then return refuse('in_progress', 'a payment of this order is under way') end
  if not hold.capture then return refuse('bad_request', 'the order was never paid') end
  return ok(putBack(hold))
end))
