//! How many attempts a target takes at once, and who waits for a slot: first come, first served, bounded in number and in
//! time. Readers take atomics only; whoever enters or leaves takes one short lock.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use tokio::time::Instant;

/// The slots of one target, and the line for them.
#[derive(Debug)]
pub struct Slots {
    /// Attempts at once.
    limit: AtomicU32,
    /// Places in the line.
    places: AtomicU32,
    /// Slots in use, as `line` has it.
    taken: AtomicU32,
    /// Those who wait, as `line` has it.
    waiting: AtomicU32,
    line: Mutex<Line>,
}

#[derive(Debug, Default)]
struct Line {
    taken: u32,
    waiters: VecDeque<Waiter>,
    next_number: u64,
}

#[derive(Debug)]
struct Waiter {
    number: u64,
    call: oneshot::Sender<()>,
}

/// There is no slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoSlot {
    /// Neither a slot nor a place in the line was free.
    #[error("`max_in_flight` of the target is reached, and there is no place in its queue")]
    Full,
    /// None became free in time.
    #[error("no slot of the target became free in time")]
    TimedOut,
}

impl Slots {
    /// So many slots and so many places to wait for one, all free.
    #[must_use]
    pub fn new(limit: u32, places: u32) -> Self {
        Self {
            limit: limit.into(),
            places: places.into(),
            taken: AtomicU32::default(),
            waiting: AtomicU32::default(),
            line: Mutex::default(),
        }
    }

    /// Slots in use.
    #[must_use]
    pub fn taken(&self) -> u32 {
        self.taken.load(Ordering::Relaxed)
    }

    /// Slots that are free.
    #[must_use]
    pub fn left(&self) -> u32 {
        self.limit.load(Ordering::Relaxed).saturating_sub(self.taken())
    }

    /// Places in the line that are free.
    #[must_use]
    pub fn places_left(&self) -> u32 {
        self.places.load(Ordering::Relaxed).saturating_sub(self.waiting.load(Ordering::Relaxed))
    }

    /// Changes the numbers. Those who hold a slot or a place keep it; new slots go to those who wait.
    pub fn resize(&self, limit: u32, places: u32) {
        let mut line = self.line();
        self.limit.store(limit, Ordering::Relaxed);
        self.places.store(places, Ordering::Relaxed);
        while line.taken < limit && line.call_next() {
            line.taken += 1;
        }
        self.publish(&line);
    }

    /// Takes a slot, or waits for one until then. Give it back with [`Self::leave`]. A wait that is given up leaves no
    /// trace.
    ///
    /// # Errors
    /// When there is none.
    pub async fn enter(&self, until: Instant) -> Result<(), NoSlot> {
        let Some(mut place) = self.take_slot_or_place()? else { return Ok(()) };
        let called = tokio::time::timeout_at(until, &mut place.called).await;
        // Whoever was called at the last moment has a slot all the same.
        if matches!(called, Ok(Ok(()))) || !place.leave_line() {
            place.has_entered = true;
            return Ok(());
        }
        Err(NoSlot::TimedOut)
    }

    /// Gives a slot back, to whoever has waited longest.
    pub fn leave(&self) {
        let mut line = self.line();
        let is_within_limit = line.taken <= self.limit.load(Ordering::Relaxed);
        if !(is_within_limit && line.call_next()) {
            line.taken = line.taken.saturating_sub(1);
        }
        self.publish(&line);
    }

    fn take_slot_or_place(&self) -> Result<Option<Place<'_>>, NoSlot> {
        let mut line = self.line();
        // Nobody overtakes those who wait.
        if line.waiters.is_empty() && line.taken < self.limit.load(Ordering::Relaxed) {
            line.taken += 1;
            self.publish(&line);
            return Ok(None);
        }
        if line.waiters.len() >= self.places.load(Ordering::Relaxed) as usize {
            return Err(NoSlot::Full);
        }
        let (call, called) = oneshot::channel();
        let number = line.next_number;
        line.next_number += 1;
        line.waiters.push_back(Waiter { number, call });
        self.publish(&line);
        Ok(Some(Place { slots: self, number, called, has_entered: false }))
    }

    fn publish(&self, line: &Line) {
        self.taken.store(line.taken, Ordering::Relaxed);
        self.waiting.store(u32::try_from(line.waiters.len()).unwrap_or(u32::MAX), Ordering::Relaxed);
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    /// Hands a slot to the first in line; `false`: nobody waits. Who waits still listens, for [`Place`] leaves the line
    /// before its end of the channel goes.
    fn call_next(&mut self) -> bool {
        while let Some(waiter) = self.waiters.pop_front() {
            if waiter.call.send(()).is_ok() {
                return true;
            }
        }
        false
    }
}

/// A place in the line.
struct Place<'a> {
    slots: &'a Slots,
    number: u64,
    called: oneshot::Receiver<()>,
    has_entered: bool,
}

