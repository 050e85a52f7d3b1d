package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"storewalk/shared/field"

	"github.com/google/uuid"
)

// together is what each of the two enters about the shop they are both in, unseen by the other.
func (d *day) together(ctx context.Context, m *manager, i int) error {
	product := d.products[9]
	counts := []field.CountLine{{Cartons: 12, OnDisplay: true}, {Cartons: 14, Packs: 3, OnDisplay: true}}
	phones := []string{"09542031101", "09542031177"}
	if err := d.count(m, d.joint, d.shared, product, counts[i]); err != nil {
		return err
	}
	if err := d.count(m, d.joint, d.shared, d.products[20+i], field.CountLine{Packs: 5 + i}); err != nil {
		return err
	}
	if err := d.profile(m, d.shared, "phone", phones[i]); err != nil {
		return err
	}
	if err := d.note(m, d.joint, d.shared, []string{"店主同意把新品摆到第一排。", "协同拜访：核对了芙蓉王的库存。"}[i]); err != nil {
		return err
	}
	d.out.says(m, "counts %s at %s: %d 条 %d 包; notes the shop's number as %s", product.Name, d.shared.Name, counts[i].Cartons, counts[i].Packs, phones[i])
	if i == 1 {
		return d.profile(m, d.shared, "note", "下午三点以后有空")
	}
	if err := d.photos(ctx, m, 0, d.joint, d.shared, false); err != nil {
		return err
	}
	return d.checkOut(m, d.joint)
}

var visitNotes = []string{
	"门头已换新，陈列整齐。", "细支烟走得快，下周多送两条。", "断货三天，已登记。", "价签缺两个，现场补写。", "店主去赶集，家人在店。",
	"竞品在做促销，柜台被占一半。", "提醒不得向未成年人售烟。", "备用电话打不通，请更新。", "库存充足，建议少订。",
}

// visit is one stop of a manager's route: photos, counts, a note. In one visit of each route the phone
// loses its power.
func (d *day) visit(ctx context.Context, m *manager, n int, at field.Store) error {
	id, err := d.checkIn(m, at)
	if err != nil {
		return err
	}
	lines := 5 + (m.first+n)%4
	for k := range lines {
		if k == lines/2 && n == m.killAt {
			if id, err = d.losesPower(ctx, m, id, at, k); err != nil {
				return err
			}
		}
		line := field.CountLine{Cartons: (k * 7 * (n + 2)) % 9, Packs: (k*3 + n) % 10, OnDisplay: k%3 != 2}
		if k == 1 {
			line = field.CountLine{OutOfStock: true}
		}
		if err := d.count(m, id, at, d.products[(m.first*5+n*11+k*4)%len(d.products)], line); err != nil {
			return err
		}
	}
	if err := d.photos(ctx, m, m.first+n, id, at, n == m.killAt && m.login == "li"); err != nil {
		return err
	}
	if err := d.note(m, id, at, visitNotes[(m.first+n)%len(visitNotes)]); err != nil {
		return err
	}
	if err := d.retailer(m, n, id, at); err != nil {
		return err
	}
	if n == m.killAt {
		if err := d.ask(m, id, at, "到货和公告的不一样，断货三天了。"); err != nil {
			return err
		}
	}
	if n == 1 {
		if err := d.profile(m, at, "backup_phone", fmt.Sprintf("1990001%04d", 9000+m.first)); err != nil {
			return err
		}
	}
	if err := d.checkOut(m, id); err != nil {
		return err
	}
	d.out.says(m, "has visited %s", at.Name)
	return nil
}

// losesPower kills the phone's process in the middle of a visit, starts it again, and finds the visit there.
func (d *day) losesPower(ctx context.Context, m *manager, id uuid.UUID, at field.Store, after int) (uuid.UUID, error) {
	if err := m.pull(); err != nil {
		return id, err
	}
	if err := m.on(ctx); err != nil {
		return id, err
	}
	again, err := m.must(action{Do: "checkin", Store: field.StoreID(at.LicenceNo)})
	if err == nil && again.ID != id {
		err = fmt.Errorf("the visit of %s in progress at %s is gone after a kill", m.login, at.Name)
	}
	d.out.says(m, "is killed (SIGKILL) at %s after %d counts, starts again, and is in the same visit", at.Name, after)
	return again.ID, err
}

