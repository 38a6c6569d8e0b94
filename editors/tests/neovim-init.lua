-- What docs/editors.md asks for, with the folder of this repository.
vim.opt.runtimepath:append(vim.env.AGENTOS_CFG_REPOSITORY .. "/editors/neovim")
vim.lsp.enable("agentos_cfg")