impl Place<'_> {
    /// Leaves the line; `false`: it was called already, and so holds a slot.
    fn leave_line(&self) -> bool {
        let mut line = self.slots.line();
        let place = line.waiters.iter().position(|waiter| waiter.number == self.number);
        let was_waiting = place.is_some_and(|place| line.waiters.remove(place).is_some());
        self.slots.publish(&line);
        was_waiting
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        // The wait was given up: nothing but a drop says so.
        if !self.has_entered && !self.leave_line() && self.called.try_recv().is_ok() {
            self.slots.leave();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::{Pin, pin};
    use std::sync::Arc;
    use std::task::{Context, Poll, Waker};
    use std::time::Duration;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Later than any test ends.
    fn late() -> Instant {
        Instant::now() + Duration::from_secs(600)
    }

    fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[tokio::test]
    async fn without_a_queue_nobody_waits() {
        let slots = Slots::new(1, 0);
        assert_eq!(slots.enter(late()).await, Ok(()));
        assert_eq!(slots.enter(late()).await, Err(NoSlot::Full));
        slots.leave();
        assert_eq!((slots.taken(), slots.left(), slots.places_left()), (0, 1, 0));
    }

    #[tokio::test]
    async fn who_waits_longer_than_it_may_leaves_no_trace() {
        let slots = Slots::new(1, 1);
        assert_eq!(slots.enter(late()).await, Ok(()));
        assert_eq!(slots.enter(Instant::now() + Duration::from_millis(20)).await, Err(NoSlot::TimedOut));
        assert_eq!((slots.taken(), slots.places_left()), (1, 1));
    }

    #[tokio::test]
    async fn a_wait_that_is_given_up_after_the_call_gives_the_slot_on() {
        let slots = Slots::new(1, 2);
        assert_eq!(slots.enter(late()).await, Ok(()));
        let mut first = Box::pin(slots.enter(late()));
        let mut second = pin!(slots.enter(late()));
        assert!(poll(first.as_mut()).is_pending() && poll(second.as_mut()).is_pending());
        slots.leave();
        drop(first);
        assert_eq!(poll(second.as_mut()), Poll::Ready(Ok(())));
        assert_eq!((slots.taken(), slots.places_left()), (1, 2));
    }

    #[tokio::test]
    async fn new_slots_go_to_those_who_wait_and_lost_ones_are_not_given_on() {
        let slots = Slots::new(1, 2);
        assert_eq!(slots.enter(late()).await, Ok(()));
        let (mut first, mut second) = (pin!(slots.enter(late())), pin!(slots.enter(late())));
        assert!(poll(first.as_mut()).is_pending() && poll(second.as_mut()).is_pending());
        slots.resize(2, 2);
        assert_eq!(poll(first.as_mut()), Poll::Ready(Ok(())));
        slots.resize(1, 2);
        slots.leave();
        assert!(poll(second.as_mut()).is_pending());
        slots.leave();
        assert_eq!(poll(second.as_mut()), Poll::Ready(Ok(())));
        assert_eq!((slots.taken(), slots.left()), (1, 0));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn many_tasks_never_hold_more_slots_than_there_are_and_give_all_of_them_back() {
        let (slots, most) = (Arc::new(Slots::new(3, 1_000)), Arc::new(AtomicU32::new(0)));
        let tasks: Vec<_> = (0..200)
            .map(|number| {
                let (slots, most, inside) = (Arc::clone(&slots), Arc::clone(&most), Duration::from_micros(number % 7));
                tokio::spawn(async move {
                    let until = Instant::now() + Duration::from_millis(5 * (number % 5));
                    if slots.enter(until).await.is_ok() {
                        most.fetch_max(slots.taken(), Ordering::Relaxed);
                        tokio::time::sleep(inside).await;
                        slots.leave();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("no panic");
        }
        assert!(most.load(Ordering::Relaxed) <= 3);
        assert_eq!((slots.taken(), slots.places_left()), (0, 1_000));
    }

    /// What happens to a target's slots.
    #[derive(Debug, Clone)]
    enum Event {
        Enter,
        Leave,
        GiveUp(usize),
        Resize(u32, u32),
    }

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            4 => Just(Event::Enter),
            3 => Just(Event::Leave),
            1 => (0_usize..8).prop_map(Event::GiveUp),
            1 => (1_u32..5, 0_u32..5).prop_map(|(limit, places)| Event::Resize(limit, places)),
        ]
    }

    proptest! {
        #[test]
        fn whoever_came_first_enters_first_and_no_slot_is_ever_lost(events in vec(event(), 1..120)) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
            runtime.expect("a runtime").block_on(async {
                let slots = Slots::new(2, 3);
                let (mut limit, mut inside) = (2, 0);
                let mut waiting: Vec<Pin<Box<_>>> = Vec::new();
                for event in events {
                    match event {
                        Event::Enter => {
                            let mut entering = Box::pin(slots.enter(late()));
                            match poll(entering.as_mut()) {
                                Poll::Ready(Ok(())) => {
                                    assert!(waiting.is_empty() && inside < limit);
                                    inside += 1;
                                }
                                Poll::Ready(Err(refused)) => assert_eq!(refused, NoSlot::Full),
                                Poll::Pending => waiting.push(entering),
                            }
                        }
                        Event::Leave if inside > 0 => {
                            slots.leave();
                            inside -= 1;
                        }
                        Event::Leave => {}
                        Event::GiveUp(index) if index < waiting.len() => drop(waiting.remove(index)),
                        Event::GiveUp(_) => {}
                        Event::Resize(to, places) => {
                            slots.resize(to, places);
                            limit = to;
                        }
                    }
                    while let Some(first) = waiting.first_mut().filter(|_| inside < limit) {
                        assert_eq!(poll(first.as_mut()), Poll::Ready(Ok(())), "the first in line has a slot");
                        drop(waiting.remove(0));
                        inside += 1;
                    }
                    assert!(waiting.iter_mut().all(|one| poll(one.as_mut()).is_pending()));
                    assert_eq!(slots.taken(), inside);
                }
                drop(waiting);
                (0..inside).for_each(|_| slots.leave());
                assert_eq!(slots.taken(), 0);
            });
        }
    }
}