func (d *day) checkIn(m *manager, at field.Store) (uuid.UUID, error) {
	r, err := m.must(action{Do: "checkin", Store: field.StoreID(at.LicenceNo), Position: at.Position})
	if err == nil {
		d.book.checkIn(bookVisit{id: r.ID, store: field.StoreID(at.LicenceNo), user: m.user, inMS: r.AtMS, storeName: at.Name, player: m.login})
	}
	return r.ID, err
}

func (d *day) checkOut(m *manager, visit uuid.UUID) error {
	r, err := m.must(action{Do: "leave", Visit: visit})
	if err == nil {
		d.book.checkOut(visit, r.AtMS)
	}
	return err
}

func (d *day) count(m *manager, visit uuid.UUID, at field.Store, p field.Product, line field.CountLine) error {
	id := field.ProductID(p.Code)
	_, err := m.must(action{Do: "count", Visit: visit, Product: id, Line: line})
	if err == nil {
		d.book.count(m.user, visit, id, fmt.Sprintf("count of %s by %s at %s", p.Name, m.login, at.Name), line)
	}
	return err
}

func (d *day) note(m *manager, visit uuid.UUID, at field.Store, text string) error {
	_, err := m.must(action{Do: "note", Visit: visit, Text: text})
	if err == nil {
		d.book.noted(m.user, visit, fmt.Sprintf("note of %s at %s", m.login, at.Name), text)
	}
	return err
}

// ask takes down what a store complains about; its clocks run from now, whenever the phone syncs.
func (d *day) ask(m *manager, visit uuid.UUID, at field.Store, text string) error {
	r, err := m.must(action{Do: "ask", Visit: visit, Store: field.StoreID(at.LicenceNo), Text: text})
	if err == nil {
		d.book.asked(m.user, r.ID, fmt.Sprintf("request of %s taken down by %s", at.Name, m.login), text)
		d.out.says(m, "takes down a complaint of %s: to be answered within 2 hours", at.Name)
	}
	return err
}

func (d *day) profile(m *manager, at field.Store, name, text string) error {
	_, err := m.must(action{Do: "profile", Store: field.StoreID(at.LicenceNo), Field: name, Text: text})
	if err == nil {
		d.book.profile(m.user, field.StoreID(at.LicenceNo), fmt.Sprintf("%s of %s by %s", name, at.Name, m.login), name, text)
	}
	return err
}

// photos takes the pictures of one visit. A picture the phone refuses is told and skipped. With cut the
// phone is killed while it works on the first, and the picture taken again.
func (d *day) photos(ctx context.Context, m *manager, number int, visit uuid.UUID, at field.Store, cut bool) error {
	pictures, err := d.pictures.take(filepath.Join(d.dir, "camera"), number, 1+d.visits(), at)
	if err != nil {
		return err
	}
	for i, p := range pictures {
		a := action{Do: "photo", Visit: visit, Kind: p.kind, File: p.file, Position: at.Position}
		if cut && i == 0 {
			if err := m.begin(a); err != nil {
				return err
			}
			if err := errors.Join(m.pull(), m.on(ctx)); err != nil {
				return err
			}
			d.out.says(m, "is killed while saving a photo, which was promised to nobody; it is taken again")
		}
		r, err := m.do(a)
		if err != nil {
			return err
		}
		if !r.OK {
			d.out.says(m, "skips %s: %s", filepath.Base(p.file), d.out.fault(r.Code))
			continue
		}
		d.book.photo(bookPhoto{id: r.ID, visit: visit, ref: r.Ref})
	}
	return nil
}

// visits is how many visits the routes have.
func (d *day) visits() (n int) {
	for _, m := range d.managers {
		n += len(m.route)
	}
	return n
}
