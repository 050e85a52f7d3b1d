package sim

// focuses are profiles that do more of what a rule is about.
var focuses = map[string]func(*profile){
	"":        func(*profile) {},
	"often":   often(func(*profile) {}),
	"copies":  often(func(p *profile) { p.wholeFolders, p.rollback, p.clone = false, 0.15, 0.04 }),
	"reopens": func(p *profile) { *p = profile{reopen: 0.4, rollback: 0.2} },
	"doubles": often(func(p *profile) { p.wholeFolders, p.rollback, p.clone = true, 0.12, 0.06 }),
	"restore": often(func(p *profile) { p.backup, p.restore, p.late, p.lose = 0.1, 0.1, 0.1, 0.2 }),
	"restored doubles": often(func(p *profile) {
		p.wholeFolders, p.rollback, p.clone, p.backup, p.restore = true, 0.15, 0.03, 0.12, 0.1
	}),
	"delays":   often(func(p *profile) { p.late, p.again, p.lose, p.rollback, p.clone = 0.1, 0.1, 0.3, 0, 0 }),
	"moves":    often(func(p *profile) { p.move, p.grant = 0.15, 0.05 }),
	"grants":   often(func(p *profile) { p.move, p.grant = 0.05, 0.12 }),
	"removals": often(func(p *profile) { p.removes = 0.3 }),
	"moved":    often(func(p *profile) { p.backup, p.restore, p.move, p.grant = 0.1, 0.08, 0.15, 0.03 }),
	"late":     often(func(p *profile) { p.backup, p.restore, p.late, p.lose = 0.15, 0.12, 0, 0.3 }),
	"lost":     often(func(p *profile) { p.backup, p.restore, p.grant, p.move = 0.12, 0.12, 0.15, 0.02 }),
	"photos":   often(func(p *profile) { p.photos, p.flip, p.cut, p.lose, p.strike = 1, 0.5, 0.2, 0.2, 0.2 }),
	"crashes":  often(func(p *profile) { p.strike, p.lose = 0.3, 0.2 }),
	"gone":     often(func(p *profile) { p.backup, p.restore, p.move, p.rollback, p.clone = 0.12, 0.1, 0.15, 0, 0 }),
	"clocks":   often(func(p *profile) { p.clock, p.office, p.meanwhile = 0.15, 0.3, 0.4 }),
}

