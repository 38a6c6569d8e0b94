-- `agentos-cfg lsp` for Neovim 0.11. Put this folder on 'runtimepath', then: vim.lsp.enable("agentos_cfg")

--- Whether a text is an environment of AgentOS.
local function is_environment(text)
  return text:find('import%s+"agentos/lib%.ncl"') ~= nil or text:find("|%s*agentos%.Environment%s*$") ~= nil
end

--- Whether an environment stands in a folder, not below it.
local function has_environment(folder)
  for name, kind in vim.fs.dir(folder) do
    if kind == "file" and vim.endswith(name, ".ncl") then
      local was_read, lines = pcall(vim.fn.readfile, vim.fs.joinpath(folder, name))
      if was_read and is_environment(table.concat(lines, "\n")) then
        return true
      end
    end
  end
  return false
end

--- Whether a buffer is an environment, or a module that may be part of one: one stands beside it or in a folder above, up to
--- the root. Other Nickel files are left to other servers.
local function concerns_agentos(buffer, root)
  if is_environment(table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n")) then
    return true
  end
  for folder in vim.fs.parents(vim.api.nvim_buf_get_name(buffer)) do
    if has_environment(folder) then
      return true
    end
    if folder == root then
      break
    end
  end
  return false
end

local function report(failure)
  vim.notify(failure.message, vim.log.levels.ERROR)
end

--- What `command` of the server answers for a buffer, given to `show`; a refusal is given to `refused`.
local function execute(client, command, buffer, show, refused)
  local params = { command = command, arguments = { vim.uri_from_bufnr(buffer) } }
  client:request("workspace/executeCommand", params, function(failure, answer)
    if failure then
      refused(failure)
    else
      show(answer)
    end
  end, buffer)
end

--- How long after a change the server is asked, in milliseconds, and again after each answer that is older than the text.
local DELAYS = { 150, 500, 1500, 4000 }

--- The buffer that shows the manifests of a buffer's environment, and the timer of the next look.
local previews = {}

local function write(preview, answer)
  local head = answer.current and ""
    or ("# The last sound state: %s has findings, or is still being checked.\n"):format(answer.name)
  vim.bo[preview].modifiable = true
  vim.api.nvim_buf_set_lines(preview, 0, -1, false, vim.split(head .. answer.yaml, "\n"))
  vim.bo[preview].modifiable = false
end

--- Writes the manifests of a buffer's environment anew, later with each answer that is older than the text.
local function refresh(client, buffer, tries)
  local preview = previews[buffer]
  if not preview or not DELAYS[tries] then
    return
  end
  preview.timer:start(
    DELAYS[tries],
    0,
    vim.schedule_wrap(function()
      if not vim.api.nvim_buf_is_valid(preview.buffer) or client:is_stopped() then
        return
      end
      execute(client, "agentos.manifest", buffer, function(answer)
        if vim.api.nvim_buf_is_valid(preview.buffer) then
          write(preview.buffer, answer)
        end
        if not answer.current then
          refresh(client, buffer, tries + 1)
        end
      end, function() end)
    end)
  )
end

--- Keeps the manifests of a buffer's environment up to date.
local function follow(client, buffer)
  vim.api.nvim_create_autocmd({ "DiagnosticChanged", "TextChanged", "TextChangedI", "TextChangedP" }, {
    buffer = buffer,
    group = vim.api.nvim_create_augroup("agentos_cfg_" .. buffer, {}),
    callback = function()
      refresh(client, buffer, 1)
    end,
  })
end

--- A buffer for the manifests, unless it is still there.
local function preview_of(buffer, name)
  local preview = previews[buffer]
  if not (preview and vim.api.nvim_buf_is_valid(preview.buffer)) then
    preview = { buffer = vim.api.nvim_create_buf(false, true), timer = vim.uv.new_timer() }
    previews[buffer] = preview
    vim.api.nvim_buf_set_name(preview.buffer, ("agentos-manifest://%d/%s.yaml"):format(buffer, name))
    vim.bo[preview.buffer].filetype = "yaml"
  end
  return preview.buffer
end

--- A window beside this one with the manifests, which follow the text.
local function show_manifest(client, buffer)
  execute(client, "agentos.manifest", buffer, function(answer)
    local preview = preview_of(buffer, answer.name)
    write(preview, answer)
    if #vim.fn.win_findbuf(preview) == 0 then
      vim.api.nvim_open_win(preview, false, { split = "right" })
    end
    follow(client, buffer)
  end, report)
end

--- Draws the environment, and opens the picture.
local function show_graph(client, buffer)
  execute(client, "agentos.graph", buffer, function(answer)
    local file = vim.fn.tempname() .. ".svg"
    vim.fn.writefile(vim.split(answer.svg, "\n"), file)
    vim.ui.open(file)
  end, report)
end

return {
  cmd = { "agentos-cfg", "lsp" },
  filetypes = { "nickel" },
  -- Where `start` is not called, there is no server.
  root_dir = function(buffer, start)
    local folder = vim.fs.dirname(vim.api.nvim_buf_get_name(buffer))
    local root = vim.fs.root(buffer, ".git") or folder
    if concerns_agentos(buffer, root) then
      start(root)
    end
  end,
  on_attach = function(client, buffer)
    vim.bo[buffer].commentstring = "# %s"
    vim.api.nvim_buf_create_user_command(buffer, "AgentosManifest", function()
      show_manifest(client, buffer)
    end, { desc = "Show the manifests of this environment" })
    vim.api.nvim_buf_create_user_command(buffer, "AgentosGraph", function()
      show_graph(client, buffer)
    end, { desc = "Draw this environment" })
  end,
}
