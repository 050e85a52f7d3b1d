package store

import (
	"strings"
	"testing"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

func set(t testing.TB, s *Store, visit uuid.UUID, n NewsEdit) {
	t.Helper()
	must(t, s.SetNews(t.Context(), visit, n))
}

func TestNewsStandBesideTheNoteAndEachOther(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	market, rival, other := uuid.New(), uuid.New(), uuid.New()
	must(t, s.SetNote(t.Context(), visit, uuid.Nil, "货源正常", nil))
	set(t, s, visit, NewsEdit{ID: market, Kind: field.NoteMarket, Field: "text", Value: " 工地开工，外来人多 "})
	for name, value := range map[string]any{"brand": "利群(新版)", "what": "price", "price": int64(1450), "text": "进货价降了"} {
		set(t, s, visit, NewsEdit{ID: rival, Kind: field.NoteCompetitor, Field: name, Value: value})
	}
	set(t, s, visit, NewsEdit{ID: other, Kind: field.NoteCompetitor, Field: "brand", Value: "红塔山(硬经典)"})
	set(t, s, visit, NewsEdit{ID: uuid.New(), Kind: field.NoteMarket, Field: "text", Value: ""}) // opened and left
	s = reopen(t, s)
	p := visitPage(t, s, visit)
	equal(t, []int{len(p.Notes), len(p.News)}, []int{1, 3})
	equal(t, p.MyNote.Text.Value, "货源正常")
	got := map[uuid.UUID]field.Note{}
	for _, n := range p.News {
		got[n.ID] = n.Note
		equal(t, []bool{n.Mine, n.May, n.Corrected}, []bool{true, true, false})
	}
	equal(t, got[market], field.Note{Visit: visit, Store: shop, Kind: field.NoteMarket, Text: "工地开工，外来人多"})
	equal(t, got[rival], field.Note{Visit: visit, Store: shop, Kind: field.NoteCompetitor, Brand: "利群(新版)", What: "price", PriceFen: 1450, Text: "进货价降了"})
	brands, err := s.Brands(t.Context())
	must(t, err)
	equal(t, len(brands), 2)
	wantFault(t, s.SetNews(t.Context(), visit, NewsEdit{ID: market, Kind: field.NoteMarket, Field: "text", Value: strings.Repeat("长", MaxNewsRunes+1)}), "note.too_long")
	if s.SetNews(t.Context(), visit, NewsEdit{ID: market, Field: "visit", Value: uuid.New()}) == nil {
		t.Error("a piece of news can be moved to another visit")
	}
	o.exchange(t, s)
	waits(t, s, 0, 0)
	equal(t, field.NoteOf(o.load(t, rival)).Brand, "利群(新版)")
}

func TestAfterCheckOutNewsAreCorrectedByOthers(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	visit := checkIn(t, s, shop)
	rival, right := uuid.New(), uuid.New()
	for name, value := range map[string]any{"brand": "利群(新版)", "what": "price", "price": int64(1450), "text": "降价"} {
		set(t, s, visit, NewsEdit{ID: rival, Kind: field.NoteCompetitor, Field: name, Value: value})
	}
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	wantFault(t, s.SetNews(t.Context(), visit, NewsEdit{ID: rival, Kind: field.NoteCompetitor, Field: "text", Value: "涨价"}), "visit.closed")
	wantFault(t, s.SetNews(t.Context(), visit, NewsEdit{ID: uuid.New(), Kind: field.NoteCompetitor, Field: "text", Value: "新的"}), "visit.closed")
	for _, price := range []int64{1500, 1480} { // typed twice: one correction
		set(t, s, visit, NewsEdit{ID: right, Corrects: rival, Kind: field.NoteCompetitor, Field: "price", Value: price})
	}
	p := visitPage(t, s, visit)
	equal(t, []bool{len(p.News) == 2, p.News[0].Corrected, p.News[1].Corrected}, []bool{true, true, false})
	equal(t, p.News[1].Note, field.Note{Visit: visit, Store: shop, Kind: field.NoteCompetitor, Brand: "利群(新版)", What: "price", PriceFen: 1480, Text: "降价", Corrects: rival})
	equal(t, p.News[0].PriceFen, int64(1450))
}

func TestNewsOfTwoPhonesOfOneVisitMergeAndARemovalIsUndone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := newPhone(t, o, li), newPhone(t, o, wang)
	visit := checkIn(t, a, shop)
	id := uuid.New()
	set(t, a, visit, NewsEdit{ID: id, Kind: field.NoteMarket, Field: "text", Value: "集市改到周六"})
	o.settled(t, a, b)
	set(t, b, visit, NewsEdit{ID: id, Kind: field.NoteMarket, Field: "text", Value: "集市改到周日", Seen: visitPage(t, b, visit).News[0].Seen("text")})
	set(t, a, visit, NewsEdit{ID: id, Kind: field.NoteMarket, Field: "text", Value: "集市改到周五", Seen: visitPage(t, a, visit).News[0].Seen("text")})
	o.settled(t, a, b)
	p := visitPage(t, a, visit)
	equal(t, p.News[0].Differing("text"), 2)
	equal(t, []any{len(p.Differ), p.Differ[0].Record, p.Differ[0].Field}, []any{1, id, "text"})

	mine := uuid.New()
	set(t, a, visit, NewsEdit{ID: mine, Kind: field.NoteMarket, Field: "text", Value: "写错了店"})
	p = visitPage(t, a, visit)
	must(t, a.Remove(t.Context(), mine, p.News[1].Saw))
	p = visitPage(t, a, visit)
	equal(t, []any{len(p.News), p.Removed[0].News, p.Removed[0].Text}, []any{1, field.NoteMarket, "写错了店"})
	must(t, a.Restore(t.Context(), mine, p.Removed[0].Saw))
	equal(t, len(visitPage(t, a, visit).News), 2)
}

