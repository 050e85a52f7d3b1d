package web

import "storewalk/server/store"

// A proofView is what a photo's page says about its proof.
type proofView struct {
	Look  string // how the message looks: "good", "wait" or "bad"
	Icon  string
	Lines []string
}

// proof puts in words what was found of a photo's proof.
func (v view) proof(p store.Proof) proofView {
	finding := p.Finding
	if finding == "" {
		finding = store.ProofNone
	}
	out := proofView{Look: "good", Icon: "ok", Lines: []string{v.T("proof." + finding)}}
	switch {
	case finding == store.ProofBad || p.Doubtful:
		out.Look, out.Icon = "bad", "warn"
	case !p.Sound() || finding == store.ProofNone:
		out.Look, out.Icon = "wait", "clock"
	}
	add := func(yes bool, key string, args ...any) {
		if yes {
			out.Lines = append(out.Lines, v.T(key, args...))
		}
	}
	add(p.ToMS != 0 && p.FromMS == p.ToMS, "proof.at", "At", v.DateTime(p.ToMS))
	add(p.FromMS != 0 && p.FromMS != p.ToMS, "proof.between", "From", v.DateTime(p.FromMS), "To", v.DateTime(p.ToMS))
	add(p.ToMS != 0 && p.FromMS == 0, "proof.until", "To", v.DateTime(p.ToMS))
	add(p.Doubtful, "proof.clock", "Claimed", v.DateTime(p.ClaimedMS))
	add(p.Imported, "proof.imported")
	add(p.Mocked, "proof.mocked")
	return out
}
