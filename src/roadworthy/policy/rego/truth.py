"""The part of the library that reads facts, joins truths and compares values, in Rego."""

from __future__ import annotations

TRUTH = """\
# Conditions with three-valued eyes: what is not stated is never true and never false.
#
# In Rego an absent fact makes an expression undefined, and an undefined denial denies nothing.
# Here every function is total: it returns a value, what is missing, or why there is no answer,
# and none of them is ever undefined. Input is passed as an argument, so each can be tested alone.
package roadworthy.cel

import rego.v1

value(v) := {"kind": "value", "value": v, "path": ""}

at(v, path) := {"kind": "value", "value": v, "path": path}

missing(path) := {"kind": "missing", "reason": concat("", ["the fact `", path, "` is not stated"])}

broken(reason) := {"kind": "error", "reason": reason}

# --- facts ---------------------------------------------------------------------------------------

# A null is not stated: it must not differ from every text.
variable(facts, name) := broken("the input is no object of facts") if { not is_object(facts) }

else := at(v, name) if {
	v := facts[name]
	v != null
}

else := missing(name)

field(x, name) := x if { x.kind != "value" }

else := broken(concat("", ["`", x.path, "` has no fields"])) if { not is_object(x.value) }

else := at(v, concat(".", [x.path, name])) if {
	v := x.value[name]
	v != null
}

else := missing(concat(".", [x.path, name]))

has_field(x, name) := x if { x.kind != "value" }

else := broken(concat("", ["`", x.path, "` has no fields"])) if { not is_object(x.value) }

else := value(object.get(x.value, name, null) != null)

item(x, key) := unknown if { unknown := first_unknown([x, key]) }

else := list_item(x, key.value) if { is_array(x.value) }

else := map_item(x, key.value) if { is_object(x.value) }

else := broken("only a list or a map has items")

list_item(x, index) := at(x.value[floor(index)], x.path) if {
	is_number(index)
	index == floor(index)
	index >= 0
	index < count(x.value)
}

else := broken("the list has no such item")

map_item(x, key) := broken("a key is a text, a number or a boolean") if { not is_key(key) }

else := field(x, key) if { is_string(key) }

else := missing(x.path)

is_key(key) if { is_string(key) }

is_key(key) if { is_number(key) }

is_key(key) if { is_boolean(key) }

list_of(xs) := unknown if { unknown := first_unknown(xs) }

else := value([x.value | some x in xs])

map_of(pairs) := unknown if { unknown := first_unknown([pair[1] | some pair in pairs]) }

else := value({pair[0]: pair[1].value | some pair in pairs})

# --- truth ---------------------------------------------------------------------------------------

# Undefined where every one is a value.
first_unknown(xs) := unknown[0] if {
	unknown := [x | some x in xs; x.kind != "value"]
}

undecided(xs) := [as_unknown(x) | some x in xs; not is_decided(x)]

as_unknown(x) := x if { x.kind != "value" }

else := broken("something that is neither true nor false stands in a condition")

is_decided(x) if {
	x.kind == "value"
	is_boolean(x.value)
}

any_is(xs, truth) if {
	some x in xs
	x.kind == "value"
	x.value == truth
}

# An operand that settles the matter does so whatever the other one says.
both(a, b) := value(false) if { any_is([a, b], false) }

else := unknown if { unknown := first_unknown([a, b]) }

else := undecided([a, b])[0] if { count(undecided([a, b])) > 0 }

else := value(true)

either(a, b) := value(true) if { any_is([a, b], true) }

else := unknown if { unknown := first_unknown([a, b]) }

else := undecided([a, b])[0] if { count(undecided([a, b])) > 0 }

else := value(false)

negation(x) := undecided([x])[0] if { not is_decided(x) }

else := value(x.value == false)

choice(condition, a, b) := undecided([condition])[0] if { not is_decided(condition) }

else := a if { condition.value == true }

else := b

# --- comparison ----------------------------------------------------------------------------------

equal(a, b) := unknown if { unknown := first_unknown([a, b]) }

else := value(same(a.value, b.value))

differ(a, b) := unknown if { unknown := first_unknown([a, b]) }

else := value(same(a.value, b.value) == false)

member(x, range) := unknown if { unknown := first_unknown([x, range]) }

else := value(count([1 | some e in range.value; same(e, x.value)]) > 0) if { is_array(range.value) }

else := value(object.get(range.value, x.value, null) != null) if {
	is_object(range.value)
	is_key(x.value)
}

else := broken("`in` asks for a list, or for a key of a map")

less(a, b) := u if { u := unordered(a, b) }

else := value(a.value < b.value)

at_most(a, b) := u if { u := unordered(a, b) }

else := value(a.value <= b.value)

more(a, b) := u if { u := unordered(a, b) }

else := value(a.value > b.value)

at_least(a, b) := u if { u := unordered(a, b) }

else := value(a.value >= b.value)

# Undefined where there is an order.
unordered(a, b) := unknown if { unknown := first_unknown([a, b]) }

else := broken("values of these types have no order") if { not have_order(a.value, b.value) }

have_order(x, y) if {
	is_string(x)
	is_string(y)
}

have_order(x, y) if {
	is_boolean(x)
	is_boolean(y)
}

have_order(x, y) if {
	is_ordinary(x)
	is_ordinary(y)
}

# Beyond 64 bits the condition language has no whole numbers.
is_ordinary(x) if {
	is_number(x)
	x >= -9223372036854775808
	x <= 18446744073709551615
}

# Facts that hold any other number are none that the gate could read.
is_readable(facts) if { count([n | walk(facts, [_, n]); is_number(n); not is_ordinary(n)]) == 0 }
"""
