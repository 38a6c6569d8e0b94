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

--- What `command` of the server answers for a buffer, given to `show`.
local function execute(client, command, buffer, show)
  local params = { command = command, arguments = { vim.uri_from_bufnr(buffer) } }
  client:request("workspace/executeCommand", params, function(failure, answer)
    if failure then
      vim.notify(failure.message, vim.log.levels.ERROR)
    else
      show(answer)
    end
  end, buffer)
end

--- The manifests of a buffer's environment, by the buffer that shows them.
local shown = {}

local function write(preview, answer)
  local head = answer.current and "" or ("# %s has findings: this is what it was before them.\n"):format(answer.name)
  vim.bo[preview].modifiable = true
  vim.api.nvim_buf_set_lines(preview, 0, -1, false, vim.split(head .. answer.yaml, "\n"))
  vim.bo[preview].modifiable = false
end

--- A window beside this one with the manifests, which follow the text.
local function show_manifest(client, buffer)
  execute(client, "agentos.manifest", buffer, function(answer)
    local preview = shown[buffer]
    if not (preview and vim.api.nvim_buf_is_valid(preview)) then
      preview = vim.api.nvim_create_buf(false, true)
      shown[buffer] = preview
      vim.api.nvim_buf_set_name(preview, ("agentos-manifest://%d/%s.yaml"):format(buffer, answer.name))
      vim.bo[preview].filetype = "yaml"
    end
    write(preview, answer)
    if #vim.fn.win_findbuf(preview) == 0 then
      vim.api.nvim_open_win(preview, false, { split = "right" })
    end
  end)
end

--- Asks again once the server has judged a change.
local function follow(client, buffer)
  vim.api.nvim_create_autocmd("DiagnosticChanged", {
    buffer = buffer,
    group = vim.api.nvim_create_augroup("agentos_cfg_" .. buffer, {}),
    callback = function()
      local preview = shown[buffer]
      if preview and vim.api.nvim_buf_is_valid(preview) and not client:is_stopped() then
        execute(client, "agentos.manifest", buffer, function(answer)
          if vim.api.nvim_buf_is_valid(preview) then
            write(preview, answer)
          end
        end)
      end
    end,
  })
end

--- Draws the environment, and opens the picture.
local function show_graph(client, buffer)
  execute(client, "agentos.graph", buffer, function(answer)
    local file = vim.fn.tempname() .. ".svg"
    vim.fn.writefile(vim.split(answer.svg, "\n"), file)
    vim.ui.open(file)
  end)
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
    follow(client, buffer)
  end,
}