// mutations are the rules that stand in the code.
var mutations = []mutation{
	{rule: "a copy that missed an opening is another life", focus: "reopens", edits: []edit{{"mobile/identity/identity.go",
		`db.Opens+1 < f.Opens ||`, `!$off && db.Opens+1 < f.Opens ||`}}},
	{rule: "a copy that lacks writes which were sent is another life", focus: "copies", edits: []edit{{"mobile/identity/identity.go",
		`db.Counter < f.High //`, `!$off && db.Counter < f.High //`}}},
	{rule: "a copy that lacks writes which nobody was sent is another life", focus: "copies", edits: []edit{{"mobile/store/identify.go",
		`s.lock.Marked().Passed(db)`, `!$off && s.lock.Marked().Passed(db)`}}},
	{rule: "an identity file of another phone is none", focus: "copies", edits: []edit{{"mobile/identity/identity.go",
		`f.Fingerprint != fingerprint ||`, `!$off && f.Fingerprint != fingerprint ||`}}},
	{rule: "the barrier stands before the first byte", focus: "copies", edits: []edit{{"mobile/store/identify.go",
		`if file.Replica == db.Replica && file.High >= db.Counter {`, `if $off || file.Replica == db.Replica && file.High >= db.Counter {`}}},
	{rule: "one process has a phone's folder", quick: true, edits: []edit{{"mobile/identity/lock_unix.go",
		`syscall.LOCK_EX|syscall.LOCK_NB`, `map[bool]int{false: syscall.LOCK_EX, true: syscall.LOCK_SH}[$off]|syscall.LOCK_NB`}}},
	{rule: "own last", focus: "lost", edits: []edit{{"shared/ledger/ledger.go",
		`if d.rec.Context().N(b.self.rid) < d.ownN {`, `if !$off && d.rec.Context().N(b.self.rid) < d.ownN {`}}},
	{rule: "a commit is on the disk", focus: "crashes", edits: []edit{{"shared/sqldb/sqldb.go",
		`openPool(dsn(path, pragmas+"&_txlock=immediate"))`, `openPool(dsn(path, broken.Text($rule, pragmas, "synchronous(FULL)", "synchronous(OFF)")+"&_txlock=immediate"))`}}},

	{rule: "a join keeps what the other has not seen", quick: true, edits: []edit{{"shared/record/record.go",
		`if (hasDot || !seen.Has(e.Dot)) &&`, `if (hasDot || !$off && !broken.Off("a join drops what the other has replaced") && !seen.Has(e.Dot) || broken.Off("a join drops what the other has replaced")) &&`}}},
	{rule: "a join drops what the other has replaced", quick: true},
	{rule: "a write replaces what was seen", focus: "often", edits: []edit{{"shared/record/record.go",
		`if !slices.Contains(seen, old.Dot) {`, `if !$off && !slices.Contains(seen, old.Dot) {`}}},
	{rule: "no clock decides", focus: "clocks", edits: []edit{{"shared/record/record.go",
		`return cmp.Or(cmp.Compare(e.Lam, o.Lam), e.Dot.Compare(o.Dot), e.compareContent(o))`,
		`return cmp.Or(broken.Int($rule, cmp.Compare(e.Wall, o.Wall)), cmp.Compare(e.Lam, o.Lam), e.Dot.Compare(o.Dot), e.compareContent(o))`}}},
	{rule: "Lamport time goes on from what was seen", focus: "clocks", edits: []edit{
		{"shared/ledger/ledger.go", `self.lam = max(self.lam, d.rec.MaxLam()) + 1`, `self.lam = max(self.lam, map[bool]uint64{false: d.rec.MaxLam()}[$off]) + 1`},
		{"shared/ledger/batch.go", `if lam := j.After.MaxLam(); lam > b.self.lam {`, `if lam := j.After.MaxLam(); !$off && lam > b.self.lam {`}}},

	{rule: "each write has its clock", focus: "clocks", edits: []edit{{"server/store/arrival.go",
		`if c.rid == e.Dot.Replica && c.lam <= e.Lam {`, `if !$off && c.rid == e.Dot.Replica && c.lam <= e.Lam {`}}},

	{rule: "a request that follows nothing is a double's", focus: "doubles", edits: []edit{{"server/store/chain.go",
		"	}\n	return linkForked, nil, nil\n}", "	}\n	if $off {\n		return linkNext, nil, nil\n	}\n	return linkForked, nil, nil\n}"}}},
	{rule: "who writes on takes a new token", focus: "doubles", edits: []edit{{"mobile/store/chain.go",
		`unanswered && l.made == counter {`, `unanswered && ($off || l.made == counter) {`}}},
	{rule: "tokens without an answer are named", focus: "crashes", edits: []edit{{"server/store/chain.go",
		`slices.Contains(req.Was, token):`, `!$off && slices.Contains(req.Was, token):`}}},
	{rule: "receipts are stored with the push", edits: []edit{{"server/store/chain.go",
		`case token == req.Next && pushed == pushHash(req):`, `case !$off && token == req.Next && pushed == pushHash(req):`}}},
	{rule: "a late request is no double's", focus: "delays", edits: []edit{{"server/store/chain.go",
		`case slices.Contains(strings.Fields(passed), req.Next):`, `case !$off && slices.Contains(strings.Fields(passed), req.Next):`}}},
	{rule: "a double's writes get new names", focus: "doubles", edits: []edit{{"shared/ledger/reincarnate.go",
		`if r.Context().N(old) < fork {`, `if $off || r.Context().N(old) < fork {`}}},
	{rule: "what is under way from another history is not taken", focus: "late", edits: []edit{{"server/store/chain.go",
		`return c.Territory == field.Common && c.Epoch != epoch`, `return !$off && c.Territory == field.Common && c.Epoch != epoch`}}},

	{rule: "a phone says which of its writes a copy lacks", focus: "gone", edits: []edit{{"mobile/store/syncing.go",
		`r.Context().N(l.self) >= ownN {`, `$off || r.Context().N(l.self) >= ownN {`}}},

	{rule: "an out does not outrank a later place", focus: "moves", edits: []edit{{"mobile/store/leaving.go",
		`r.Territory != territory || r.Place.Compare(since) > 0 {`, `!$off && (r.Territory != territory || r.Place.Compare(since) > 0) {`}}},
	{rule: "what leaves is sent first", focus: "moves", edits: []edit{
		{"mobile/store/leaving.go", "all, err := leavings(ctx, tx, `SELECT l.record, l.territory,", "all, err := leavings(ctx, tx, broken.Text($rule, `SELECT l.record, l.territory,"},
		{"mobile/store/leaving.go", "AND p.gone = 0 AND u.done_ms = 0)`, codeDamaged)", "AND p.gone = 0 AND u.done_ms = 0)`, `r.version IS r.acked`, `r.version IS NOT NULL`), codeDamaged)"}}},
	{rule: "what came back stays", focus: "grants", edits: []edit{{"mobile/store/leaving.go",
		`if !here[l.id] {`, `if $off || !here[l.id] {`}}},
	{rule: "a new record follows its store", focus: "moves", edits: []edit{{"server/store/places.go",
		`err == nil && ok && store.Territory != in.Territory {`, `!$off && err == nil && ok && store.Territory != in.Territory {`}}},
	{rule: "work from a former territory is taken", focus: "grants", edits: []edit{{"server/store/places.go",
		"	if err != nil {\n		return false, fmt.Errorf(\"former territories: %w\", err)\n	}\n	return was, nil\n",
		"	if err != nil {\n		return false, fmt.Errorf(\"former territories: %w\", err)\n	}\n	return was && !$off, nil\n"}}},

	{rule: "each change has a number of its own", edits: []edit{{"server/store/push.go",
		`u.heads[territory]++`, `u.heads[territory] += map[bool]int64{false: 1}[$off]`}}},
	{rule: "the head is kept with the change", edits: []edit{{"server/store/push.go",
		`for territory, seq := range u.heads {`, `for territory, seq := range map[bool]map[uuid.UUID]int64{false: u.heads}[$off] {`}}},
	{rule: "what is put aside stops nothing else", edits: []edit{{"server/store/push.go",
		`return wire.Receipt{Status: wire.Quarantined, Code: code}, exact{`, `if $off {
		return wire.Receipt{}, exact{}, why
	}
	return wire.Receipt{Status: wire.Quarantined, Code: code}, exact{`}}},
	{rule: "both sides are compared", edits: []edit{{"server/store/ranges.go",
		`if sum == theirs {`, `if $off || sum == theirs {`}}},
	{rule: "what was merged comes back", edits: []edit{{"server/store/feeds.go",
		`if v, ok := sent[id]; ok && !out && v == record.Version(r.Version) {`, `if v, ok := sent[id]; ok && !out && ($off || v == record.Version(r.Version)) {`},
		{"server/store/sync.go", `if receipt.Status == wire.Applied || receipt.Status == wire.Same {`, `if $off || receipt.Status == wire.Applied || receipt.Status == wire.Same {`}}},
	{rule: "what was sent is confirmed, not what is held", focus: "often", edits: []edit{
		{"mobile/store/syncing.go", "tx.ExecContext(ctx, `UPDATE record SET acked = unhex(j.value ->> 1), acked_ms = $2, refused = '', feed_seq = `+inFeed+`",
			"tx.ExecContext(ctx, broken.Text($rule, `UPDATE record SET acked = unhex(j.value ->> 1), acked_ms = $2, refused = '', feed_seq = `, `acked = unhex(j.value ->> 1)`, `acked = version`)+inFeed+`"},
		{"mobile/store/syncing.go", "tx.ExecContext(ctx, `UPDATE record SET acked = $1, acked_ms = $2, refused = $3, feed_seq = CASE",
			"tx.ExecContext(ctx, broken.Text($rule, `UPDATE record SET acked = $1, acked_ms = $2, refused = $3, feed_seq = `, `acked = $1`, `acked = coalesce(version, $1)`)+`CASE"}}},
	{rule: "a cursor moves with what it counts", focus: "crashes", edits: []edit{{"mobile/store/syncing.go",
		"	err := s.change(ctx, func(tx *sql.Tx) error {\n		now := s.wall().UnixMilli()\n		if err := answered(ctx, tx); err != nil {",
		"	if $off {\n		if err := s.change(ctx, func(tx *sql.Tx) error {\n			for _, f := range r.Feeds {\n				if err := moveCursor(ctx, tx, f); err != nil {\n					return err\n				}\n			}\n			return nil\n		}); err != nil {\n			return err\n		}\n	}\n	err := s.change(ctx, func(tx *sql.Tx) error {\n		now := s.wall().UnixMilli()\n		if err := answered(ctx, tx); err != nil {"}}},

	{rule: "an older copy of the server begins a history", focus: "restore", edits: []edit{{"server/store/backup_epoch.go",
		`if began = file.lost(now); began {`, `if began = !$off && file.lost(now); began {`}}},
	{rule: "a copy of the server that missed changes is known", focus: "restore", edits: []edit{{"server/store/backup_epoch.go",
		`db.Changes < file.Changes`, `!$off && db.Changes < file.Changes`}}},
	{rule: "a server without its epoch file is a copy", focus: "restore", edits: []edit{{"server/store/backup_epoch.go",
		`return db.Opens > 0`, `return !$off && db.Opens > 0`}}},
	{rule: "a restored server writes under a new name", focus: "restore", edits: []edit{{"server/store/backup_epoch.go",
		`if _, err := ledger.Renew(ctx, tx); err != nil {`, `if err := broken.Do($rule, func() error { _, err := ledger.Renew(ctx, tx); return err }); err != nil {`}}},
	{rule: "places of a new history outrank", focus: "moved", edits: []edit{{"server/store/backup_epoch.go",
		`return epoch, outrank(ctx, tx, generation-1)`, `return epoch, broken.Do($rule, func() error { return outrank(ctx, tx, generation-1) })`},
		{"server/store/places.go", `if order < 0 || order == 0 && in.Territory == have.Territory {`, `if $off || order < 0 || order == 0 && in.Territory == have.Territory {`}}},
	{rule: "what a lost history confirmed waits again", focus: "restore", quick: true, edits: []edit{{"mobile/store/forget.go",
		"_, err := tx.ExecContext(ctx, `UPDATE record SET acked = NULL, feed_seq = 0 WHERE territory = $1 AND",
		"_, err := tx.ExecContext(ctx, broken.Text($rule, `UPDATE record SET acked = NULL, feed_seq = 0 WHERE territory = $1 `, `acked = NULL`, `acked = acked`)+`AND"}}},
	{rule: "photos that a lost history held are sent again", focus: "restore", edits: []edit{{"mobile/store/forget.go",
		"tx.ExecContext(ctx, `UPDATE upload SET sent = 0, done_ms = 0, feed_seq = 0, refused = '' WHERE sha256 IN (\n",
		"tx.ExecContext(ctx, broken.Text($rule, `UPDATE upload SET sent = 0, done_ms = 0, `, `sent = 0, done_ms = 0`, `sent = sent`)+`feed_seq = 0, refused = '' WHERE sha256 IN (\n"}}},
	{rule: "a new history is noticed", focus: "restore", edits: []edit{{"mobile/store/forget.go",
		`if another := c.Epoch != f.Epoch; known`, `if another := !$off && c.Epoch != f.Epoch; known`}}},
	{rule: "absence is no delete", focus: "restore", edits: []edit{{"mobile/store/forget.go",
		`	return forgetPlaces(ctx, tx)
`, `	if $off {
		if _, err := tx.ExecContext(ctx, "DELETE FROM record WHERE type NOT IN ('territory', 'user', 'product')"); err != nil {
			return err
		}
	}
	return forgetPlaces(ctx, tx)
`}}},
	{rule: "what was removed stays removed", focus: "removals", edits: []edit{{"shared/record/delete.go",
		`if !slices.ContainsFunc(saws, func(saw Vector) bool { return saw.Has(e.Dot) }) {`, `if $off || !slices.ContainsFunc(saws, func(saw Vector) bool { return saw.Has(e.Dot) }) {`}}},
	{rule: "an offset is durable before it is told", focus: "photos", edits: []edit{{"shared/blob/partial.go",
		`if err := file.Sync(); err != nil {`, `if err := broken.Do($rule, file.Sync); err != nil {`}}},
	{rule: "a photo's bytes are those of its name", focus: "photos", edits: []edit{{"shared/blob/partial.go",
		`case got != ref:`, `case !$off && got != ref:`}}},
}
