-- ARGV: the instance. It has opened the rooms of this show.
tell('seen', '"from":"' .. ARGV[3] .. '"')
return 1
