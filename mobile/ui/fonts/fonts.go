// Package fonts holds the embedded typeface: Noto Sans SC, with the characters that names in China are written with.
package fonts

import _ "embed" // for the two files

// Regular and Bold are OpenType files. Nobody may write into them.
var (
	//go:embed NotoSansSC-Regular-lite.otf
	Regular []byte
	//go:embed NotoSansSC-Bold-lite.otf
	Bold []byte
)
