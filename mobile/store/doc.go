// Package store is the phone's database. One exported method is one intent of the person or of the
// syncer, and one transaction: when it returns nil, the change is on the disk.
//
// Where to look:
//
//   - the folder and who uses it: store, account, identify, lock, tries, reserve, spare, room, boot, load; long lists: columns
//   - what day it is, and by which clock something was written: clock, day, spans, during
//   - the day and the stores: today, stops, map, map_borders, stores, place, moved, profile, rating, asked, carried
//   - a visit: checkin, checklist, ticking, attended, visits; what belongs to it: notes, news, phrases, counts, walk
//   - photos: shots, awaited, proof, photostate, applications (evidence)
//   - requests: requests, request_page, request_write
//   - what several people wrote: values, counts (Conflict, Settle), removed
//   - what is typed and not saved: typing, dropped; where the person was: bookmark
//   - sending and fetching: syncing, taking, chain, waits, backedup
//   - records that come and go: leaving, gone, forget, lost; comparing with the server, and damage: compare, damaged
//   - what the person is told of all that: syncpage, unfinished, dayend, receipt
//
// A read goes through the pool of readers and sees one snapshot; a write goes through Store.change, which tells the watchers.
// Both build on shared/ledger: what is entered are ledger.Edits, what screens read are the tables of migrations/projection.sql.
package store
