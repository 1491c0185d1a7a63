# The first row that holds.
package credit

decision := {"row": 1, "credit": 7500} if {
	input.tier == "gold"
	input.delay_days >= 21
	input.paid >= 50000
}

else := {"row": 2, "credit": 5000} if {
	input.tier == "gold"
	input.delay_days >= 21
}

else := {"row": 3, "credit": 4500} if {
	input.tier == "gold"
	input.delay_days >= 10
	input.delay_days < 21
	input.paid >= 50000
}

else := {"row": 4, "credit": 3000} if {
	input.tier == "gold"
	input.delay_days >= 10
	input.delay_days < 21
}

else := {"row": 5, "credit": 2000} if {
	input.tier == "gold"
	input.delay_days >= 5
	input.delay_days < 10
	input.category in {"food", "digital"}
}

else := {"row": 6, "credit": 1500} if {
	input.tier == "gold"
	input.delay_days >= 5
	input.delay_days < 10
}

else := {"row": 7, "credit": 1000} if {
	input.tier == "gold"
	input.delay_days >= 2
	input.delay_days < 5
}

else := {"row": 8, "credit": 5000} if {
	input.tier == "silver"
	input.delay_days >= 21
	input.paid >= 50000
}

else := {"row": 9, "credit": 3500} if {
	input.tier == "silver"
	input.delay_days >= 21
}

else := {"row": 10, "credit": 3000} if {
	input.tier == "silver"
	input.delay_days >= 10
	input.delay_days < 21
	input.paid >= 50000
}

else := {"row": 11, "credit": 2000} if {
	input.tier == "silver"
	input.delay_days >= 10
	input.delay_days < 21
}

else := {"row": 12, "credit": 1500} if {
	input.tier == "silver"
	input.delay_days >= 5
	input.delay_days < 10
	input.category in {"food", "digital"}
}

else := {"row": 13, "credit": 1000} if {
	input.tier == "silver"
	input.delay_days >= 5
	input.delay_days < 10
}

else := {"row": 14, "credit": 500} if {
	input.tier == "silver"
	input.delay_days >= 2
	input.delay_days < 5
}

else := {"row": 15, "credit": 4000} if {
	input.delay_days >= 30
	input.paid >= 50000
}

else := {"row": 16, "credit": 2500} if {
	input.delay_days >= 30
}

else := {"row": 17, "credit": 2000} if {
	input.delay_days >= 14
	input.delay_days < 30
	input.paid >= 20000
}

else := {"row": 18, "credit": 1250} if {
	input.delay_days >= 14
	input.delay_days < 30
}

else := {"row": 19, "credit": 1000} if {
	input.delay_days >= 7
	input.delay_days < 14
	input.category in {"food", "digital", "service"}
}

else := {"row": 20, "credit": 750} if {
	input.delay_days >= 7
	input.delay_days < 14
}

else := {"row": 21, "credit": 500} if {
	input.delay_days >= 3
	input.delay_days < 7
	input.paid >= 10000
}

else := {"row": 22, "credit": 400} if {
	input.delay_days >= 3
	input.delay_days < 7
	input.category == "food"
}

else := {"row": 23, "credit": 250} if {
	input.delay_days >= 1
	input.delay_days < 3
	input.category == "food"
}

else := {"row": 0, "credit": 0}
