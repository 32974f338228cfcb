local product, viewer, units = request.product, request.viewer, request.units

local function percentOff()
  if not request.coupon then return 0 end
  local coupon = shelfField(product, 'coupon')
  local known = coupon ~= '' and cjson.decode(coupon)
  if known and known.code == request.coupon then return known.percentOff end
  return nil
end

-- What is left of the stock, and of the drop if it has a limit, when the units are gone; nil when there are too few.
-- The naive store has seen that before, and says what it made of it.
local function leftAfter()
  if request.seen then return request.seen.stock, request.seen.drop, request.seen.left end
  local stock = tonumber(redis.call('GET', key('stock:' .. product)))
  local drop = tonumber(redis.call('GET', key('drop:' .. product)) or nil)
  local left = leftOf(product)
  if units > left then return nil, nil, left end
  return stock - units, drop and drop - units, left
end

local function take(cart, stock, drop)
  redis.call('SET', key('stock:' .. product), stock)
  if drop then redis.call('SET', key('drop:' .. product), drop) end
  redis.call('HINCRBY', key('taken:' .. product), viewer, units)
  move(product, 'reserve', -units, cart)
end

local function makeCart()
  -- What came back since the naive store has looked would be overwritten, even with one request alone.
  if not request.seen then sweep() end
  if not shelfExists(product) then return noProduct(product) end
  local percent = percentOff()
  if not percent then return refuse('bad_request', product .. ' has no coupon "' .. request.coupon .. '"') end
  if shelfField(product, 'open') ~= '1' then return refuse('not_open', product .. ' is not for sale now') end
  local perBuyer = tonumber(shelfField(product, 'perBuyer'))
  local taken = tonumber(redis.call('HGET', key('taken:' .. product), viewer) or 0)
  if perBuyer and taken + units > perBuyer then
    return refuse('limit_reached', 'at most ' .. perBuyer .. ' of ' .. product .. ' a buyer; ' .. taken .. ' held or bought')
  end
  local stock, drop, left = leftAfter()
  if not stock then
    return refuse('sold_out', left <= 0 and product .. ' is sold out' or 'only ' .. left .. ' of ' .. product .. ' left')
  end
  local priceMinor = tonumber(shelfField(product, 'priceMinor'))
  local cart = newId('cart')
  local expiresAt = later(tonumber(redis.call('HGET', key('show'), 'holdMs')))
  local discountMinor = math.floor(priceMinor * units * percent / 100)
  take(cart, stock, drop)
  saveHold({
    cart = cart,
    viewer = viewer,
    product = product,
    drop = tonumber(shelfField(product, 'drop')),
    units = units,
    amountMinor = priceMinor * units - discountMinor,
    state = 'carted',
    expiresAt = expiresAt,
  })
  redis.call('ZADD', key('expiries'), expiresAt, cart)
  changed(product)
  return ok({
    cart = cart,
    priceMinor = priceMinor,
    units = units,
    discountMinor = discountMinor,
    expiresAt = expiresAt,
  })
end

return answer(once('cart', makeCart))
