package syncer

import (
	"context"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/wire"
)

// receiptEvery is how soon after a receipt the next is asked for, while nobody waits for it.
const receiptEvery = 5 * time.Minute

// receipt asks for the server's receipt when everything is there and the last one does not say so. That there is none
// yet is no failure of a round in which all was sent: it is asked for again in the next.
func (s *Syncer) receipt(ctx context.Context, c *client, hurried bool) {
	if !hurried && time.Since(s.receiptAt) < receiptEvery {
		return
	}
	ask, due, err := s.store.ReceiptDue(ctx)
	if err == nil && due {
		s.receiptAt = time.Now()
		err = s.askReceipt(ctx, c, ask)
	}
	if err != nil && ctx.Err() == nil {
		_, code := fault.Of(err)
		s.log.WarnContext(ctx, "No receipt", "code", code, "error", err)
	}
}

func (s *Syncer) askReceipt(ctx context.Context, c *client, ask wire.ReceiptRequest) error {
	var got wire.ReceiptResponse
	err := c.post(ctx, wire.PathReceipt, ask, &got)
	if fault.Is(err, "request.unknown") {
		return nil // an older server gives none
	}
	if err != nil {
		return err
	}
	return s.store.KeepReceipt(ctx, ask, got)
}
