package field

import "encoding/json"

// salvageTemplate reads what it can of a template whose form this version does not know: each part that has the
// expected shape, and of a list each member that has.
func salvageTemplate(value json.RawMessage) (t Template) {
	parts := object(value)
	salvage(parts, "format", &t.Format)
	salvage(parts, "kind", &t.Kind)
	salvage(parts, "name", &t.Name)
	salvage(parts, "closed", &t.Closed)
	t.Items = salvageList(parts["items"], salvageItem)
	t.Survey = salvageList(parts["survey"], salvageQuestion)
	if t.Format <= TemplateFormat {
		t.Format = TemplateFormat + 1 // whatever it says of itself: it is none of ours
	}
	return t
}

func salvageItem(value json.RawMessage) (i TemplateItem, ok bool) {
	parts := object(value)
	salvage(parts, "code", &i.Code)
	salvage(parts, "name", &i.Name)
	salvage(parts, "hint", &i.Hint)
	salvage(parts, "required", &i.Required)
	i.Photos = salvageList(parts["photos"], whole[PhotoNeed])
	i.Questions = salvageList(parts["questions"], salvageQuestion)
	i.Phrases = salvageList(parts["phrases"], whole[Text])
	return i, i.Code != ""
}

func salvageQuestion(value json.RawMessage) (q Question, ok bool) {
	parts := object(value)
	salvage(parts, "id", &q.ID)
	salvage(parts, "kind", &q.Kind)
	salvage(parts, "text", &q.Text)
	salvage(parts, "required", &q.Required)
	q.Options = salvageList(parts["options"], whole[Option])
	return q, q.ID != ""
}

// object returns the members of a JSON object, none of another value.
func object(value json.RawMessage) (parts map[string]json.RawMessage) {
	if json.Unmarshal(value, &parts) != nil {
		return nil
	}
	return parts
}

// salvage reads a member when it has the expected shape.
func salvage[T any](parts map[string]json.RawMessage, name string, into *T) {
	if v, ok := whole[T](parts[name]); ok {
		*into = v
	}
}

func whole[T any](value json.RawMessage) (v T, ok bool) {
	if value == nil || json.Unmarshal(value, &v) != nil {
		var zero T
		return zero, false
	}
	return v, true
}

func salvageList[T any](value json.RawMessage, read func(json.RawMessage) (T, bool)) (out []T) {
	members, _ := whole[[]json.RawMessage](value)
	for _, m := range members {
		if v, ok := read(m); ok {
			out = append(out, v)
		}
	}
	return out
}
