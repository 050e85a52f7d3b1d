// Command server keeps what phones send and shows it to supervisors.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/gin-gonic/gin"
)

type commands struct {
	Serve  serve `cmd:"" help:"Serve phones and the office's pages until a signal ends it."`
	Import struct {
		Stores   importStores   `cmd:"" help:"Read a territory's stores from a CSV file."`
		Products importProducts `cmd:"" help:"Read the product catalogue from a CSV file."`
		Plan     importPlan     `cmd:"" help:"Read templates, tasks and announcements from a JSON file."`
		Outlines importOutlines `cmd:"" help:"Read the outlines of townships from a GeoJSON file."`
	} `cmd:"" help:"Read the office's lists. A file with a mistake changes nothing."`
	User struct {
		Add         userAdd         `cmd:"" help:"Let a person sign in."`
		List        userList        `cmd:"" help:"List who has an account."`
		Password    userPassword    `cmd:"" help:"Give a person a new password."`
		Territories userTerritories `cmd:"" help:"List the territories that a person's phones hold, or set them."`
		Block       userBlock       `cmd:"" help:"Let a person in no more, on any phone or browser. What their phones have not sent stays there."`
		Unblock     userUnblock     `cmd:"" help:"Let a person who was blocked in again."`
	} `cmd:"" help:"Manage who may sign in."`
	Store struct {
		Move storeMove `cmd:"" help:"Put a store, with its visits, into another territory."`
	} `cmd:"" help:"Manage stores."`
	Device struct {
		List   deviceList   `cmd:"" help:"List the phones."`
		Revoke deviceRevoke `cmd:"" help:"Block a phone for ever."`
	} `cmd:"" help:"Manage phones."`
	Receipt struct {
		Verify receiptVerify `cmd:"" help:"Say whether a phone's receipt is genuine, and whether all of it is still here."`
	} `cmd:"" help:"Verify what this server signed."`
	Check   check   `cmd:"" help:"Read everything and say what the disk has damaged, also while the server runs."`
	Backup  backup  `cmd:"" help:"Copy everything to a folder, also while the server runs."`
	Restore restore `cmd:"" help:"Fill an empty data folder from a backup."`
	Demo    struct {
		Seed demoSeed `cmd:"" help:"Fill in a territory to try things with. Its passwords are public: never on a real server."`
	} `cmd:"" help:"Things to try."`
	Version kong.VersionFlag `help:"Print the version and stop."`
}

func main() {
	gin.SetMode(gin.ReleaseMode)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal kills at once
	os.Exit(command(ctx, os.Args[1:], &console{os.Stdin, os.Stdout, os.Stderr}))
}

// version names this build.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}
