package syncer

import (
	"testing"
	"time"

	"storewalk/shared/wire"
)

// TestThePhoneSaysHowFullItIsWhenThatIsNew: in the first exchange of a round, after an hour, or when a tenth changed.
func TestThePhoneSaysHowFullItIsWhenThatIsNew(t *testing.T) {
	t.Parallel()
	s := newTold(t)
	sy, st := newPhone(t, s)
	withStore(t, s, sy)
	now := wire.Storage{Free: 1000, Used: 5000}
	sy.Room = func() (wire.Storage, error) { return now, nil }
	var said []wire.Storage
	asked := 0
	s.answer = func(req wire.SyncRequest, _ *wire.SyncResponse) {
		if asked++; req.Storage != nil {
			said = append(said, *req.Storage)
		}
	}
	round := func(want int) {
		t.Helper()
		edit(t, st, time.Now().String())
		if err := sy.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(said) != want {
			t.Fatalf("said %d times, want %d", len(said), want)
		}
	}
	round(1)
	round(1)
	now.Free = 920
	round(1)
	now.Free = 890
	round(2)
	note, err := st.LastExchange(t.Context())
	if err != nil || note.RoomFree != 890 {
		t.Fatal(note, err)
	}
	note.RoomMS -= (time.Hour + time.Second).Milliseconds()
	if err := st.NoteExchange(t.Context(), note); err != nil {
		t.Fatal(err)
	}
	round(3)
	note.RoomMS += (48 * time.Hour).Milliseconds() // the clock was put back
	if err := st.NoteExchange(t.Context(), note); err != nil {
		t.Fatal(err)
	}
	round(4)
	sy.Room = nil
	round(4)
	if asked < 7 {
		t.Fatal(asked)
	}
}

func TestAPhoneKnowsHowFullItIs(t *testing.T) {
	t.Parallel()
	_, st := newPhone(t, newTold(t))
	if room, err := st.Room(); err != nil || room.Free <= 0 || room.Used <= 0 {
		t.Fatal(room, err)
	}
}
