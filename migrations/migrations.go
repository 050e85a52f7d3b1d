// Package migrations holds the SQL of both databases.
package migrations

import (
	"embed"
	"io/fs"
)

//go:embed device/*.sql server/*.sql
var files embed.FS

// Projection creates the typed tables that both databases derive from their records. It is not a
// migration: whenever this text changes, the tables are dropped, made anew and filled from the records.
//
//go:embed projection.sql
var Projection string

// Device returns the migrations of the phone's database, Server those of the server's.
func Device() fs.FS { return sub("device") }

// Server returns the migrations of the server's database.
func Server() fs.FS { return sub("server") }

func sub(dir string) fs.FS {
	fsys, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // the name is a constant of this file
	}
	return fsys
}
