//! Whatever keeps budgets, together with journal and ledger, against a model of the truth: any interleaving of requests that
//! reserve, try again, extend, end and are cancelled, of crashes and of turns of the period.

use std::collections::BTreeMap;

use super::*;
use crate::account::period::Period;
use crate::account::{Budgets, Covered, Reserving};
use crate::config::{Budget, BudgetPeriod, BudgetScope, Zone};
use crate::store::{LedgerHandle, Marks};

/// What a stream asks for at a time, and the most by which a request costs more than it holds.
const SLICE: u64 = 10;

/// Two kinds of requests. All budgets cover the second kind, and the tenant's alone the first.
const KINDS: [Covered<'static>; 2] = [
    Covered { tenant: "acme", key: "k", route: "support", class: TrafficClass::Critical },
    Covered { tenant: "acme", key: "k", route: "reports", class: TrafficClass::Batch },
];

/// What keeps budgets and can be had again from the ledger, as after a start.
trait Rebuilt: Reserving {
    fn rebuilt(budgets: &[Budget], reader: &Reader, now: u64) -> Self;
}

impl Rebuilt for Budgets {
    fn rebuilt(budgets: &[Budget], reader: &Reader, now: u64) -> Self {
        let fresh = Self::default();
        let spent: BTreeMap<_, _> = fresh
            .unknown(budgets, now)
            .into_iter()
            .map(|(budget, since)| (budget.id, reader.spent(&budget.scope, since).unwrap()))
            .collect();
        fresh.configure(budgets, now, |budget| spent[&budget.id]);
        fresh
    }
}

fn budgets(limits: [u64; 3]) -> [Budget; 3] {
    let scopes = [
        ("day", BudgetScope::Tenant("acme".into()), BudgetPeriod::Day),
        ("month", BudgetScope::Class(TrafficClass::Batch), BudgetPeriod::Month),
        ("credit", BudgetScope::Route("reports".into()), BudgetPeriod::Prepaid),
    ];
    let mut limits = limits.into_iter();
    scopes.map(|(id, scope, period)| Budget {
        id: id.into(),
        scope,
        period,
        zone: Zone::UTC,
        limit: NanoUsd(limits.next().unwrap()),
        since: 0,
        thresholds: [].into(),
        webhook: None,
    })
}

/// Whether the budget with this index covers requests of this kind.
fn covers(budget: usize, kind: usize) -> bool {
    budget == 0 || kind == 1
}

/// A request under way.
struct Open {
    kind: usize,
    reservation: Reservation,
    marks: Vec<Mark>,
    attempts: u32,
    /// The most that it may come to, as its last intent says.
    most: u64,
}

/// What became of a request.
#[derive(Debug, Clone, Copy)]
struct Past {
    kind: usize,
    at: u64,
    /// What the tenant is charged, and what is in the sums.
    charged: u64,
    /// What the provider billed. Nobody knows it who did not get an answer to its end.
    billed: u64,
}

/// The model of one period of one budget.
#[derive(Debug, Clone, Copy, Default)]
struct Page {
    spent: u64,
    held: u64,
    open: u64,
}

/// A gateway without its network, and the truth beside it.
struct World<B> {
    dir: tempfile::TempDir,
    budgets: [Budget; 3],
    keeper: Option<B>,
    journal: Option<(Journal, JournalHandle)>,
    ledger: Option<(Ledger, LedgerHandle)>,
    runtime: tokio::runtime::Runtime,
    now: u64,
    open: BTreeMap<u64, Open>,
    past: BTreeMap<String, Past>,
    /// By budget and period: how many requests held money of it when some was granted last. Each of them may cost a slice
    /// more than it holds, and nothing is granted beyond the limit: that is the bound.
    open_at_grant: BTreeMap<(usize, u64), u64>,
}

fn id(number: u64) -> String {
    format!("req_{number:04}")
}

impl<B: Rebuilt> World<B> {
    fn new(limits: [u64; 3]) -> Self {
        let mut world = Self {
            dir: tempfile::tempdir().unwrap(),
            budgets: budgets(limits),
            keeper: None,
            journal: None,
            ledger: None,
            runtime: tokio::runtime::Builder::new_current_thread().build().unwrap(),
            now: DAY,
            open: BTreeMap::new(),
            past: BTreeMap::new(),
            open_at_grant: BTreeMap::new(),
        };
        world.start();
        world
    }

    /// As a gateway starts: what the journal has goes into the ledger, and spend is read from there.
    fn start(&mut self) {
        self.ledger = Some(Ledger::open(self.dir.path()).unwrap());
        self.journal = Some(open(self.dir.path()));
        let reader = Reader::open(self.dir.path()).unwrap();
        self.keeper = Some(B::rebuilt(&self.budgets, &reader, self.now));
    }