func addPhrase(t testing.TB, s *Store, item, text string) error {
	t.Helper()
	return s.SetPhrase(t.Context(), field.OwnPhrase{Field: field.PhraseField(uuid.New())}, item, text)
}

func TestOwnPhrasesFollowThePersonToANewPhoneAndMergeBetweenTwo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := newPhone(t, o, li), newPhone(t, o, li)
	texts := func(s *Store) (out []string) {
		t.Helper()
		own, err := s.Phrases(t.Context())
		must(t, err)
		for _, p := range own {
			out = append(out, p.Item+p.Text)
		}
		return out
	}
	must(t, addPhrase(t, a, "", "店主要试新品。"))
	must(t, addPhrase(t, a, "image", " 灯箱不亮，已报修。 "))
	must(t, addPhrase(t, b, "", "约好周三送货。"))
	o.settled(t, a, b)
	equal(t, len(texts(a)), 3)
	equal(t, texts(a), texts(b))
	equal(t, texts(newPhone(t, o, li)), texts(a))
	equal(t, o.load(t, field.PhrasesID(li)).Territory, field.Personal(li))

	own, err := a.Phrases(t.Context())
	must(t, err)
	first := own[0]
	must(t, a.RaisePhrase(t.Context(), own[2]))
	must(t, a.RemovePhrase(t.Context(), first))
	equal(t, len(texts(a)), 2)
	must(t, a.RestorePhrase(t.Context(), first))
	equal(t, len(texts(a)), 3)
	must(t, a.RaisePhrase(t.Context(), own[2]))
	equal(t, texts(a)[0], own[2].Item+own[2].Text)

	// The same phrase changed on both, each without the other: two phrases, and changing one changes no other.
	o.settled(t, a, b)
	one := func(s *Store, text string) {
		t.Helper()
		all, err := s.Phrases(t.Context())
		must(t, err)
		must(t, s.SetPhrase(t.Context(), all[0], all[0].Item, text))
	}
	one(a, "甲改的")
	one(b, "乙改的")
	o.settled(t, a, b)
	equal(t, len(texts(a)), 4)
	one(a, "甲又改的")
	o.settled(t, a, b)
	equal(t, texts(a), texts(b))
	equal(t, len(texts(b)), 4)
	all := strings.Join(texts(b), " ")
	if !strings.Contains(all, "甲又改的") || strings.Contains(all, "甲改的") == strings.Contains(all, "乙改的") {
		t.Error(all)
	}
	conflicts, err := a.Conflicts(t.Context())
	must(t, err)
	equal(t, len(conflicts), 0)

	wantFault(t, addPhrase(t, a, "", "  "), "phrase.empty")
	wantFault(t, addPhrase(t, a, "", strings.Repeat("长", field.MaxTextRunes+1)), "text.too_long")
	for range field.MaxPhrases - 4 {
		must(t, addPhrase(t, a, "", "又一句"))
	}
	wantFault(t, addPhrase(t, a, "", "再一句"), "phrase.too_many")
	o.settled(t, a, b)
	waits(t, a, 0, 0)
}

