; The first row that holds. Rows are facts, in which what is left out is of no account. The host calls `ask`.
(deftemplate case
  (slot tier (type SYMBOL))
  (slot category (type SYMBOL))
  (slot delay_days (type INTEGER))
  (slot paid (type INTEGER)))

(deftemplate row
  (slot number (type INTEGER))
  (slot cents (type INTEGER))
  (slot from (type INTEGER))
  (slot to (type INTEGER) (default 9999))
  (slot paid (type INTEGER))
  (multislot tier (type SYMBOL))
  (multislot category (type SYMBOL)))

(deftemplate credit (slot row (type INTEGER)) (slot cents (type INTEGER)))

(deffacts table
  (row (number 1) (cents 7500) (from 21) (paid 50000) (tier gold))
  (row (number 2) (cents 5000) (from 21) (tier gold))
  (row (number 3) (cents 4500) (from 10) (to 20) (paid 50000) (tier gold))
  (row (number 4) (cents 3000) (from 10) (to 20) (tier gold))
  (row (number 5) (cents 2000) (from 5) (to 9) (tier gold) (category food digital))
  (row (number 6) (cents 1500) (from 5) (to 9) (tier gold))
  (row (number 7) (cents 1000) (from 2) (to 4) (tier gold))
  (row (number 8) (cents 5000) (from 21) (paid 50000) (tier silver))
  (row (number 9) (cents 3500) (from 21) (tier silver))
  (row (number 10) (cents 3000) (from 10) (to 20) (paid 50000) (tier silver))
  (row (number 11) (cents 2000) (from 10) (to 20) (tier silver))
  (row (number 12) (cents 1500) (from 5) (to 9) (tier silver) (category food digital))
  (row (number 13) (cents 1000) (from 5) (to 9) (tier silver))
  (row (number 14) (cents 500) (from 2) (to 4) (tier silver))
  (row (number 15) (cents 4000) (from 30) (paid 50000))
  (row (number 16) (cents 2500) (from 30))
  (row (number 17) (cents 2000) (from 14) (to 29) (paid 20000))
  (row (number 18) (cents 1250) (from 14) (to 29))
  (row (number 19) (cents 1000) (from 7) (to 13) (category food digital service))
  (row (number 20) (cents 750) (from 7) (to 13))
  (row (number 21) (cents 500) (from 3) (to 6) (paid 10000))
  (row (number 22) (cents 400) (from 3) (to 6) (category food))
  (row (number 23) (cents 250) (from 1) (to 2) (category food)))

(defrule row-holds
  (case (tier ?tier) (category ?category) (delay_days ?days) (paid ?paid))
  (row (number ?row) (cents ?cents) (from ?from&:(>= ?days ?from)) (to ?to&:(<= ?days ?to))
       (paid ?least&:(>= ?paid ?least))
       (tier $?tiers&:(or (= 0 (length$ ?tiers)) (member$ ?tier ?tiers)))
       (category $?categories&:(or (= 0 (length$ ?categories)) (member$ ?category ?categories))))
  =>
  (assert (credit (row ?row) (cents ?cents))))

(deffunction ask (?tier ?category ?delay_days ?paid)
  (bind ?case (assert (case (tier ?tier) (category ?category) (delay_days ?delay_days) (paid ?paid))))
  (run)
  (bind ?first (create$ 0 0))
  (do-for-all-facts ((?one credit)) TRUE
    (if (or (= 0 (nth$ 1 ?first)) (< ?one:row (nth$ 1 ?first))) then (bind ?first ?one:row ?one:cents))
    (retract ?one))
  (retract ?case)
  ?first)
