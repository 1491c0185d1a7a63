; The first row that holds: a row fires unless one before it has. The host is told by `conclude`.
(deftemplate case
  (slot tier (type SYMBOL))
  (slot category (type SYMBOL))
  (slot delay_days (type INTEGER))
  (slot paid (type INTEGER)))

(deftemplate credit (slot row (type INTEGER)) (slot cents (type INTEGER)))

(defrule row-01
  (declare (salience 99))
  (not (credit))
  (case (tier gold) (delay_days ?delay_days&:(>= ?delay_days 21)) (paid ?paid&:(>= ?paid 50000)))
  =>
  (assert (credit (row 1) (cents 7500))))

(defrule row-02
  (declare (salience 98))
  (not (credit))
  (case (tier gold) (delay_days ?delay_days&:(>= ?delay_days 21)))
  =>
  (assert (credit (row 2) (cents 5000))))

(defrule row-03
  (declare (salience 97))
  (not (credit))
  (case (tier gold) (delay_days ?delay_days&:(<= 10 ?delay_days 20)) (paid ?paid&:(>= ?paid 50000)))
  =>
  (assert (credit (row 3) (cents 4500))))

(defrule row-04
  (declare (salience 96))
  (not (credit))
  (case (tier gold) (delay_days ?delay_days&:(<= 10 ?delay_days 20)))
  =>
  (assert (credit (row 4) (cents 3000))))

(defrule row-05
  (declare (salience 95))
  (not (credit))
  (case (tier gold) (delay_days ?delay_days&:(<= 5 ?delay_days 9)) (category food|digital))
  =>
  (assert (credit (row 5) (cents 2000))))

(defrule row-06
  (declare (salience 94))
  (not (credit))
  (case (tier gold) (delay_days ?delay_days&:(<= 5 ?delay_days 9)))
  =>
  (assert (credit (row 6) (cents 1500))))

(defrule row-07
  (declare (salience 93))
  (not (credit))
  (case (tier gold) (delay_days ?delay_days&:(<= 2 ?delay_days 4)))
  =>
  (assert (credit (row 7) (cents 1000))))

(defrule row-08
  (declare (salience 92))
  (not (credit))
  (case (tier silver) (delay_days ?delay_days&:(>= ?delay_days 21)) (paid ?paid&:(>= ?paid 50000)))
  =>
  (assert (credit (row 8) (cents 5000))))

(defrule row-09
  (declare (salience 91))
  (not (credit))
  (case (tier silver) (delay_days ?delay_days&:(>= ?delay_days 21)))
  =>
  (assert (credit (row 9) (cents 3500))))

(defrule row-10
  (declare (salience 90))
  (not (credit))
  (case (tier silver) (delay_days ?delay_days&:(<= 10 ?delay_days 20)) (paid ?paid&:(>= ?paid 50000)))
  =>
  (assert (credit (row 10) (cents 3000))))

(defrule row-11
  (declare (salience 89))
  (not (credit))
  (case (tier silver) (delay_days ?delay_days&:(<= 10 ?delay_days 20)))
  =>
  (assert (credit (row 11) (cents 2000))))

(defrule row-12
  (declare (salience 88))
  (not (credit))
  (case (tier silver) (delay_days ?delay_days&:(<= 5 ?delay_days 9)) (category food|digital))
  =>
  (assert (credit (row 12) (cents 1500))))

(defrule row-13
  (declare (salience 87))
  (not (credit))
  (case (tier silver) (delay_days ?delay_days&:(<= 5 ?delay_days 9)))
  =>
  (assert (credit (row 13) (cents 1000))))

(defrule row-14
  (declare (salience 86))
  (not (credit))
  (case (tier silver) (delay_days ?delay_days&:(<= 2 ?delay_days 4)))
  =>
  (assert (credit (row 14) (cents 500))))

(defrule row-15
  (declare (salience 85))
  (not (credit))
  (case (delay_days ?delay_days&:(>= ?delay_days 30)) (paid ?paid&:(>= ?paid 50000)))
  =>
  (assert (credit (row 15) (cents 4000))))

(defrule row-16
  (declare (salience 84))
  (not (credit))
  (case (delay_days ?delay_days&:(>= ?delay_days 30)))
  =>
  (assert (credit (row 16) (cents 2500))))

(defrule row-17
  (declare (salience 83))
  (not (credit))
  (case (delay_days ?delay_days&:(<= 14 ?delay_days 29)) (paid ?paid&:(>= ?paid 20000)))
  =>
  (assert (credit (row 17) (cents 2000))))

(defrule row-18
  (declare (salience 82))
  (not (credit))
  (case (delay_days ?delay_days&:(<= 14 ?delay_days 29)))
  =>
  (assert (credit (row 18) (cents 1250))))

(defrule row-19
  (declare (salience 81))
  (not (credit))
  (case (delay_days ?delay_days&:(<= 7 ?delay_days 13)) (category food|digital|service))
  =>
  (assert (credit (row 19) (cents 1000))))

(defrule row-20
  (declare (salience 80))
  (not (credit))
  (case (delay_days ?delay_days&:(<= 7 ?delay_days 13)))
  =>
  (assert (credit (row 20) (cents 750))))

(defrule row-21
  (declare (salience 79))
  (not (credit))
  (case (delay_days ?delay_days&:(<= 3 ?delay_days 6)) (paid ?paid&:(>= ?paid 10000)))
  =>
  (assert (credit (row 21) (cents 500))))

(defrule row-22
  (declare (salience 78))
  (not (credit))
  (case (delay_days ?delay_days&:(<= 3 ?delay_days 6)) (category food))
  =>
  (assert (credit (row 22) (cents 400))))

(defrule row-23
  (declare (salience 77))
  (not (credit))
  (case (delay_days ?delay_days&:(<= 1 ?delay_days 2)) (category food))
  =>
  (assert (credit (row 23) (cents 250))))

(defrule tell-which
  (credit (row ?row) (cents ?cents))
  =>
  (conclude row ?row)
  (conclude credit ?cents))