    /// Everything in memory is gone. Where `again`, the next start dies too, just before it deletes the journal.
    fn crash(&mut self, again: bool, share: u64) {
        for (number, open) in std::mem::take(&mut self.open) {
            let (at, billed) = (open.reservation.at(), open.reservation.amount().0 * share / 100);
            self.past.insert(id(number), Past { kind: open.kind, at, charged: 0, billed });
            std::mem::forget(open.marks);
        }
        if let Some((journal, _)) = self.journal.take() {
            kill(journal);
        }
        // What the thread of the ledger still writes is what a slower crash would have found written.
        if let Some((ledger, handle)) = self.ledger.take() {
            drop(handle);
            ledger.close().unwrap();
        }
        if again {
            let found: Vec<_> = segment::list(self.dir.path()).unwrap();
            let kept: Vec<_> = found.into_iter().map(|(_, path)| (std::fs::read(&path).unwrap(), path)).collect();
            Ledger::open(self.dir.path()).unwrap().0.close().unwrap();
            kept.into_iter().for_each(|(bytes, path)| std::fs::write(path, bytes).unwrap());
        }
        self.start();
    }

    fn keeper(&self) -> &B {
        self.keeper.as_ref().unwrap()
    }

    fn period(&self, budget: usize, at: u64) -> u64 {
        Period::holding(self.budgets[budget].period, &Zone::UTC, at).start
    }

    /// The page of a budget for the period that holds this instant.
    fn page(&self, budget: usize, at: u64) -> Page {
        let period = self.period(budget, at);
        let counts = |kind, at| covers(budget, kind) && self.period(budget, at) == period;
        let past = self.past.values().filter(|past| counts(past.kind, past.at));
        let open = || self.open.values().filter(|open| counts(open.kind, open.reservation.at()));
        Page {
            spent: past.map(|past| past.charged).sum(),
            held: open().map(|open| open.reservation.amount().0).sum(),
            open: open().count() as u64,
        }
    }

    /// Whether every budget of that kind has so much more left, in the period that holds this instant.
    fn fits(&self, kind: usize, at: u64, more: u64) -> bool {
        (0..3).filter(|budget| covers(*budget, kind)).all(|budget| {
            let page = self.page(budget, at);
            page.spent + page.held + more <= self.budgets[budget].limit.0
        })
    }

    fn granted(&mut self, kind: usize, at: u64) {
        for budget in (0..3).filter(|budget| covers(*budget, kind)) {
            let open = self.page(budget, at).open;
            self.open_at_grant.insert((budget, self.period(budget, at)), open);
        }
    }

    /// A request begins: it reserves, and writes down what it is about to do.
    fn begin(&mut self, number: u64, kind: usize, amount: u64) {
        let fits = self.fits(kind, self.now, amount);
        let reserved = self.keeper().reserve(&KINDS[kind], NanoUsd(amount), self.now);
        assert_eq!(reserved.is_ok(), fits, "{amount}");
        let Ok(reservation) = reserved else { return };
        let open = Open { kind, reservation, marks: Vec::new(), attempts: 0, most: 0 };
        self.open.insert(number, open);
        self.granted(kind, self.now);
        self.intend(number);
    }

    /// Before each attempt: what it may come to in the end, which is some slices more than it holds.
    fn intend(&mut self, number: u64) {
        let open = self.open.get_mut(&number).unwrap();
        open.attempts += 1;
        open.most = open.reservation.amount().0 + 3 * SLICE;
        let (who, id, covered) = (who(), id(number), KINDS[open.kind]);
        let intent = Intent {
            number: open.attempts as usize,
            route: covered.route,
            class: covered.class,
            amount: NanoUsd(open.most),
            ..intent(&id, &who, Some(&open.reservation))
        };
        open.marks.push(self.journal.as_ref().unwrap().1.intend(&intent).unwrap());
    }

    /// Raises what a request holds, in the period in which it reserved; whether that was granted.
    fn raise(&mut self, number: u64, more: u64) -> bool {
        let Some(mut open) = self.open.remove(&number) else { return false };
        let (kind, at, amount) = (open.kind, open.reservation.at(), open.reservation.amount().0);
        // Its own amount is held still.
        let fits = self.fits(kind, at, amount + more);
        let raised = self.keeper().raise(&mut open.reservation, NanoUsd(amount + more), self.now);
        assert_eq!(raised.is_ok(), fits, "{amount} and {more} more");
        self.open.insert(number, open);
        if fits {
            self.granted(kind, at);
        }
        fits
    }

    /// A retry or a fallback.
    fn try_again(&mut self, number: u64, amount: u64) {
        if self.raise(number, amount) {
            self.intend(number);
        }
    }

    /// A stream goes on, as far as its intent said.
    fn extend(&mut self, number: u64) {
        if self.open.get(&number).is_some_and(|open| open.reservation.amount().0 + SLICE <= open.most) {
            self.raise(number, SLICE);
        }
    }

