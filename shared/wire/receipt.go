package wire

import (
	"storewalk/shared/blob"
	"storewalk/shared/record"
)

// A ReceiptRequest asks the server to sign what it holds of a phone's work. It changes nothing that the phone sent, and may
// be repeated.
type ReceiptRequest struct {
	Proto   int            `json:"proto"`
	Replica record.Replica `json:"rid"`  // of the phone's database
	Days    []string       `json:"days"` // 2026-11-22: whose totals the receipt is to tell; at most receipt.MaxDays
	// Damaged is how many records the phone's disk damaged before they were sent: the receipt is to say that it does not cover
	// them. The server takes the phone's word for it.
	Damaged int `json:"damaged,omitempty"`
}

// A ReceiptResponse is the server's word. It counted everything itself: a phone keeps it only when it comes to the same.
type ReceiptResponse struct {
	ServerMS int64  `json:"server_ms"`
	Receipt  []byte `json:"receipt,omitempty"` // receipt.Signed; absent when something is missing or damaged
	Key      []byte `json:"key"`               // as EnrolResponse.ReceiptKey, for a phone that enrolled without being told
	// Photos of which the server has the record and not all bytes, though the phone may believe so: at most MaxBlobAsks.
	Lacks []blob.Ref `json:"lacks,omitempty"`
}
