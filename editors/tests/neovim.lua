-- Drives a real Neovim through what its user does, in the project of the working folder, after neovim-init.lua.
-- Each step waits for what it is about, and fails where that does not come.

local project = vim.fn.getcwd()
local file = project .. "/environments/local-dev.ncl"

local passed = 0

local function fail(what)
  io.stderr:write("FAILED " .. what .. "\n")
  vim.cmd("cquit 1")
end

--- Waits until `holds` gives something, and gives that.
local function await(what, holds)
  local value
  if not vim.wait(20000, function()
    value = holds()
    return value
  end, 20) then
    fail(what)
  end
  passed = passed + 1
  io.stdout:write("ok " .. what .. "\n")
  return value
end

local function line(number)
  return vim.api.nvim_buf_get_lines(0, number - 1, number, false)[1]
end

--- The first line with this text, and where in it.
local function find(text)
  for number, content in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local column = content:find(text, 1, true)
    if column then
      return number, column - 1
    end
  end
  fail("the text has no " .. text)
end

local function replace(text, by)
  local number, column = find(text)
  vim.api.nvim_buf_set_text(0, number - 1, column, number - 1, column + #text, { by })
end

local function finding(code)
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    if diagnostic.code == code then
      return diagnostic
    end
  end
end

local function command(name)
  return vim.fn.exists(":" .. name) == 2
end

-- A Nickel file that has nothing to do with AgentOS.
vim.cmd.edit(project .. "/other/plain.ncl")
vim.wait(300)
if #vim.lsp.get_clients({ bufnr = 0 }) > 0 then
  fail("a Nickel file that is no environment is left alone")
end

vim.cmd.edit(project .. "/environments/prod/common.ncl")
await("a module beside environments is served", function()
  return #vim.lsp.get_clients({ bufnr = 0, name = "agentos_cfg" }) == 1
end)

vim.cmd.edit(file)
await("the server is attached to an environment", function()
  return vim.bo.filetype == "nickel" and #vim.lsp.get_clients({ bufnr = 0, name = "agentos_cfg" }) == 1
end)
local client = vim.lsp.get_clients({ bufnr = 0 })[1]
await("positions are counted in UTF-8", function()
  return client.offset_encoding == "utf-8"
end)

replace("'Ephemeral", "'Ephemerl")
local unknown = await("a misspelt tag is a finding at its place", function()
  return finding("C004")
end)
local number, column = find("'Ephemerl")
if unknown.lnum ~= number - 1 or unknown.col ~= column then
  fail("the finding stands at " .. unknown.lnum .. ":" .. unknown.col)
end

vim.api.nvim_win_set_cursor(0, { number, column + 2 })
vim.lsp.buf.code_action({
  apply = true,
  filter = function(action)
    return action.isPreferred
  end,
})
await("its fix is applied", function()
  return line(number):find("'Ephemeral,", 1, true)
end)
await("and the finding is gone", function()
  return #vim.diagnostic.get(0) == 0
end)

-- Completion of a tag, asked for by hand as <C-x><C-o> does.
replace("'Dev", "'")
local tag_line, tag_column = find("profile = '")
vim.api.nvim_win_set_cursor(0, { tag_line, tag_column + #"profile = '" })
local answer = client:request_sync("textDocument/completion", {
  textDocument = { uri = vim.uri_from_bufnr(0) },
  position = { line = tag_line - 1, character = tag_column + #"profile = '" },
}, 20000, 0)
local labels = vim.tbl_map(function(item)
  return item.label
end, answer.result.items or answer.result)
await("tags are completed", function()
  return vim.iter(labels):any(function(label)
    return label:find("Demo", 1, true)
  end)
end)
replace("profile = '", "profile = 'Dev")

local profile_line = find("profile =")
vim.api.nvim_win_set_cursor(0, { profile_line, 3 })
vim.lsp.buf.hover()
await("hover shows what a field is for", function()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    local buffer = vim.api.nvim_win_get_buf(window)
    local text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n")
    if vim.api.nvim_win_get_config(window).relative ~= "" and text:find("guards of the runtime", 1, true) then
      vim.api.nvim_win_close(window, true)
      return true
    end
  end
end)

await("the manifests are a command", function()
  return command("AgentosManifest")
end)
vim.cmd.AgentosManifest()
local preview = await("the preview has them", function()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    local buffer = vim.api.nvim_win_get_buf(window)
    local text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n")
    if vim.bo[buffer].filetype == "yaml" and text:find("kind: Deployment", 1, true) then
      return buffer
    end
  end
end)
local function previewed()
  return table.concat(vim.api.nvim_buf_get_lines(preview, 0, -1, false), "\n")
end
replace('namespace = "agentos"', 'namespace = "agentos-two"')
vim.api.nvim_exec_autocmds("TextChanged", { buffer = 0 })
await("the preview follows the text", function()
  return previewed():find("name: agentos-two", 1, true) and not previewed():find("The last sound state", 1, true)
end)
replace("'Ephemeral", "'Ephemerl")
await("the last sound ones are marked", function()
  return previewed():find("The last sound state", 1, true) and previewed():find("kind: Deployment", 1, true)
end)
replace("'Ephemerl", "'Ephemeral")
await("until the text is sound again", function()
  return not previewed():find("The last sound state", 1, true)
end)

local opened
vim.ui.open = function(path)
  opened = path
end
vim.cmd.AgentosGraph()
await("the environment is drawn", function()
  return opened and vim.fn.readfile(opened)[1]:find("<svg", 1, true)
end)

vim.api.nvim_win_set_cursor(0, { profile_line, 3 })
vim.lsp.buf.definition()
await("the definition of a field is in the library", function()
  return vim.api.nvim_buf_get_name(0):find("environment%.ncl$") and line(vim.fn.line(".")):find("profile", 1, true)
end)

client:stop()
await("the server ends", function()
  return client:is_stopped()
end)
io.stdout:write(passed .. " passed, 0 failed\n")
vim.cmd("qall!")
