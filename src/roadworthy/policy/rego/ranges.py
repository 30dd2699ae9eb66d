"""The part of the library on texts, numbers and lists, and what comes of a rule, in Rego."""

from __future__ import annotations

RANGES = """\
# --- texts, sizes, numbers -----------------------------------------------------------------------

size(x) := x if { x.kind != "value" }

else := value(count(x.value)) if { is_string(x.value) }

else := value(count(x.value)) if { is_array(x.value) }

else := value(count([1 | some v in x.value; v != null])) if { is_object(x.value) }

else := broken("only a text, a list or a map has a size")

contains_text(x, part) := u if { u := no_texts(x, part) }

else := value(contains(x.value, part.value))

starts_with(x, part) := u if { u := no_texts(x, part) }

else := value(startswith(x.value, part.value))

ends_with(x, part) := u if { u := no_texts(x, part) }

else := value(endswith(x.value, part.value))

matches(x, pattern) := u if { u := no_texts(x, pattern) }

else := broken("the pattern cannot be read") if { not regex.is_valid(pattern.value) }

else := value(true) if { regex.match(pattern.value, x.value) }

else := value(false)

joined(a, b) := u if { u := no_texts(a, b) }

else := value(concat("", [a.value, b.value]))

# Undefined where both are texts.
no_texts(a, b) := unknown if { unknown := first_unknown([a, b]) }

else := broken("a text is asked for") if { not are_texts(a.value, b.value) }

are_texts(x, y) if {
	is_string(x)
	is_string(y)
}

sum_of(a, b) := unknown if { unknown := first_unknown([a, b]) }

else := whole(a.value + b.value)

difference_of(a, b) := unknown if { unknown := first_unknown([a, b]) }

else := whole(a.value - b.value)

product_of(a, b) := unknown if { unknown := first_unknown([a, b]) }

else := whole(a.value * b.value)

whole(n) := value(n) if {
	n >= -9223372036854775808
	n <= 9223372036854775807
}

else := broken("the number does not fit into 64 bits")

# --- lists ---------------------------------------------------------------------------------------

# The elements of a list, or the keys of a map, each as a value; none where there is neither.
elements(range) := [at(e, each(range)) | some e in range.value] if { is_array(range.value) }

else := [at(k, each(range)) | some k in stated_keys(range.value)] if { is_object(range.value) }

else := []

each(range) := concat("", [range.path, "[]"])

stated_keys(m) := sort([k | some k in object.keys(m); m[k] != null])

# Undefined where there are elements to go through.
no_range(range) := range if { range.kind != "value" }

else := broken("only a list or a map can be gone through") if { not is_range(range.value) }

is_range(v) if { is_array(v) }

is_range(v) if { is_object(v) }

all_of(range, found) := u if { u := no_range(range) }

else := value(false) if { any_is(found, false) }

else := undecided(found)[0] if { count(undecided(found)) > 0 }

else := value(true)

some_of(range, found) := u if { u := no_range(range) }

else := value(true) if { any_is(found, true) }

else := undecided(found)[0] if { count(undecided(found)) > 0 }

else := value(false)

one_of(range, found) := u if { u := no_range(range) }

else := last(undecided(found)) if { count(undecided(found)) > 0 }

else := value(count([1 | some x in found; x.value == true]) == 1)

selected(range, members, found) := u if { u := no_range(range) }

else := last(undecided(found)) if { count(undecided(found)) > 0 }

else := value([member.value |
	some i in numbers.range(0, count(members) - 1)
	found[i].value == true
	member := members[i]
]) if { count(members) > 0 }

else := value([])

mapped(range, found) := u if { u := no_range(range) }

else := list_of(found)

last(xs) := xs[count(xs) - 1]

# --- outcomes ------------------------------------------------------------------------------------

# What a rule says, from when it applies and what it asks.
outcome(applies, holds, message) := not_met(applies) if { not is_decided(applies) }

else := {"outcome": "not_applicable", "reason": "it does not apply"} if { applies.value == false }

else := not_met(holds) if { not is_decided(holds) }

else := {"outcome": "pass", "reason": "the stated facts meet it"} if { holds.value == true }

else := {"outcome": "fail", "reason": message}

not_met(x) := {"outcome": "missing", "reason": x.reason} if { x.kind == "missing" }

else := {"outcome": "error", "reason": undecided([x])[0].reason}

evidence_in(facts) := summary if { summary := facts.evidence }

else := null

# A rule that facts alone cannot decide: what the gate said of it, for the same policy.
obligation(applies, id, evidence, accepted) := not_met(applies) if { not is_decided(applies) }

else := {"outcome": "not_applicable", "reason": "it does not apply"} if { applies.value == false }

else := said(said_of(id, evidence), accepted)

# A summary that was made for another policy says nothing of this one.
said_of(id, evidence) := evidence.rules[id].outcome if { evidence.policy == data.roadworthy.policy.digest }

else := null

said(what, accepted) := {"outcome": what, "reason": concat("", ["the gate says ", what])} if { what in accepted }

else := {"outcome": "missing", "reason": "the evidence summary does not say"} if { what == null }

else := {"outcome": "error", "reason": "the evidence summary says what cannot be"}

# Before its day a rule binds nobody.
from_day(nanoseconds, day, found) := found if { time.now_ns() >= nanoseconds }

else := {"outcome": "pending", "reason": concat("", ["takes effect on ", day])}
"""
