module watch
go 1.22
