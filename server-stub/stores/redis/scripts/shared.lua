-- Put before every script. KEYS[1] begins every key and holds the hash tag, so that all lie in one slot.
-- ARGV[1] is when the request was sent in epoch ms, ARGV[2] the request in JSON, ARGV[3] what makes the sender's time of the time here;
-- empty: the sender's clock stands still. All is dated by the sender's clock as it is now: a request may have been under way for long.
-- Times stay text: a number that Lua or cjson turns into text keeps 14 digits only.
local request = cjson.decode(ARGV[2])
local levels = {}

local function exactly(ms)
  return string.format('%.17g', ms)
end

local clock = redis.call('TIME')
local serverMs = tonumber(clock[1]) * 1000 + tonumber(clock[2]) / 1000
local now = tonumber(ARGV[1])
if ARGV[3] ~= '' then now = math.max(now, serverMs + tonumber(ARGV[3])) end
local nowText = exactly(now)

local function key(name)
  return KEYS[1] .. name
end

local function later(ms)
  return exactly(now + ms)
end

local function ok(value)
  return { ok = true, value = value }
end

local function refuse(error, message)
  return { ok = false, error = error, message = message }
end

local function newId(kind)
  return kind .. '-' .. redis.call('INCR', key('ids'))
end

-- What a hash keeps as JSON.

local function read(book, id)
  local text = redis.call('HGET', key(book), id)
  return text and cjson.decode(text) or nil
end

local function write(book, id, entry)
  redis.call('HSET', key(book), id, cjson.encode(entry))
end

local function holdOfOrder(order)
  local cart = redis.call('HGET', key('orders'), order)
  return cart and read('holds', cart) or nil
end

local function saveHold(hold)
  write('holds', hold.cart, hold)
end

-- The key book. An entry is the fingerprint, a line feed, and the result; no result while the first request is under way.

local function remember(operation, id, fingerprint, result)
  redis.call('HSET', key('keys'), operation .. ':' .. id, fingerprint .. '\n' .. (result and cjson.encode(result) or ''))
end

local function recall(operation, id, fingerprint)
  local entry = id and redis.call('HGET', key('keys'), operation .. ':' .. id)
  if not entry then return nil end
  local cut = string.find(entry, '\n', 1, true)
  if string.sub(entry, 1, cut - 1) ~= fingerprint then
    return refuse('key_reused', 'this idempotency key was used for another request')
  end
  if cut == #entry then return refuse('in_progress', 'the first request with this key is under way') end
  return cjson.decode(string.sub(entry, cut + 1))
end

-- `in_progress` is no final answer, so its key stays free.
local function once(operation, work)
  local known = recall(operation, request.key, request.fingerprint)
  if known then return known end
  local result = work()
  if request.key and result.error ~= 'in_progress' then
    remember(operation, request.key, request.fingerprint, result)
  end
  return result
end

-- The shelves.

local function shelfField(product, field)
  return redis.call('HGET', key('shelf:' .. product), field)
end

local function shelfExists(product)
  return redis.call('EXISTS', key('shelf:' .. product)) == 1
end

local function noProduct(product)
  return refuse('not_found', 'no product "' .. product .. '"')
end

-- Units that can be reserved now, and whether it is open.
local function leftOf(product)
  if shelfField(product, 'open') ~= '1' then return 0, false end
  local stock = tonumber(redis.call('GET', key('stock:' .. product)))
  local drop = redis.call('GET', key('drop:' .. product))
  if drop then return math.min(stock, tonumber(drop)), true end
  return stock, true
end

local function changed(product)
  local left, open = leftOf(product)
  local version = redis.call('INCR', key('version'))
  table.insert(levels, cjson.encode({ product = product, left = left, open = open, version = version }))
end

local function move(product, kind, units, ref)
  local movement = { product = product, kind = kind, units = units, ref = ref, at = nowText }
  redis.call('RPUSH', key('movements'), cjson.encode(movement))
end

local function restock(product, kind, units, ref)
  redis.call('INCRBY', key('stock:' .. product), units)
  redis.call('HINCRBY', key('shelf:' .. product), 'stocked', units)
  move(product, kind, units, ref)
end

-- The units go back to the drop they came from, too, as long as it lasts.
local function giveBack(kind, hold, ref)
  local product = hold.product
  redis.call('INCRBY', key('stock:' .. product), hold.units)
  if tonumber(shelfField(product, 'drop')) == hold.drop and redis.call('EXISTS', key('drop:' .. product)) == 1 then
    redis.call('INCRBY', key('drop:' .. product), hold.units)
  end
  redis.call('HINCRBY', key('taken:' .. product), hold.viewer, -hold.units)
  move(product, kind, hold.units, ref)
  changed(product)
end

local function release(hold)
  hold.state = hold.state == 'carted' and 'expired' or 'cancelled'
  hold.payingUntil = nil
  saveHold(hold)
  redis.call('ZREM', key('expiries'), hold.cart)
  giveBack('release', hold, hold.cart)
end

-- A hold is in the list as long as it can expire; with a payment at the gateway not before the lease of that ends.
local function sweep()
  local due = redis.call('ZRANGEBYSCORE', key('expiries'), '-inf', nowText)
  for _, cart in ipairs(due) do release(read('holds', cart)) end
  return #due
end

local function isPaying(hold)
  return hold.payingUntil ~= nil and tonumber(hold.payingUntil) > now
end

local function answer(result)
  return { cjson.encode(result), levels, exactly(serverMs) }
end
