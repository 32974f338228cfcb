sweep()
local product = request.product
if not shelfExists(product) then return answer(noProduct(product)) end
local left, open = leftOf(product)
return answer(ok({
  id = product,
  title = shelfField(product, 'title'),
  priceMinor = tonumber(shelfField(product, 'priceMinor')),
  currency = redis.call('HGET', key('show'), 'currency'),
  left = left,
  open = open,
}))
