package syncer

import (
	"context"
	"time"

	"storewalk/mobile/store"
	"storewalk/shared/wire"
)

// roomAge is how old what the office knows of the phone's storage may become.
const roomAge = time.Hour

// news returns how full the phone is when that is worth its bytes on the line: told long ago, or changed by a tenth.
// Otherwise, and when nobody knows, it is nil. A round says it once.
func (s *Syncer) news(ctx context.Context, told store.Exchange) *wire.Storage {
	if s.Room == nil {
		return nil
	}
	now, err := s.Room()
	if err != nil {
		s.log.WarnContext(ctx, "Nobody knows how full the phone is", "error", err)
		return nil
	}
	age := time.Since(time.UnixMilli(told.RoomMS))
	changed := max(now.Free-told.RoomFree, told.RoomFree-now.Free) > told.RoomFree/10
	if told.RoomMS != 0 && age >= 0 && age < roomAge && !changed {
		return nil
	}
	return &now
}