    /// A request is over, with this share of what it held; above all of it, by a slice at the most. Of one that is cancelled
    /// the rest may have been billed too. Where the queue never hands the record on, only the journal has it.
    fn end(&mut self, number: u64, share: u64, is_cancelled: bool, is_queued: bool) {
        let Some(Open { kind, reservation, marks, attempts, most }) = self.open.remove(&number) else { return };
        let amount = reservation.amount().0;
        let charged = (amount * share / 100).min(amount + SLICE).min(most);
        let exposure = if is_cancelled { most - charged } else { 0 };
        let record = record(number, kind, reservation.at(), attempts, (charged, exposure));
        let past = Past { kind, at: reservation.at(), charged, billed: charged + exposure * share.min(100) / 100 };
        self.past.insert(id(number), past);
        self.keeper().settle(reservation, NanoUsd(charged), self.now);
        let marks = Marks { intents: marks, record: Some(self.journal.as_ref().unwrap().1.record(&record).unwrap()) };
        if is_queued {
            let (_, ledger) = self.ledger.as_ref().unwrap();
            self.runtime.block_on(ledger.append_with(Box::new(record), marks));
        } else {
            std::mem::forget(marks);
        }
    }

    /// What is kept is the truth, and no budget is exceeded by more than the bound.
    fn check(&self) {
        for (budget, state) in self.keeper().sample(&KINDS[1], self.now).iter().enumerate() {
            let (page, limit) = (self.page(budget, self.now), self.budgets[budget].limit.0);
            assert_eq!((state.spent.0, state.reserved.0), (page.spent, page.held), "{}", state.id);
            let overrunning = self.open_at_grant.get(&(budget, self.period(budget, self.now))).copied().unwrap_or(0);
            assert!(page.spent + page.held <= limit + SLICE * overrunning, "{}: {page:?}, {limit}", state.id);
        }
    }

    /// Every nano-dollar that was billed is in exactly one entry: in a sum, or listed as exposure.
    fn audit(&mut self) {
        self.crash(true, 70);
        self.check();
        let records = Reader::open(self.dir.path()).unwrap().recent(u32::MAX).unwrap();
        assert_eq!(records.len(), self.past.len(), "each request has one record");
        for record in &records {
            let past = self.past[&*record.request_id];
            let of =
                |amount: fn(&crate::ledger::Entry) -> NanoUsd| record.attempts.iter().map(amount).sum::<NanoUsd>().0;
            let (certain, charged) = (of(crate::ledger::Entry::billed), of(|entry| entry.charge));
            let listed = of(|entry| entry.exposure + entry.cost.saturating_sub(entry.billed()));
            assert_eq!((charged, record.reserved_at), (past.charged, past.at), "{record:#?}");
            assert!(certain <= past.billed && past.billed <= certain + listed, "{past:?} {record:#?}");
            assert_eq!(record.ending == Ending::Lost, record.attempts[0].cost_state == CostState::Exposure);
        }
    }
}

/// The record of a request whose attempts came to `cost` together, and may have come to more by `exposure`.
fn record(number: u64, kind: usize, at: u64, attempts: u32, (cost, exposure): (u64, u64)) -> Record {
    let mut record = plain(&id(number));
    let entry = record.attempts.remove(0);
    let each = cost / u64::from(attempts);
    record.attempts = (1..=attempts)
        .map(|number| {
            let is_last = number == attempts;
            let cost = if is_last { cost - each * u64::from(attempts - 1) } else { each };
            let exposure = NanoUsd(if is_last { exposure } else { 0 });
            crate::ledger::Entry { number, cost: NanoUsd(cost), charge: NanoUsd(cost), exposure, ..entry.clone() }
        })
        .collect();
    let covered = KINDS[kind];
    (record.who, record.route, record.class) = (who(), covered.route.into(), covered.class);
    (record.received_at, record.reserved_at) = (at, at);
    (record.cost, record.charge) = (NanoUsd(cost), NanoUsd(cost));
    record
}

/// One step: what happens, to which request, and with which numbers.
type Step = (u8, u64, u64, usize);

fn run(limits: [u64; 3], steps: Vec<Step>) {
    let mut world = World::<Budgets>::new(limits);
    for (number, (action, amount, share, pick)) in (0..).zip(steps) {
        let picked = world.open.keys().nth(pick % world.open.len().max(1)).copied().unwrap_or_default();
        match action {
            0..=5 => world.begin(number, pick % 2, amount),
            6 => world.try_again(picked, amount),
            7..=9 => world.extend(picked),
            10..=12 => world.end(picked, share, false, pick % 3 > 0),
            13 => world.end(picked, share, true, pick % 3 > 0),
            14 => world.now += DAY / 4,
            15 if share < 20 => world.now += 11 * DAY,
            15 => world.now += 1,
            _ if share < 40 => world.crash(pick % 2 == 0, share),
            _ => {}
        }
        world.check();
    }
    world.audit();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_interleaving_loses_or_doubles_a_nano_dollar_or_exceeds_a_budget_by_more_than_the_bound(
        limits in [40..300u64, 40..400u64, 40..600u64],
        steps in prop::collection::vec((0..17u8, 1..60u64, 0..=140u64, 0..30usize), 20..160),
    ) {
        run(limits, steps);
    }
}
