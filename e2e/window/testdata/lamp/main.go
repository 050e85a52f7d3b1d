// Lamp is an app with one switch in its middle and a lamp above it, to try the window on.
package main

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

func main() {
	a := app.New()
	w := a.NewWindow("lamp")
	off, on := color.NRGBA{R: 20, G: 60, B: 160, A: 255}, color.NRGBA{R: 240, G: 200, B: 10, A: 255}
	lamp := canvas.NewRectangle(off)
	lamp.SetMinSize(fyne.NewSize(0, 200))
	w.SetContent(container.NewBorder(lamp, nil, nil, nil, widget.NewButton("switch", func() {
		if lamp.FillColor == off {
			lamp.FillColor = on
		} else {
			lamp.FillColor = off
		}
		lamp.Refresh()
		fmt.Println("switched")
	})))
	w.ShowAndRun()
}
