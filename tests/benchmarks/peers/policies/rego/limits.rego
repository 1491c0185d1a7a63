# What is asked for, less what was given, within what was paid, the limits, and who may grant it. Cents.
package limits

refunds["refund-a-week"] := percent_of(25) if {
	input.fault in {"company", "shared"}
	input.delay_days >= 7
	input.delay_days < 14
}

refunds["refund-two-weeks"] := percent_of(100) if {
	input.fault == "company"
	input.delay_days >= 14
}

refunds["refund-shared"] := percent_of(50) if {
	input.fault == "shared"
	input.delay_days >= 14
}

credits["credit-sorry"] := 500 if {
	input.fault == "company"
	input.delay_days >= 3
}

credits["credit-gold"] := 2000 if {
	input.tier == "gold"
	input.delay_days >= 3
}

credits["credit-silver"] := 1250 if {
	input.tier == "silver"
	input.delay_days >= 7
}

credits["credit-a-day"] := 200 * input.delay_days if {
	input.fault == "company"
	input.delay_days >= 7
}

decision := {
	"refund": refund,
	"credit": credit,
	"refund_by": by(refund, refunded_before, 5000, 20000),
	"credit_by": by(credit, credited_before, 2000, 2500),
}

refunded_before := sum([one.amount | some one in input.granted; one.kind == "refund"])

credited_before := sum([one.amount | some one in input.granted; one.kind == "goodwill"])

# Nothing is paid twice, and no refund exceeds what was paid.
refund_due := lower(left(highest(refunds), refunded_before), left(input.paid, input.refunded))

credit_due := lower(left(highest(credits), credited_before), left(3000, credited_before))

# Refund and credit together; the credit is cut first.
room := left(floor_hundredth(input.paid * 110), refunded_before + credited_before)

refund := lower(refund_due, room)

credit := lower(credit_due, left(room, refund_due))

by(amount, before, front, supervisor) := "" if amount == 0

else := "frontline" if amount + before <= front

else := "supervisor" if amount + before <= supervisor

else := "director" if amount + before > supervisor

# Not by `max` and `min`, which rego-cpp compares as text: of 100 and 95 it finds 95 the higher.
lower(a, b) := a if a <= b

else := b if b < a

left(whole, taken) := whole - taken if whole > taken

else := 0 if whole <= taken

highest(proposed) := amount if {
	some amount in proposed
	every other in proposed { other <= amount }
}

else := 0 if count(proposed) == 0

percent_of(percent) := floor_hundredth(input.paid * percent) + up(input.paid * percent)

floor_hundredth(hundredths) := floor(hundredths / 100)

# Not by `%`, of which rego-cpp gives no number for some, as for 1000 % 100 and 10000 % 100.
rest(hundredths) := hundredths - (100 * floor(hundredths / 100))

odd(whole) if whole - (2 * floor(whole / 2)) == 1

# Cents, rounded half to even.
up(hundredths) := 1 if rest(hundredths) > 50

else := 1 if {
	rest(hundredths) == 50
	odd(floor_hundredth(hundredths))
}

else := 0 if hundredths >= 0
