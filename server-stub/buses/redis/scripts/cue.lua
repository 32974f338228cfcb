-- ARGV: cue and time, in JSON without their braces.
if not isOn() then return 0 end
local number = redis.call('RPUSH', key('cues'), '{' .. ARGV[3] .. '}')
tell('cue', '"n":' .. number .. ',' .. ARGV[3])
return number
