// Command demo plays a field day: a real server, two phones that lose the network and their power, a bad
// line in the evening, and then a comparison of everything that was captured with what the server holds.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

type commands struct {
	Day   dayCommand   `cmd:"" default:"withargs" help:"Play the day."`
	Phone phoneCommand `cmd:"" hidden:"" help:"Be one phone: actions come in as lines of JSON, acknowledgements go out."`
}

type dayCommand struct {
	Exit   bool   `help:"End after the story instead of serving on."`
	Photos string `help:"Take the JPEG and PNG files of a folder instead of drawn shelves." placeholder:"DIR" type:"existingdir"`
	Listen string `help:"Where the server listens." default:"127.0.0.1:8080"`
	Data   string `help:"Folder of the story, emptied at every start." default:".data/demo" placeholder:"DIR"`
}

// Run plays the story and, unless told to exit, leaves the server running until a signal.
func (c *dayCommand) Run(ctx context.Context) error {
	d := &day{
		dir: c.Data, listen: c.Listen, pictures: drawn(24, 3200), out: &stage{out: os.Stdout, began: time.Now()},
		line: line{rate: 200_000, latency: 150 * time.Millisecond, cutMin: 60_000, cutMax: 200_000},
	}
	if c.Photos != "" {
		own, err := folder(c.Photos, d.out.line)
		if err != nil {
			return err
		}
		d.pictures = own
	}
	return d.show(ctx, c.Exit)
}

func main() {
	// A terminal that is closed must not leave the server behind either.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal kills at once
	line := kong.Parse(&commands{}, kong.Name("demo"), kong.BindTo(ctx, (*context.Context)(nil)))
	if err := line.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		if errors.Is(err, errStopped) {
			os.Exit(130) // as a shell says it of a program that Ctrl-C ended
		}
		os.Exit(1)
	}
}
