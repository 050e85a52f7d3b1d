package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"storewalk/mobile/ui/fonts"
)

// The palette by name. Every text colour has at least 7:1 against each surface it is drawn on, for
// reading in the sun; uitest.Check measures it on every screen. States are told by shape as well as by colour.
const (
	colPaper      = theme.ColorNameBackground // behind everything
	colInk        = theme.ColorNameForeground // text
	colSurface    = fyne.ThemeColorName("surface")
	colMuted      = fyne.ThemeColorName("muted")  // second-rank text
	colLine       = fyne.ThemeColorName("line")   // hairlines and outlines
	colAccent     = fyne.ThemeColorName("accent") // what can be tapped, what is in order
	colOnAccent   = fyne.ThemeColorName("onAccent")
	colAccentSoft = fyne.ThemeColorName("accentSoft")
	colBar        = fyne.ThemeColorName("bar") // the title bar
	colOnBar      = fyne.ThemeColorName("onBar")
	colOnBarSoft  = fyne.ThemeColorName("onBarSoft")
	colWait       = fyne.ThemeColorName("wait") // on its way: amber
	colWaitSoft   = fyne.ThemeColorName("waitSoft")
	colAlarm      = fyne.ThemeColorName("alarm") // needs a person: red
	colAlarmSoft  = fyne.ThemeColorName("alarmSoft")
	colDiffer     = fyne.ThemeColorName("differ") // two values: violet
	colDifferSoft = fyne.ThemeColorName("differSoft")
	colStage      = fyne.ThemeColorName("stage") // around a photo, by day too
	colOnStage    = fyne.ThemeColorName("onStage")
)

// shades holds each colour in daylight and at night.
var shades = map[fyne.ThemeColorName][2]color.NRGBA{
	colPaper:      {rgb(0xF3F2EC), rgb(0x0D1412)},
	colSurface:    {rgb(0xFFFFFF), rgb(0x18211E)},
	colInk:        {rgb(0x0F1F1B), rgb(0xF2F6F4)},
	colMuted:      {rgb(0x3D4B47), rgb(0xBBC8C3)},
	colLine:       {rgb(0xC9CEC6), rgb(0x3B4743)},
	colAccent:     {rgb(0x0A564C), rgb(0x7CDBC8)},
	colOnAccent:   {rgb(0xFFFFFF), rgb(0x04201A)},
	colAccentSoft: {rgb(0xDCEEE8), rgb(0x15352E)},
	colBar:        {rgb(0x0B4A41), rgb(0x12211D)},
	colOnBar:      {rgb(0xFFFFFF), rgb(0xF2F6F4)},
	colOnBarSoft:  {rgb(0xDCEFE9), rgb(0xC3D1CB)},
	colWait:       {rgb(0x5A3700), rgb(0xFFD489)},
	colWaitSoft:   {rgb(0xFFE9BD), rgb(0x38290C)},
	colAlarm:      {rgb(0x86130F), rgb(0xFFB9B0)},
	colAlarmSoft:  {rgb(0xFCE3DF), rgb(0x411613)},
	colDiffer:     {rgb(0x4F2381), rgb(0xDAC2FF)},
	colDifferSoft: {rgb(0xEEE4FA), rgb(0x2E1D45)},
	colStage:      {rgb(0x0D1412), rgb(0x0D1412)},
	colOnStage:    {rgb(0xF2F6F4), rgb(0xF2F6F4)},

	theme.ColorNamePrimary:             {rgb(0x0A564C), rgb(0x7CDBC8)},
	theme.ColorNameFocus:               {rgb(0x0A564C), rgb(0x7CDBC8)},
	theme.ColorNameHyperlink:           {rgb(0x0A564C), rgb(0x7CDBC8)},
	theme.ColorNameForegroundOnPrimary: {rgb(0xFFFFFF), rgb(0x04201A)},
	theme.ColorNameSelection:           {rgb(0xBFE2D8), rgb(0x1F4A41)},
	theme.ColorNameInputBackground:     {rgb(0xFFFFFF), rgb(0x111A17)},
	theme.ColorNameInputBorder:         {rgb(0x7C8A85), rgb(0x6B7974)},
	theme.ColorNamePlaceHolder:         {rgb(0x4C5A56), rgb(0xAEBBB6)},
	theme.ColorNameDisabled:            {rgb(0x4C5A56), rgb(0xAEBBB6)},
	theme.ColorNameError:               {rgb(0x86130F), rgb(0xFFB9B0)},
	theme.ColorNameSeparator:           {rgb(0xC9CEC6), rgb(0x3B4743)},
	theme.ColorNameScrollBar:           {rgba(0x0F1F1B, 0x60), rgba(0xF2F6F4, 0x60)},
	theme.ColorNameScrollBarBackground: {rgba(0, 0), rgba(0, 0)},
	theme.ColorNameShadow:              {rgba(0, 0), rgba(0, 0)},
	theme.ColorNameHover:               {rgba(0, 0), rgba(0, 0)},
	theme.ColorNamePressed:             {rgba(0x0A564C, 0x30), rgba(0x7CDBC8, 0x30)},
}

