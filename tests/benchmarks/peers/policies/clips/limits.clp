; What is asked for, less what was given, within what was paid, the limits, and who may grant it. Cents. The host calls
; `before` for each thing that was granted, and then `ask`.
(deftemplate case
  (slot fault (type SYMBOL))
  (slot tier (type SYMBOL))
  (slot delay_days (type INTEGER))
  (slot paid (type INTEGER))
  (slot refunded (type INTEGER)))

(deftemplate granted (slot number (type INTEGER)) (slot kind (type SYMBOL)) (slot amount (type INTEGER)))
(deftemplate proposal (slot kind (type SYMBOL)) (slot rule (type SYMBOL)) (slot amount (type INTEGER)))

; Cents, rounded half to even.
(deffunction share-of (?cents ?percent)
  (bind ?whole (div (* ?cents ?percent) 100))
  (bind ?rest (mod (* ?cents ?percent) 100))
  (if (or (> ?rest 50) (and (= ?rest 50) (oddp ?whole))) then (+ ?whole 1) else ?whole))

(defrule refund-a-week "A week late"
  (case (fault company|shared) (delay_days ?days&:(<= 7 ?days 13)) (paid ?paid))
  =>
  (assert (proposal (kind refund) (rule refund-a-week) (amount (share-of ?paid 25)))))

(defrule refund-two-weeks "Two weeks late, our doing"
  (case (fault company) (delay_days ?days&:(>= ?days 14)) (paid ?paid))
  =>
  (assert (proposal (kind refund) (rule refund-two-weeks) (amount ?paid))))

(defrule refund-shared "Two weeks late, half our doing"
  (case (fault shared) (delay_days ?days&:(>= ?days 14)) (paid ?paid))
  =>
  (assert (proposal (kind refund) (rule refund-shared) (amount (share-of ?paid 50)))))

(defrule credit-sorry "Three days late, our doing"
  (case (fault company) (delay_days ?days&:(>= ?days 3)))
  =>
  (assert (proposal (kind goodwill) (rule credit-sorry) (amount 500))))

(defrule credit-gold "Three days late for a gold customer"
  (case (tier gold) (delay_days ?days&:(>= ?days 3)))
  =>
  (assert (proposal (kind goodwill) (rule credit-gold) (amount 2000))))

(defrule credit-silver "A week late for a silver customer"
  (case (tier silver) (delay_days ?days&:(>= ?days 7)))
  =>
  (assert (proposal (kind goodwill) (rule credit-silver) (amount 1250))))

(defrule credit-a-day "So much for each day, from a week on, our doing"
  (case (fault company) (delay_days ?days&:(>= ?days 7)))
  =>
  (assert (proposal (kind goodwill) (rule credit-a-day) (amount (* 200 ?days)))))

(deffunction highest (?kind)
  (bind ?most 0)
  (do-for-all-facts ((?one proposal)) (eq ?one:kind ?kind) (bind ?most (max ?most ?one:amount)))
  ?most)

(deffunction given (?kind)
  (bind ?sum 0)
  (do-for-all-facts ((?one granted)) (eq ?one:kind ?kind) (bind ?sum (+ ?sum ?one:amount)))
  ?sum)

(deffunction by (?amount ?before ?front ?supervisor)
  (if (= ?amount 0) then (return nobody))
  (if (<= (+ ?amount ?before) ?front) then (return frontline))
  (if (<= (+ ?amount ?before) ?supervisor) then supervisor else director))

; Equal facts are one, so each has a number.
(deffunction before (?number ?kind ?amount)
  (assert (granted (number ?number) (kind ?kind) (amount ?amount)))
  TRUE)

; Nothing is paid twice; refund and credit together are bounded, and the credit is cut first.
(deffunction ask (?fault ?tier ?delay_days ?paid ?refunded)
  (assert (case (fault ?fault) (tier ?tier) (delay_days ?delay_days) (paid ?paid) (refunded ?refunded)))
  (run)
  (bind ?refunds (given refund))
  (bind ?credits (given goodwill))
  (bind ?refund (min (max 0 (- (highest refund) ?refunds)) (max 0 (- ?paid ?refunded))))
  (bind ?credit (min (max 0 (- (highest goodwill) ?credits)) (max 0 (- 3000 ?credits))))
  (bind ?room (max 0 (- (div (* ?paid 110) 100) ?refunds ?credits)))
  (bind ?credit (max 0 (min ?credit (- ?room ?refund))))
  (bind ?refund (min ?refund ?room))
  (reset)
  (create$ ?refund ?credit (by ?refund ?refunds 5000 20000) (by ?credit ?credits 2000 2500)))
