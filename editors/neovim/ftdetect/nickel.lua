vim.filetype.add({ extension = { ncl = "nickel" } })
