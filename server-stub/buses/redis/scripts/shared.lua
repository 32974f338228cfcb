-- Put before every script. KEYS[1] begins every key and holds the hash tag; ARGV[1] is the channel, ARGV[2] the number of the show
-- as the instance knows it.
local channel, epoch = ARGV[1], ARGV[2]

local function key(name)
  return KEYS[1] .. name
end

local function isOn()
  return (redis.call('GET', key('epoch')) or '0') == epoch
end

local function tell(kind, rest)
  redis.call('PUBLISH', channel, '{"e":' .. epoch .. ',"k":"' .. kind .. '",' .. rest .. '}')
end

-- The instances that live: their counts are still there.
local function living()
  local found = {}
  for _, instance in ipairs(redis.call('SMEMBERS', key('instances'))) do
    if redis.call('EXISTS', key('count:' .. instance)) == 1 then
      table.insert(found, instance)
    else
      redis.call('SREM', key('instances'), instance)
    end
  end
  return found
end

local function viewersOf(room, instances)
  local viewers = 0
  for _, instance in ipairs(instances) do
    viewers = viewers + tonumber(redis.call('HGET', key('count:' .. instance), 'room:' .. room) or 0)
  end
  return viewers
end
