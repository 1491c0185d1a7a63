; Every rule that applies asserts it, with its percent of the price; the highest counts. The host calls `ask`.
(deftemplate case
  (slot reason (type SYMBOL))
  (slot fault (type SYMBOL))
  (slot tier (type SYMBOL))
  (slot category (type SYMBOL))
  (slot packaging (type SYMBOL))
  (slot delay_days (type INTEGER))
  (slot days_held (type INTEGER))
  (slot failures (type INTEGER))
  (slot eu (type SYMBOL))
  (slot paid (type INTEGER)))

(deftemplate applies (slot rule (type SYMBOL)) (slot percent (type INTEGER)))

(defrule late-3-days "Three days late or more, our doing"
  (case (reason late) (fault company) (delay_days ?delay_days&:(<= 3 ?delay_days 6)))
  =>
  (assert (applies (rule late-3-days) (percent 10))))

(defrule late-7-days "A week late, our doing"
  (case (reason late) (fault company) (delay_days ?delay_days&:(<= 7 ?delay_days 13)))
  =>
  (assert (applies (rule late-7-days) (percent 20))))

(defrule late-14-days "Two weeks late, our doing or half ours"
  (case (reason late) (fault company|shared) (delay_days ?delay_days&:(<= 14 ?delay_days 29)))
  =>
  (assert (applies (rule late-14-days) (percent 50))))

(defrule late-30-days "A month late counts as not delivered"
  (case (reason late) (delay_days ?delay_days&:(>= ?delay_days 30)))
  =>
  (assert (applies (rule late-30-days) (percent 100))))

(defrule late-gold "Gold customers do not wait a week"
  (case (reason late) (tier gold) (delay_days ?delay_days&:(<= 5 ?delay_days 13)))
  =>
  (assert (applies (rule late-gold) (percent 25))))

(defrule late-silver "Silver customers do not wait ten days"
  (case (reason late) (tier silver) (delay_days ?delay_days&:(<= 10 ?delay_days 13)))
  =>
  (assert (applies (rule late-silver) (percent 22))))

(defrule late-food "Food that came late"
  (case (reason late) (category food) (delay_days ?delay_days&:(>= ?delay_days 1)))
  =>
  (assert (applies (rule late-food) (percent 100))))

(defrule late-again "Late, and not the first time"
  (case (reason late) (delay_days ?delay_days&:(>= ?delay_days 2)) (failures ?failures&:(>= ?failures 2)))
  =>
  (assert (applies (rule late-again) (percent 15))))

(defrule late-carrier "The carrier was late"
  (case (reason late) (fault third_party) (delay_days ?delay_days&:(>= ?delay_days 5)))
  =>
  (assert (applies (rule late-carrier) (percent 5))))

(defrule late-service "A technician who came late"
  (case (reason late) (category service) (delay_days ?delay_days&:(>= ?delay_days 1)))
  =>
  (assert (applies (rule late-service) (percent 12))))

(defrule damaged-on-arrival "Damaged, and told at once"
  (case (reason damaged) (fault ~customer) (days_held ?days_held&:(< ?days_held 3)))
  =>
  (assert (applies (rule damaged-on-arrival) (percent 100))))

(defrule damaged-in-two-weeks "Damaged, and told within two weeks"
  (case (reason damaged) (fault ~customer&~nobody) (days_held ?days_held&:(<= 3 ?days_held 13)))
  =>
  (assert (applies (rule damaged-in-two-weeks) (percent 60))))

(defrule damaged-later "Damaged, and told within a month"
  (case (reason damaged) (fault company) (days_held ?days_held&:(<= 14 ?days_held 29)))
  =>
  (assert (applies (rule damaged-later) (percent 25))))

(defrule damaged-sealed "Damaged inside a sealed packaging"
  (case (reason damaged) (packaging sealed))
  =>
  (assert (applies (rule damaged-sealed) (percent 100))))

(defrule damaged-food "Damaged food"
  (case (reason damaged) (category food))
  =>
  (assert (applies (rule damaged-food) (percent 100))))

(defrule damaged-shared "Damaged, and half ours"
  (case (reason damaged) (fault shared) (days_held ?days_held&:(< ?days_held 30)))
  =>
  (assert (applies (rule damaged-shared) (percent 30))))

(defrule damaged-dear "Damaged, and dear"
  (case (reason damaged) (fault company) (paid ?paid&:(>= ?paid 50000)) (days_held ?days_held&:(< ?days_held 60)))
  =>
  (assert (applies (rule damaged-dear) (percent 70))))

(defrule wrong-unopened "The wrong thing, not opened"
  (case (reason wrong_item) (packaging sealed))
  =>
  (assert (applies (rule wrong-unopened) (percent 100))))

(defrule wrong-opened "The wrong thing, opened"
  (case (reason wrong_item) (packaging opened) (days_held ?days_held&:(< ?days_held 30)))
  =>
  (assert (applies (rule wrong-opened) (percent 80))))

(defrule wrong-our-doing "The wrong thing, our doing"
  (case (reason wrong_item) (fault company) (packaging ~missing))
  =>
  (assert (applies (rule wrong-our-doing) (percent 90))))

(defrule wrong-gold "The wrong thing, for a gold customer"
  (case (reason wrong_item) (tier gold))
  =>
  (assert (applies (rule wrong-gold) (percent 100))))

(defrule part-missing "A part is missing"
  (case (reason missing_part) (fault company|third_party))
  =>
  (assert (applies (rule part-missing) (percent 15))))

