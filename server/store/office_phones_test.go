package store

import (
	"database/sql"
	"testing"
	"time"

	"storewalk/shared/fault"
	"storewalk/shared/field"
	"storewalk/shared/ledger"
	"storewalk/shared/wire"

	"github.com/google/uuid"
)

func TestAnAlarmIsOpenUntilSomebodyHasSeenItAsItStands(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	raise := func(atMS int64) {
		t.Helper()
		if err := s.change(t.Context(), func(tx *sql.Tx) error {
			return alarm(t.Context(), tx, ma.Device, "alarm.clone", "x", atMS)
		}); err != nil {
			t.Fatal(err)
		}
	}
	open := func(want int) Alarm {
		t.Helper()
		all, err := s.Alarms(t.Context())
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		phones, err := s.Phones(t.Context())
		if err != nil || phones[0].Alarms != want {
			t.Fatal(phones, err)
		}
		sum, err := s.Arrived(t.Context(), 0)
		if err != nil || sum.Alarms != want || (all[0].SeenMS == 0) != (want == 1) {
			t.Fatal(sum, all, err)
		}
		return all[0]
	}
	boss, other := addAccount(t, s, "boss", field.RoleSupervisor), addAccount(t, s, "other", field.RoleSupervisor)
	see := func(id, by uuid.UUID, raised int64) {
		t.Helper()
		if err := s.SeeAlarm(t.Context(), id, by, raised); err != nil {
			t.Fatal(err)
		}
	}
	raise(100)
	a := open(1)
	see(a.ID, boss, a.AtMS)
	see(a.ID, other, a.AtMS)
	if a = open(0); a.Seen.ID != boss || a.SeenMS == 0 {
		t.Fatalf("%+v", a)
	}
	raise(200)
	see(a.ID, other, 100) // a page that was open since before
	a = open(1)
	see(a.ID, other, 1<<60) // no page showed that; it does not see what is to come
	if a = open(0); a.Seen.ID != other {
		t.Fatalf("%+v", a)
	}
	raise(300)
	open(1)
	if err := s.SeeAlarm(t.Context(), uuid.New(), boss, 1); !fault.Is(err, "alarm.not_found") {
		t.Fatal(err)
	}
	var kept int
	if err := s.db.Read.QueryRow(`SELECT count(*) FROM alarm_seen`).Scan(&kept); err != nil || kept != 2 {
		t.Fatal(kept, err)
	}
}

func TestHowFullAPhoneIsStaysUntilItSaysSomethingElse(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ma := newCaller(t, s, "ma")
	sync := func(room *wire.Storage) Phone {
		t.Helper()
		ma.link += "x"
		if _, err := s.Sync(t.Context(), ma.Principal, wire.SyncRequest{Proto: wire.Proto, Replica: ledger.NewReplica(), Next: ma.link, Storage: room}); err != nil {
			t.Fatal(err)
		}
		phones, err := s.Phones(t.Context())
		if err != nil || len(phones) != 1 {
			t.Fatal(phones, err)
		}
		return phones[0]
	}
	if p := sync(nil); p.StorageMS != 0 || p.Full() {
		t.Fatalf("%+v", p)
	}
	if p := sync(&wire.Storage{Free: 40, Used: 1000}); p.FreeBytes != 40 || p.UsedBytes != 1000 || p.StorageMS == 0 || !p.Full() {
		t.Fatalf("%+v", p)
	}
	if p := sync(nil); p.FreeBytes != 40 {
		t.Fatalf("silence says nothing: %+v", p)
	}
	if p := sync(&wire.Storage{Free: -5, Used: 1 << 62}); p.FreeBytes != 0 || p.UsedBytes != maxStorage {
		t.Fatalf("%+v", p)
	}
}

func TestAPhoneIsLookedAtSoonerWhenItHoldsSomething(t *testing.T) {
	t.Parallel()
	now := time.Now()
	ago := func(d time.Duration) int64 { return now.Add(-d).UnixMilli() }
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		p    Phone
		want Need
	}{
		"fine":                    {Phone{SeenMS: ago(0)}, NeedNothing},
		"holds, this morning":     {Phone{SeenMS: ago(5 * time.Hour), WaitingPhotos: 9}, NeedNothing},
		"holds, since yesterday":  {Phone{SeenMS: ago(day), WaitingRecords: 1}, NeedLook},
		"holds, for days":         {Phone{SeenMS: ago(3 * day), WaitingPhotos: 1}, NeedHelp},
		"empty, for days":         {Phone{SeenMS: ago(5 * day)}, NeedNothing},
		"empty, for weeks":        {Phone{SeenMS: ago(15 * day)}, NeedLook},
		"a clock that is wrong":   {Phone{SeenMS: ago(0), OffsetMS: -clockTolerance - 1}, NeedLook},
		"nearly full":             {Phone{SeenMS: ago(0), StorageMS: 1, FreeBytes: 1 << 20, UsedBytes: 1 << 30}, NeedLook},
		"small, but half empty":   {Phone{SeenMS: ago(0), StorageMS: 1, FreeBytes: 1 << 20, UsedBytes: 1 << 20}, NeedNothing},
		"an alarm":                {Phone{SeenMS: ago(0), Alarms: 1}, NeedHelp},
		"blocked, with all of it": {Phone{SeenMS: ago(30 * day), WaitingPhotos: 1, Alarms: 1, RevokedMS: 1}, NeedNothing},
	} {
		if got := c.p.Need(now); got != c.want {
			t.Errorf("%s: %d", name, got)
		}
	}
}

func TestAPhoneStandsWithTheConflictsOfItsTerritories(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	clash(t, s)
	ma, err := s.AccountByLogin(t.Context(), "ma")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.EnrolDevice(t.Context(), ma.ID, "key", "红米"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		holds []uuid.UUID
		want  int
	}{{[]uuid.UUID{field.TerritoryID("north")}, 1}, {nil, 0}} {
		if err := s.SetTerritories(t.Context(), ma.ID, c.holds); err != nil {
			t.Fatal(err)
		}
		if phones, err := s.Phones(t.Context()); err != nil || phones[0].Conflicts != c.want {
			t.Fatal(phones, err)
		}
	}
}
