package store

import (
	"os"
	"path/filepath"
	"testing"

	"storewalk/shared/field"
)

func free(t *testing.T, s *Store) int64 {
	t.Helper()
	room, err := s.Room()
	must(t, err)
	return room.Free
}

func TestRoomForPhotosIsKeptBeforeTheyAreTaken(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t)
	s := openStore(t, filepath.Join(disk, "data"))
	must(t, s.SignIn(t.Context(), accounts[li]))
	before := free(t, s)
	room, err := s.ReservePhotos(3)
	must(t, err)
	equal(t, room, 3)
	equal(t, before-free(t, s), 3*photoRoom)
	must(t, s.UseReserve())
	equal(t, before-free(t, s), 2*photoRoom)
	room, err = s.ReservePhotos(200) // more than the disk holds: it says for how many
	must(t, err)
	if room < 2 || room > 5 || free(t, s) >= photoRoom {
		t.Fatal(room, free(t, s))
	}
	must(t, s.Close())
	s = openStore(t, filepath.Join(disk, "data")) // a killed app keeps nothing
	equal(t, before-free(t, s) < photoRoom, true)
	_, err = s.ReservePhotos(1)
	must(t, err)
	_, err = s.ReservePhotos(0)
	must(t, err)
	equal(t, before-free(t, s) < photoRoom, true)
	must(t, s.Close())
}

func TestAFullDiskIsSaidBeforeThePhotoAndWordsTakeTheRoomOfPhotos(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	disk := smallDisk(t)
	s := newPhoneIn(t, o, li, filepath.Join(disk, "data"))
	visit := checkIn(t, s, shop)
	empty := fill(t, disk, photoRoom/2)
	_, err := s.ReservePhotos(1)
	wantFault(t, err, "photo.no_room")
	if _, err := os.Stat(s.reserve.path); !os.IsNotExist(err) {
		t.Fatal("room is kept for no photo", err)
	}
	empty()
	_, err = s.ReservePhotos(2)
	must(t, err)
	empty = fill(t, disk, 0)
	for n := 1; n <= 40; n++ { // more than what the log of the database has left
		must(t, s.SetCount(t.Context(), visit, furong, field.CountLine{Packs: n}, nil))
	}
	equal(t, sheetRow(t, s, visit, furong).Line.Packs, 40)
	equal(t, s.reserve.room, 0) // it was needed
	empty()
	_, err = s.ReservePhotos(2)
	must(t, err)
	must(t, s.CheckOut(t.Context(), visit, field.Moment{}))
	equal(t, s.reserve.room, 0) // nothing is expected any more
	must(t, s.Close())
}
