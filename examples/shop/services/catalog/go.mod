module catalog

go 1.24