func TestATemplateNewerThanThePhoneLosesNothingOnItsWay(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := field.TemplateID(field.VisitRoutine)
	newer := map[string]any{"format": field.TemplateFormat + 1, "kind": field.VisitRoutine, "name": field.Text{ZH: "常规拜访"}, "colours": []int{1, 2},
		"items":  []any{map[string]any{"code": "image", "name": field.Text{ZH: "形象提升"}, "weight": 0.5}},
		"survey": []any{map[string]any{"id": "voice", "kind": "recording", "seconds": 30, "required": true, "text": field.Text{ZH: "录一段话"}}}}
	o.decide(t, id, field.Common, field.TypeTemplate, field.Value{Field: "template", Value: newer}, field.Value{Field: "approved", Value: []string{"x"}})
	s := newPhone(t, o, li)
	visit := checkIn(t, s, shop)
	c := checklist(t, s, visit)
	equal(t, []any{c.Newer, len(c.Items), c.Survey[0].Text.ZH, c.Survey[0].Known(), len(c.Lacks)}, []any{true, 1, "录一段话", false, 0})
	must(t, s.SetAnswer(t.Context(), visit, "voice", field.FreeAnswer{Free: "店主说服务好"}, nil))
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	o.settled(t, s)
	equal(t, string(loadRecord(t, s.db, id).Encode()), string(o.load(t, id).Encode()))
	answer, _ := field.Answer(o.load(t, field.ChecklistID(visit)), "voice")
	equal(t, string(answer), `{"free":"店主说服务好"}`)
	wantFault(t, s.SetAnswer(t.Context(), visit, "voice", field.FreeAnswer{Free: strings.Repeat("长", field.MaxNoteRunes+1)}, nil), "note.too_long")
}

func TestAStoreKnowsItsLastRating(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	asks := routine
	asks.Survey = []field.Question{{ID: "wish", Kind: field.AskText}, {ID: "content", Kind: field.AskRating, Text: field.Text{ZH: "满意吗"}},
		{ID: "signed", Kind: field.AskSignature, Required: true}}
	o.decide(t, field.TemplateID(field.VisitRoutine), field.Common, field.TypeTemplate, asks.Fields()...)
	s := newPhone(t, o, li)
	equal(t, page(t, s, shop).Rating, Rating{})
	visit := checkIn(t, s, shop)
	equal(t, lacking(checklist(t, s, visit))[3], "question:signed") // as any question
	must(t, s.SetAnswer(t.Context(), visit, "content", 4, nil))
	sign := field.Signature{Name: "王堃", W: 700, H: 500, Lines: [][][2]int{{{1, 1}, {30, 400}}}}
	must(t, s.SetAnswer(t.Context(), visit, "signed", sign, nil))
	sign.W = 10
	if s.SetAnswer(t.Context(), visit, "signed", sign, nil) == nil {
		t.Error("a signature beyond its box is kept")
	}
	equal(t, strings.Contains(strings.Join(lacking(checklist(t, s, visit)), " "), "signed"), false)
	must(t, s.CheckOut(t.Context(), visit, nowhere))
	checkIn(t, s, shop) // nobody was asked yet
	equal(t, page(t, s, shop).Rating.Score, 4)
}

func TestAHundredThousandCharactersWithEmojiBecomeNotesAtOnceAndNoPictureIsCut(t *testing.T) {
	t.Parallel()
	s := newPhone(t, newOffice(t), li)
	visit := checkIn(t, s, shop)
	family, flag := "👨‍👩‍👧‍👦", "🇨🇳"
	long := strings.Repeat("很"+family+flag+"👍🏽é𠮷", 100_000/13)
	wantFault(t, s.SetNote(t.Context(), visit, uuid.Nil, long, nil), "note.too_long")
	equal(t, visitPage(t, s, visit).MyNote.Text.Draft, long)
	must(t, s.SplitNoteDraft(t.Context(), visit, nil))
	p := visitPage(t, s, visit)
	var all strings.Builder
	for _, n := range p.Notes {
		must(t, field.ValidateNote(n.Text.Value))
		if !strings.HasPrefix(n.Text.Value, "很") && !strings.HasPrefix(n.Text.Value, family) && !strings.HasPrefix(n.Text.Value, flag) &&
			!strings.HasPrefix(n.Text.Value, "👍🏽") && !strings.HasPrefix(n.Text.Value, "é") && !strings.HasPrefix(n.Text.Value, "𠮷") {
			t.Errorf("a note begins in the middle of a picture: %q", []rune(n.Text.Value)[:3])
		}
		all.WriteString(n.Text.Value)
	}
	equal(t, all.String() == long, true)
}