func rgb(v uint32) color.NRGBA { return rgba(v, 0xFF) }

func rgba(v uint32, a uint8) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: a}
}

// Sizes in device-independent pixels. A target never is smaller than touch.
const (
	touch    float32 = 48
	gap      float32 = 8
	margin   float32 = 16
	radius   float32 = 12
	hairline float32 = 1

	sizeSmall  float32 = 14
	sizeBody   float32 = 16
	sizeName   float32 = 17 // what a row or a section is about
	sizeTitle  float32 = 19
	sizeLead   float32 = 22 // the one sentence a page is about
	sizeFigure float32 = 24
	sizeHuge   float32 = 34
)

// textSizes are what the person can choose from, by name: how many times the sizes above the texts are drawn. Until they
// choose one, it is the one that is nearest to what the phone is set to.
var textSizes = []struct {
	name  string
	times float32
}{{"small", 0.9}, {sizeStandard, 1}, {"large", 1.2}, {"largest", 1.45}}

const (
	sizeAuto     = "auto" // as the phone is set
	sizeStandard = "standard"
)

// nearestSize names the size for texts that the phone draws so many times larger than usual; halfway it is the larger one.
func nearestSize(times float64) string {
	name := textSizes[0].name
	for i, s := range textSizes {
		if i > 0 && times >= float64(textSizes[i-1].times+s.times)/2-0.001 {
			name = s.name
		}
	}
	return name
}

// sizeTimes asks the theme how many times its size each text is drawn.
const sizeTimes fyne.ThemeSizeName = "times"

// times is how much larger than usual texts are drawn, by the setting of the person.
func times() float32 {
	if n := theme.Size(sizeTimes); n > 0 {
		return n
	}
	return 1 // another theme, as before the app
}

// grown is a measure that holds text, such as the width of a column: it grows with the text.
func grown(v float32) float32 { return v * times() }

// mostIcon is how far a sign grows with the text: one is recognized by its shape before its details.
const mostIcon = 1.25

// grownIcon is the side of a sign that stands beside text.
func grownIcon(v float32) float32 { return v * min(mostIcon, times()) }

// look is the app's theme: our palette, our Chinese fonts, sizes for a thumb.
type look struct {
	regular, bold fyne.Resource
	mode          string // lookAuto, lookDay or lookNight
	size          string // of textSizes, or sizeAuto
	phone         string // of textSizes: the one that is sizeAuto
}

// The modes of the theme: as the phone is set, or always one of the two.
const (
	lookAuto  = "auto"
	lookDay   = "day"
	lookNight = "night"
)

func newLook(mode, size string) *look {
	return &look{
		mode:    mode,
		size:    size,
		phone:   sizeStandard,
		regular: fyne.NewStaticResource("NotoSansSC-Regular-lite.otf", fonts.Regular),
		bold:    fyne.NewStaticResource("NotoSansSC-Bold-lite.otf", fonts.Bold),
	}
}

// Color returns a colour of the palette, for daylight or night.
func (l *look) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	switch l.mode {
	case lookDay:
		variant = theme.VariantLight
	case lookNight:
		variant = theme.VariantDark
	}
	s, ok := shades[name]
	switch {
	case !ok:
		return theme.DefaultTheme().Color(name, variant)
	case variant == theme.VariantDark:
		return s[1]
	}
	return s[0]
}

// Font returns the embedded face: Android's fallback draws Chinese the Japanese way.
func (l *look) Font(style fyne.TextStyle) fyne.Resource {
	switch {
	case style.Symbol:
		return theme.DefaultTheme().Font(style)
	case style.Bold:
		return l.bold
	}
	return l.regular
}

// Icon returns Fyne's own icon.
func (l *look) Icon(name fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(name) }

// Size returns a size of the theme in device-independent pixels.
func (l *look) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case sizeTimes:
		return l.times()
	case theme.SizeNameText:
		return typeface{size: sizeBody}.px()
	case theme.SizeNameCaptionText:
		return typeface{size: sizeSmall}.px()
	case theme.SizeNameInnerPadding:
		return 14
	case theme.SizeNameInlineIcon: // as high as the line beside it
		return typeface{size: sizeBody}.or().height()
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius:
		return radius
	case theme.SizeNameInputBorder:
		return 1.5
	case theme.SizeNameScrollBar:
		return 6
	case theme.SizeNameScrollBarSmall:
		return 3
	}
	return theme.DefaultTheme().Size(name)
}

// times is how many times its size each text is drawn.
func (l *look) times() float32 {
	name := l.size
	if name == sizeAuto {
		name = l.phone
	}
	for _, s := range textSizes {
		if s.name == name {
			return s.times
		}
	}
	return 1
}