(defrule part-missing-furniture "A part of furniture is missing"
  (case (reason missing_part) (category furniture))
  =>
  (assert (applies (rule part-missing-furniture) (percent 25))))

(defrule part-missing-long "A part is missing for weeks"
  (case (reason missing_part) (delay_days ?delay_days&:(>= ?delay_days 21)))
  =>
  (assert (applies (rule part-missing-long) (percent 40))))

(defrule defect-14-days "Defective within two weeks"
  (case (reason defective) (days_held ?days_held&:(< ?days_held 14)) (fault ~customer))
  =>
  (assert (applies (rule defect-14-days) (percent 100))))

(defrule defect-six-months "Defective within half a year, where the law presumes it"
  (case (reason defective) (eu TRUE) (days_held ?days_held&:(< ?days_held 183)))
  =>
  (assert (applies (rule defect-six-months) (percent 60))))

(defrule defect-two-years "Defective within two years, in the Union"
  (case (reason defective) (eu TRUE) (days_held ?days_held&:(<= 183 ?days_held 730)))
  =>
  (assert (applies (rule defect-two-years) (percent 30))))

(defrule defect-one-year "Defective within a year, elsewhere"
  (case (reason defective) (eu FALSE) (days_held ?days_held&:(<= 14 ?days_held 365)))
  =>
  (assert (applies (rule defect-one-year) (percent 20))))

(defrule defect-again "Defective, and not the first time"
  (case (reason defective) (failures ?failures&:(>= ?failures 2)) (days_held ?days_held&:(< ?days_held 366)))
  =>
  (assert (applies (rule defect-again) (percent 75))))

(defrule defect-electronics "Dear electronics that fail early"
  (case (reason defective) (category electronics) (paid ?paid&:(>= ?paid 30000))
        (days_held ?days_held&:(< ?days_held 60)))
  =>
  (assert (applies (rule defect-electronics) (percent 85))))

(defrule withdrawal "The right of withdrawal"
  (case (reason changed_mind) (eu TRUE) (days_held ?days_held&:(< ?days_held 15)) (category ~food&~digital))
  =>
  (assert (applies (rule withdrawal) (percent 100))))

(defrule changed-mind-sealed "Changed mind, still sealed"
  (case (reason changed_mind) (packaging sealed) (days_held ?days_held&:(< ?days_held 31)))
  =>
  (assert (applies (rule changed-mind-sealed) (percent 90))))

(defrule changed-mind-opened "Changed mind, opened"
  (case (reason changed_mind) (packaging opened) (days_held ?days_held&:(< ?days_held 31)) (category ~food&~digital))
  =>
  (assert (applies (rule changed-mind-opened) (percent 50))))

(defrule changed-mind-loyal "Changed mind, a loyal customer"
  (case (reason changed_mind) (tier silver|gold) (days_held ?days_held&:(< ?days_held 61)))
  =>
  (assert (applies (rule changed-mind-loyal) (percent 60))))

(defrule changed-mind-fashion "Fashion that does not fit"
  (case (reason changed_mind) (category fashion) (packaging ~missing) (days_held ?days_held&:(< ?days_held 31)))
  =>
  (assert (applies (rule changed-mind-fashion) (percent 70))))

(defrule overcharged "Charged too much"
  (case (reason overcharged) (fault ~customer))
  =>
  (assert (applies (rule overcharged) (percent 35))))

(defrule overcharged-again "Charged too much, and not the first time"
  (case (reason overcharged) (failures ?failures&:(>= ?failures 1)))
  =>
  (assert (applies (rule overcharged-again) (percent 45))))

(defrule cancelled-by-us "Cancelled by us"
  (case (reason cancelled) (fault company|third_party|nobody))
  =>
  (assert (applies (rule cancelled-by-us) (percent 100))))

(defrule cancelled-in-time "Cancelled before anything was done"
  (or
    (case (reason cancelled) (delay_days ?delay_days&:(< ?delay_days 1)))
    (case (reason cancelled) (packaging sealed)))
  =>
  (assert (applies (rule cancelled-in-time) (percent 95))))

(defrule cancelled-service "A service that was cancelled late"
  (or
    (case (reason cancelled) (category service) (failures ?failures&:(>= ?failures 3)))
    (case (reason cancelled) (category service) (tier gold)))
  =>
  (assert (applies (rule cancelled-service) (percent 40))))

; Cents, rounded half to even.
(deffunction share-of (?cents ?percent)
  (bind ?whole (div (* ?cents ?percent) 100))
  (bind ?rest (mod (* ?cents ?percent) 100))
  (if (or (> ?rest 50) (and (= ?rest 50) (oddp ?whole))) then (+ ?whole 1) else ?whole))

(deffunction ask
  (?reason ?fault ?tier ?category ?packaging ?delay_days ?days_held ?failures ?eu ?paid)
  (assert (case (reason ?reason) (fault ?fault) (tier ?tier) (category ?category) (packaging ?packaging)
                (delay_days ?delay_days) (days_held ?days_held) (failures ?failures) (eu ?eu) (paid ?paid)))
  (run)
  (bind ?rules (create$))
  (bind ?most 0)
  (do-for-all-facts ((?one applies)) TRUE
    (bind ?rules ?rules ?one:rule)
    (bind ?most (max ?most ?one:percent)))
  (reset)
  (create$ (share-of ?paid ?most) ?rules))
