-- Who has logged in may write with their own address only. The mail server holds the envelope to that; this holds what readers see:
-- a From of one of the site's domains must be the envelope's sender. A person's forwarded mail keeps the From of others.
local domains = {}
for domain in string.gmatch(os.getenv('FREEHOLD_DOMAINS') or '', '%S+') do
  domains[domain:lower()] = true
end

rspamd_config:register_symbol({
  name = 'FROM_OF_SOMEBODY_ELSE',
  type = 'prefilter',
  group = 'policies',
  score = 0.0,
  callback = function(task)
    if not task:get_user() then return end
    local envelope = ((task:get_from('smtp') or {})[1] or {}).addr
    for _, from in ipairs(task:get_from('mime') or {}) do
      local address = (from.addr or ''):lower()
      if domains[(from.domain or ''):lower()] and address ~= (envelope or ''):lower() then
        task:insert_result('FROM_OF_SOMEBODY_ELSE', 1.0, address)
        task:set_pre_result('reject', 'Write with your own address as sender, not ' .. address)
        return
      end
    end
  end,
})
