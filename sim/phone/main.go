// Command phone is the phone without its screens: the real database and the real syncer, driven by one JSON
// command a line on standard input and answering one JSON line each. One process can host many phones, which
// commands name by "dev"; those of one phone run in order, those of several at once. A command that names none
// is for the phone that was named last.
//
//	→ {"i":1,"cmd":"open","dev":"a","dir":"/tmp/a","url":"http://127.0.0.1:8080","user":"li","password":"…"}
//	← {"i":1,"ok":true,"new":true}
//	→ {"i":2,"cmd":"push","dev":"b"}
//	← {"i":2,"err":"phone.not_open"}
//
// The first line it writes is {"ready":true}. The table commands in commands.go says what each command does.
// A file to load has one record a line:
//
//	{"type":"count","id":"…","visit":"…","store":"…","product":"…","quantity":3}
//	{"type":"note","id":"…","visit":"…","store":"…","text":"…"}
//	{"type":"visit","id":"…","store":"…","check_in":{"at":1760000000000}}
//	{"type":"photo","id":"…","visit":"…","store":"…","kind":"shelf","sha256":"…","size":90000}
package main

import (
	"context"
	"fmt"
	"os"

	"storewalk/sim/drive"
)

func main() {
	err := drive.Serve(context.Background(), os.Stdin, os.Stdout, func(dev string) drive.Device { return &phone{dev: dev} })
	if err != nil {
		fmt.Fprintln(os.Stderr, "phone:", err)
		os.Exit(1)
	}
}
